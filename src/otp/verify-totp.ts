import { checkInteger, checkOptions, type Options } from "../check.ts";
import type { Answer, MatchOrNull, Secret } from "../hmac/signer.ts";
import { checkKey, signerOf, type TotpParameters } from "../key/key.ts";
import { answerUnsigned } from "./candidates.ts";
import { formatOf } from "./code-format.ts";
import { stepAt } from "./counter.ts";
import { MALFORMED } from "./match.ts";
import { checkAfter, MAX_DRIFT, minSecretBytesOf, type VerifyTotpOptions, WINDOW, windowSide } from "./options.ts";
import { answerLater, type TotpMatch, type TotpOutcome, totpMatch, totpOutcome } from "./outcome.ts";
import { searchRange } from "./search.ts";

const OPTIONS: Options<VerifyTotpOptions> = { after: true, now: true, window: true, drift: true, minSecretBytes: true };

/**
 * Verifies a TOTP code: the match, or `null` (RFC 6238 section 5.2). Most people should use `createAccounts` or `createGuard`
 * instead, which also remember used codes and limit guessing.
 *
 * Nothing is stored. Store the `step` of the match, and pass it as `after` from then on. Do both in one conditional write: if two
 * requests arrive at the same time, only one of them may succeed.
 *
 * @param code - what the user typed, of any type. White space and dashes are ignored.
 * @param options - `after` is required: the last accepted step, or `null` before the first one.
 * @returns the match or `null`; a promise of it if the key has an `AsyncSigner`.
 *
 * @example
 * ```ts
 * import { verifyTotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(verifyTotp(key, "287 082", { after: null, now: 59_000 })); // { step: 1, drift: 0 }
 * console.log(verifyTotp(key, "287 082", { after: 1, now: 59_000 })); // null
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`, `weak-secret`; `signer-failed` if the signer of the key failed.
 */
export function verifyTotp<S extends Secret>(
  key: TotpParameters<S>,
  code: unknown,
  options: VerifyTotpOptions,
): MatchOrNull<S, TotpMatch> {
  return find(key, code, options, totpMatch) as MatchOrNull<S, TotpMatch>;
}

/**
 * The same as {@link verifyTotp} with a reason for the log. Test `ok`: the outcome itself is always truthy.
 *
 * @param code - what the user typed, of any type. White space and dashes are ignored.
 * @returns `ok` with `step` and `drift`, or `reason`: `malformed` (not a code of this key), `mismatch`, or `replayed` (valid, but
 * not after the last accepted step). A promise of it if the key has an `AsyncSigner`.
 *
 * @example
 * ```ts
 * import { attemptTotp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
 * console.log(attemptTotp(key, "287082", { after: 1, now: 59_000 })); // { ok: false, reason: 'replayed' }
 * ```
 *
 * @throws OtpError like {@link verifyTotp}.
 */
export function attemptTotp<S extends Secret>(
  key: TotpParameters<S>,
  code: unknown,
  options: VerifyTotpOptions,
): Answer<S, TotpOutcome> {
  return find(key, code, options, totpOutcome) as Answer<S, TotpOutcome>;
}

function find<T>(
  key: TotpParameters<Secret>,
  code: unknown,
  options: VerifyTotpOptions,
  answer: (index: number, first: number, current: number) => T,
): T | Promise<T> {
  checkKey(key, "totp");
  checkOptions(options, OPTIONS);
  const after = checkAfter(options.after);
  const past = windowSide(options.window, "past", WINDOW);
  const future = windowSide(options.window, "future", WINDOW);
  const drift = options.drift === undefined ? 0 : checkInteger(options.drift, "drift", -MAX_DRIFT, MAX_DRIFT);
  const format = formatOf(key);
  const current = stepAt(key, options);
  const signer = signerOf(key, minSecretBytesOf(options));

  const typed = format.read(code);
  if (typed < 0) return answerUnsigned(signer, answer(MALFORMED, 0, current));
  // There are no steps below 0.
  const first = Math.max(0, current + Math.max(drift - past, -MAX_DRIFT));
  const count = current + Math.min(drift + future, MAX_DRIFT) - first + 1;
  const index = searchRange(signer, format, typed, first, count, after - first + 1, true);
  return typeof index === "number" ? answer(index, first, current) : answerLater(index, first, current, answer);
}
