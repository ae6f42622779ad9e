import type { Answer, MatchOrNull, Secret } from "../hmac/signer.ts";
import { checkHotpKey, type HotpParameters, signerOf } from "../key/key.ts";
import { answerUnsigned } from "./candidates.ts";
import { formatOf } from "./code-format.ts";
import { countersFrom } from "./counter.ts";
import { MALFORMED } from "./match.ts";
import { checkHotpOptions, LOOK_AHEAD, minSecretBytesOf, type VerifyHotpOptions } from "./options.ts";
import { answerLater, type CounterOf, type HotpMatch, type HotpOutcome, hotpMatch, hotpOutcome } from "./outcome.ts";
import { searchRange } from "./search.ts";

/**
 * Verifies a HOTP code: the match, or `null` (RFC 4226 section 7.2). Codes of the expected counter and of the next ones are
 * accepted, never those of an earlier one (section 7.4). Most people should use `createAccounts` or `createGuard` instead, which
 * also store the counter and limit guessing.
 *
 * Nothing is stored. Store `nextCounter` of the match in one conditional write. Store nothing after a refusal.
 *
 * @param code - what the user typed, of any type. White space and dashes are ignored.
 * @param options - `counter` is required: the next expected counter.
 * @returns the match or `null`; a promise of it if the key has an `AsyncSigner`. `nextCounter` is a number or a bigint like `counter`.
 * After the very last counter it is one more than is accepted: the key is used up.
 *
 * @example
 * ```ts
 * import { verifyHotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(verifyHotp(key, "359152", { counter: 0 })); // { nextCounter: 3 }
 * console.log(verifyHotp(key, "359152", { counter: 3 })); // null
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`, `weak-secret`; `signer-failed` if the signer of the key failed.
 */
export function verifyHotp<S extends Secret, C extends number | bigint>(
  key: HotpParameters<S>,
  code: unknown,
  options: VerifyHotpOptions<C>,
): MatchOrNull<S, HotpMatch<CounterOf<C>>> {
  return find(key, code, options, hotpMatch) as MatchOrNull<S, HotpMatch<CounterOf<C>>>;
}

/**
 * The same as {@link verifyHotp} with a reason for the log. Test `ok`: the outcome itself is always truthy.
 *
 * @param code - what the user typed, of any type. White space and dashes are ignored.
 * @returns `ok` with `nextCounter`, or `reason`: `malformed` (not a code of this key) or `mismatch`. A promise of it if the key has
 * an `AsyncSigner`.
 *
 * @example
 * ```ts
 * import { attemptHotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(attemptHotp(key, "35915", { counter: 0 })); // { ok: false, reason: 'malformed' }
 * ```
 *
 * @throws OtpError like {@link verifyHotp}.
 */
export function attemptHotp<S extends Secret, C extends number | bigint>(
  key: HotpParameters<S>,
  code: unknown,
  options: VerifyHotpOptions<C>,
): Answer<S, HotpOutcome<CounterOf<C>>> {
  return find(key, code, options, hotpOutcome) as Answer<S, HotpOutcome<CounterOf<C>>>;
}

function find<T>(
  key: HotpParameters<Secret>,
  code: unknown,
  options: VerifyHotpOptions<number | bigint>,
  answer: (index: number, counter: number | bigint) => T,
): T | Promise<T> {
  checkHotpKey(key);
  const lookAhead = checkHotpOptions(options, LOOK_AHEAD);
  const { counter } = options;
  const format = formatOf(key);
  const signer = signerOf(key, minSecretBytesOf(options));

  const typed = format.read(code);
  if (typed < 0) return answerUnsigned(signer, answer(MALFORMED, counter));
  const index = searchRange(signer, format, typed, counter, countersFrom(counter, lookAhead + 1), 0, false);
  return typeof index === "number" ? answer(index, counter) : answerLater(index, counter, 0, answer);
}
