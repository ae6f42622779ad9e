// otpauth on the engine of otp-core: `new TOTP({ secret, hmac })`, or the `hmac` of its static functions.
import { toAlgorithm } from "otp-core";
import { hmac as prepare } from "otp-core/hmac";

/** @typedef {import("otp-core").Bytes} Bytes */

/**
 * Names in any spelling are read: `sha1`, `SHA-256`. SHA-224, SHA-384 and SHA-3, which otpauth has too, are refused, and so is an empty
 * secret.
 *
 * @type {NonNullable<import("otpauth").TOTP["hmac"]>}
 */
export const hmac = (algorithm, key, message) =>
  prepare(key, toAlgorithm(algorithm)).sign(/** @type {Bytes} */ (message));
