import { checkInteger, checkOptions } from "../check.ts";
import type { AsyncSigner, Secret, SyncSecret } from "../hmac/signer.ts";
import { checkHotpKey, checkKey, type HotpParameters, signerOf, type TotpParameters } from "../key/key.ts";
import { inColourOf, valuesFrom } from "./candidates.ts";
import { formatOf } from "./code-format.ts";
import { countersFrom, stepAt } from "./counter.ts";
import {
  checkAfter,
  checkHotpOptions,
  MAX_DRIFT,
  minSecretBytesOf,
  type VerifyHotpOptions,
  type VerifyTotpOptions,
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
  MISMATCH,
  type TotpVerdict,
} from "./verdict.ts";

const OPTIONS = { after: true, now: true, window: true, drift: true, minSecretBytes: true } as const;

/**
 * Whether `code` is the key's code of a step within the window and after the last accepted one. Nothing is stored: keep the
 * verdict's `step` and pass it as `after` the next time, in one conditional write, or two requests at once will both pass.
 *
 * @param code - what the user typed, of whatever type; spaces and dashes do not count.
 * @returns `ok` with `step` and `drift`, or the reason: `malformed` (no code of this length), `mismatch`, `replayed` (right, but
 * not after the last accepted step). A promise of it when the key's handle signs asynchronously.
 *
 * @example
 * ```ts
 * import { verifyTotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(verifyTotp(key, "287 082", { after: null, now: 59_000 })); // { ok: true, step: 1, drift: 0 }
 * console.log(verifyTotp(key, "287 082", { after: 1, now: 59_000 })); // { ok: false, reason: 'replayed' }
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`, `weak-secret`; `signer-failed` when a handle of one's own failed.
 */
export function verifyTotp(key: TotpParameters<SyncSecret>, code: string, options: VerifyTotpOptions): TotpVerdict;
export function verifyTotp(
  key: TotpParameters<AsyncSigner>,
  code: string,
  options: VerifyTotpOptions,
): Promise<TotpVerdict>;
export function verifyTotp(
  key: TotpParameters<Secret>,
  code: string,
  options: VerifyTotpOptions,
): TotpVerdict | Promise<TotpVerdict>;
export function verifyTotp(
  key: TotpParameters<Secret>,
  code: string,
  options: VerifyTotpOptions,
): TotpVerdict | Promise<TotpVerdict> {
  checkKey(key, "totp");
  checkOptions(options, OPTIONS);
  const after = checkAfter(options.after);
  const past = windowSide(options.window, "past", 10, 1);
  const future = windowSide(options.window, "future", 10, 1);
  const drift = options.drift === undefined ? 0 : checkInteger(options.drift, "drift", -MAX_DRIFT, MAX_DRIFT);
  const format = formatOf(key);
  const current = stepAt(key, options);
  const signer = signerOf(key, minSecretBytesOf(options));

  const typed = format.read(code);
  if (typed < 0) return inColourOf(signer, MALFORMED);
  // There are no steps below zero.
  const first = Math.max(0, current + drift - past);
  const count = current + drift + future - first + 1;
  if (count <= 0) return inColourOf(signer, MISMATCH);
  const values = valuesFrom(signer, first, count);
  return values instanceof Promise
    ? judgeTotpLater(values, count, format, typed, first, after, current)
    : judgeTotp(values, count, format, typed, first, after, current);
}

/**
 * Whether `code` is the key's code of the expected counter or of one of the next ones, never of an earlier one
 * (RFC 4226 section 7.4). Nothing is stored: on `ok` store `nextCounter`, in one conditional write; on failure store
 * nothing (section 7.2).
 *
 * @param code - what the user typed, of whatever type; spaces and dashes do not count.
 * @returns `ok` with `nextCounter` in the kind of `counter`, or the reason: `malformed` or `mismatch`. After the very last
 * counter `nextCounter` is one more than is accepted: the key is used up. A promise when the key's handle is asynchronous.
 *
 * @example
 * ```ts
 * import { verifyHotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(verifyHotp(key, "359152", { counter: 0 })); // { ok: true, nextCounter: 3 }
 * console.log(verifyHotp(key, "359152", { counter: 3 })); // { ok: false, reason: 'mismatch' }
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`, `weak-secret`; `signer-failed` when a handle of one's own failed.
 */
export function verifyHotp<C extends number | bigint>(
  key: HotpParameters<SyncSecret>,
  code: string,
  options: VerifyHotpOptions<C>,
): HotpVerdict<CounterOf<C>>;
export function verifyHotp<C extends number | bigint>(
  key: HotpParameters<AsyncSigner>,
  code: string,
  options: VerifyHotpOptions<C>,
): Promise<HotpVerdict<CounterOf<C>>>;
export function verifyHotp<C extends number | bigint>(
  key: HotpParameters<Secret>,
  code: string,
  options: VerifyHotpOptions<C>,
): HotpVerdict<CounterOf<C>> | Promise<HotpVerdict<CounterOf<C>>>;
export function verifyHotp(
  key: HotpParameters<Secret>,
  code: string,
  options: VerifyHotpOptions<number | bigint>,
): unknown {
  checkHotpKey(key);
  const lookAhead = checkHotpOptions(options, 100, 10);
  const { counter } = options;
  const format = formatOf(key);
  const signer = signerOf(key, minSecretBytesOf(options));

  const typed = format.read(code);
  if (typed < 0) return inColourOf(signer, MALFORMED);
  const count = countersFrom(counter, lookAhead + 1);
  const values = valuesFrom(signer, counter, count);
  return values instanceof Promise
    ? judgeHotpLater(values, count, format, typed, counter)
    : judgeHotp(values, count, format, typed, counter);
}
