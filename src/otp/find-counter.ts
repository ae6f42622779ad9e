import { checkOptions, type Options, refuse } from "../check.ts";
import type { AsyncSigner, MatchOrNull, Secret, Signer } from "../hmac/signer.ts";
import { checkHotpKey, checkKey, type HotpParameters, signerOf, type TotpParameters } from "../key/key.ts";
import { answerUnsigned } from "./candidates.ts";
import { type CodeFormat, formatOf } from "./code-format.ts";
import { checkCounter } from "./counter.ts";
import { NONE } from "./match.ts";
import type { CounterOf } from "./outcome.ts";
import { searchRange } from "./search.ts";

interface CounterRange<C extends number | bigint> {
  readonly from: C;
  readonly to: C;
}

/** More would block the process for more than a second or so. A caller that needs more calls again. */
const MAX_COUNTERS = 1_000_000;

const RANGE: Options<CounterRange<number>> = { from: true, to: true };

/**
 * The lowest counter (for TOTP: time step) of a range that has this code, or `null`. It applies no policy, so that other libraries can
 * build on it. Applications should call `verifyTotp` or `verifyHotp`.
 *
 * Every counter of the range is computed, wherever the match is: the time depends on the range only.
 *
 * @param code - what the user typed, of any type. White space and dashes are ignored.
 * @param range - `from` and `to` are both included. At most 1,000,000 counters.
 * @returns the counter, a number or a bigint like `from`, or `null`. Compare it with `null`: counter 0 is falsy. A promise of it if the
 * key has an `AsyncSigner`.
 *
 * @example
 * ```ts
 * import { findCounter } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(findCounter(key, "520489", { from: 0, to: 20 })); // 9
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`; `signer-failed` if the signer of the key failed.
 */
export function findCounter<S extends Secret, C extends number | bigint>(
  key: HotpParameters<S> | TotpParameters<S>,
  code: unknown,
  range: { readonly from: C; readonly to: C },
): MatchOrNull<S, CounterOf<C>> {
  return find(key, code, range) as MatchOrNull<S, CounterOf<C>>;
}

type Found = number | bigint | null;

function find(
  key: HotpParameters<Secret> | TotpParameters<Secret>,
  code: unknown,
  range: CounterRange<number | bigint>,
): Found | Promise<Found> {
  checkKey(key, key?.type === "totp" ? "totp" : "hotp");
  if (key.type === "hotp") checkHotpKey(key);
  checkOptions(range, RANGE, "range");
  const { from, to } = range;
  checkCounter(from, "from");
  checkCounter(to, "to");
  if (typeof from !== typeof to || to < from) refuse("to", "a counter of the type of `from` that is not below it");
  const size = Number(BigInt(to) - BigInt(from)) + 1;
  if (size > MAX_COUNTERS) refuse("to", `less than ${MAX_COUNTERS} above \`from\``);
  const format = formatOf(key);
  const signer = signerOf(key);

  const typed = format.read(code);
  if (typed < 0) return answerUnsigned(signer, null);
  const pieces = piecesOf(from, size);
  return signer.async === true ? searchLater(signer, format, typed, pieces) : searchNow(signer, format, typed, pieces);
}

/** So many counters are computed together: as many as need no memory, and no more requests than a KMS takes at the same time. */
const PIECE = 100;

interface Piece {
  readonly first: number | bigint;
  readonly count: number;
}

function* piecesOf(from: number | bigint, size: number): Iterable<Piece> {
  for (let done = 0; done < size; done += PIECE) {
    const first = typeof from === "bigint" ? from + BigInt(done) : from + done;
    yield { first, count: Math.min(PIECE, size - done) };
  }
}

function searchNow(signer: Signer, format: CodeFormat, typed: number, pieces: Iterable<Piece>): Found {
  let found: Found = null;
  for (const { first, count } of pieces) {
    const index = searchRange(signer, format, typed, first, count, 0, false) as number;
    found ??= counterAt(first, index);
  }
  return found;
}

async function searchLater(signer: AsyncSigner, format: CodeFormat, typed: number, pieces: Iterable<Piece>) {
  let found: Found = null;
  for (const { first, count } of pieces) {
    const index = await searchRange(signer, format, typed, first, count, 0, false);
    found ??= counterAt(first, index);
  }
  return found;
}

function counterAt(first: number | bigint, index: number): Found {
  if (index === NONE) return null;
  return typeof first === "bigint" ? first + BigInt(index) : first + index;
}
