import { checkOptions } from "../check.ts";
import type { AsyncSigner, Secret, SyncSecret } from "../hmac/signer.ts";
import { checkHotpKey, checkKey, type HotpParameters, signerOf, type TotpParameters } from "../key/key.ts";
import { inColourOf, valuesFrom } from "./candidates.ts";
import { type CodeFormat, formatOf } from "./code-format.ts";
import { countersFrom, stepAt, type TimeOptions } from "./counter.ts";
import {
  checkAfter,
  checkHotpOptions,
  minSecretBytesOf,
  type VerifyHotpOptions,
  type Window,
  windowSide,
} from "./options.ts";
import {
  type CounterOf,
  type HotpVerdict,
  judgeHotp,
  judgeHotpLater,
  judgeTotp,
  judgeTotpLater,
  MALFORMED,
  type TotpVerdict,
} from "./verdict.ts";

/** Two codes or more, consecutive, in the order in which they were shown. */
export type Codes = readonly [first: string, second: string, ...more: string[]];

/** More codes make no search safer; a list of a thousand is not what a person typed. */
const MAX_CODES = 10;

/** What `resyncTotp` has to know beside key and codes. */
export interface ResyncTotpOptions extends TimeOptions {
  /** The last accepted step; even the first code must be above it. Null before the first acceptance. */
  readonly after: number | null;
  /** Steps around the current one in which the last code is searched: 0 to 3000, and 120 (an hour) unless told. */
  readonly window?: Window | undefined;
  /** The shortest secret, as text or bytes, that is let pass: 10 unless told, for old enrolments. */
  readonly minSecretBytes?: number | undefined;
}

const TOTP_OPTIONS = { after: true, now: true, window: true, minSecretBytes: true } as const;
const MAX_SEARCH = 3000;

/**
 * Finds a clock that is far off by two or three consecutive codes (RFC 6238 section 6): pass the verdict's `drift` to
 * `verifyTotp` from now on. Only on the user's wish and behind another proof of who it is, never by itself: it gives a
 * guesser many candidates at once.
 *
 * @param codes - what the user typed: 2 to 10 codes in a row.
 * @returns `ok` with the `step` of the last code and its `drift`, or `malformed`, `mismatch`, `replayed` (in a row, but not
 * above the last accepted step). A promise of it when the key's handle signs asynchronously.
 *
 * @example
 * ```ts
 * import { resyncTotp, totp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * const late = [totp(key, { now: 59_000 }), totp(key, { now: 89_000 })] as const;
 * console.log(resyncTotp(key, late, { after: null, now: 689_000 })); // { ok: true, step: 2, drift: -20 }
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`, `weak-secret`; `signer-failed` when a handle of one's own failed.
 */
export function resyncTotp(key: TotpParameters<SyncSecret>, codes: Codes, options: ResyncTotpOptions): TotpVerdict;
export function resyncTotp(
  key: TotpParameters<AsyncSigner>,
  codes: Codes,
  options: ResyncTotpOptions,
): Promise<TotpVerdict>;
export function resyncTotp(
  key: TotpParameters<Secret>,
  codes: Codes,
  options: ResyncTotpOptions,
): TotpVerdict | Promise<TotpVerdict>;
export function resyncTotp(
  key: TotpParameters<Secret>,
  codes: Codes,
  options: ResyncTotpOptions,
): TotpVerdict | Promise<TotpVerdict> {
  checkKey(key, "totp");
  checkOptions(options, TOTP_OPTIONS);
  const after = checkAfter(options.after);
  const past = windowSide(options.window, "past", MAX_SEARCH, 120);
  const future = windowSide(options.window, "future", MAX_SEARCH, 120);
  const format = formatOf(key);
  const current = stepAt(key, options);
  const signer = signerOf(key, minSecretBytesOf(options));

  const typed = readCodes(codes, format);
  if (typed === undefined) return inColourOf(signer, MALFORMED);
  const first = Math.max(0, current - past - (typed.length - 1));
  const count = current + future - first + 1;
  const values = valuesFrom(signer, first, count);
  return values instanceof Promise
    ? judgeTotpLater(values, count, format, typed, first, after, current)
    : judgeTotp(values, count, format, typed, first, after, current);
}

/**
 * Finds a token that was pressed too often by two or three consecutive codes (RFC 4226 section 7.4). Only on the user's wish
 * and behind another proof of who it is: it gives a guesser many candidates at once.
 *
 * @param codes - what the user typed: 2 to 10 codes in a row.
 * @param options - `lookAhead`: 0 to 3000 counters beyond `counter` at which the first code is searched, and 100 unless told.
 * @returns `ok` with `nextCounter`, or `malformed` or `mismatch`. A promise when the key's handle signs asynchronously.
 *
 * @example
 * ```ts
 * import { hotp, resyncHotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(resyncHotp(key, [hotp(key, 70), hotp(key, 71)], { counter: 3 })); // { ok: true, nextCounter: 72 }
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`, `weak-secret`; `signer-failed` when a handle of one's own failed.
 */
export function resyncHotp<C extends number | bigint>(
  key: HotpParameters<SyncSecret>,
  codes: Codes,
  options: VerifyHotpOptions<C>,
): HotpVerdict<CounterOf<C>>;
export function resyncHotp<C extends number | bigint>(
  key: HotpParameters<AsyncSigner>,
  codes: Codes,
  options: VerifyHotpOptions<C>,
): Promise<HotpVerdict<CounterOf<C>>>;
export function resyncHotp<C extends number | bigint>(
  key: HotpParameters<Secret>,
  codes: Codes,
  options: VerifyHotpOptions<C>,
): HotpVerdict<CounterOf<C>> | Promise<HotpVerdict<CounterOf<C>>>;
export function resyncHotp(
  key: HotpParameters<Secret>,
  codes: Codes,
  options: VerifyHotpOptions<number | bigint>,
): unknown {
  checkHotpKey(key);
  const lookAhead = checkHotpOptions(options, MAX_SEARCH, 100);
  const { counter } = options;
  const format = formatOf(key);
  const signer = signerOf(key, minSecretBytesOf(options));

  const typed = readCodes(codes, format);
  if (typed === undefined) return inColourOf(signer, MALFORMED);
  const count = countersFrom(counter, lookAhead + typed.length);
  const values = valuesFrom(signer, counter, count);
  return values instanceof Promise
    ? judgeHotpLater(values, count, format, typed, counter)
    : judgeHotp(values, count, format, typed, counter);
}

/** Undefined when they are no codes, or fewer than two: that is what a user sent, not a mistake in the program. */
export function readCodes(codes: unknown, format: CodeFormat): readonly number[] | undefined {
  try {
    if (!Array.isArray(codes) || codes.length < 2 || codes.length > MAX_CODES) return undefined;
    // By index: the length was checked, what an iterator would say was not.
    const typed = Array.from({ length: codes.length }, (_, i) => format.read(codes[i]));
    return typed.includes(-1) ? undefined : typed;
  } catch {
    // A list that throws when it is read.
    return undefined;
  }
}
