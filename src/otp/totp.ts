import type { Answer, Secret } from "../hmac/signer.ts";
import { checkKey, type TotpParameters } from "../key/key.ts";
import { checkTimeOptions, stepAt, type TimeOptions } from "./counter.ts";
import { codeAt } from "./hotp.ts";

/**
 * The TOTP code of a moment (RFC 6238 section 4): what an authenticator app shows. To check a code that a user typed, call
 * `verifyTotp` instead, which knows about the window, replays and comparison in constant time.
 *
 * @param options - `now` in milliseconds since 1970. Default: `Date.now()`.
 * @returns the code with its leading zeros; a promise of it if the key has an `AsyncSigner`.
 *
 * @example
 * ```ts
 * import { totp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits: 8 };
 * console.log(totp(key, { now: 59_000 })); // 94287082
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`; `signer-failed` if the signer of the key failed.
 */
export function totp<S extends Secret>(key: TotpParameters<S>, options: TimeOptions = {}): Answer<S, string> {
  checkKey(key, "totp");
  checkTimeOptions(options);
  return codeAt(key, stepAt(key, options)) as Answer<S, string>;
}
