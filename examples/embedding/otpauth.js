// otpauth on the engine of otp-core: `new TOTP({ secret, hmac })`, or the `hmac` of its static functions.
import { hmac as prepare } from "otp-core/hmac";

/** @typedef {import("otp-core").Algorithm} Algorithm */

/**
 * otpauth also knows SHA-224, SHA-384 and SHA-3; these, and a secret without a byte, are refused.
 *
 * @type {NonNullable<import("otpauth").TOTP["hmac"]>}
 */
export const hmac = (algorithm, key, message) => prepare(key, /** @type {Algorithm} */ (algorithm)).sign(message);
