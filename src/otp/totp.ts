import type { AsyncSigner, Secret, SyncSecret } from "../hmac/signer.ts";
import { checkKey, type TotpParameters } from "../key/key.ts";
import { checkTimeOptions, stepAt, type TimeOptions } from "./counter.ts";
import { codeAt } from "./hotp.ts";

/**
 * The TOTP code of a moment (RFC 6238 section 4): what an authenticator shows. To check what a user typed call `verifyTotp`,
 * which knows about the window, the replay and the comparison.
 *
 * @param options - `now` in milliseconds since 1970, `Date.now()` unless told.
 * @returns the code with its leading zeros; a promise of it when the key's handle signs asynchronously.
 *
 * @example
 * ```ts
 * import { totp } from "otp-core";
 *
 * const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits: 8 };
 * console.log(totp(key, { now: 59_000 })); // 94287082
 * ```
 *
 * @throws OtpError `invalid-argument`, `invalid-secret`; `signer-failed` when a handle of one's own failed.
 */
export function totp(key: TotpParameters<SyncSecret>, options?: TimeOptions): string;
export function totp(key: TotpParameters<AsyncSigner>, options?: TimeOptions): Promise<string>;
export function totp(key: TotpParameters<Secret>, options?: TimeOptions): string | Promise<string>;
export function totp(key: TotpParameters<Secret>, options: TimeOptions = {}): string | Promise<string> {
  checkKey(key, "totp");
  checkTimeOptions(options);
  return codeAt(key, stepAt(key, options));
}
