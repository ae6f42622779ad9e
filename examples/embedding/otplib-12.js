// otplib 12 on the engine of otp-core: `authenticator.options = { createDigest }`. To replace more than the engine, use
// `otp-core/compat/otplib`, which has the same objects.
import { toAlgorithm } from "otp-core";
import { hmac } from "otp-core/hmac";

/**
 * Key, counter and digest are hexadecimal.
 *
 * @param {string} algorithm
 * @param {string} hmacKey
 * @param {string} counter
 */
export function createDigest(algorithm, hmacKey, counter) {
  const signer = hmac(Buffer.from(hmacKey, "hex"), toAlgorithm(algorithm));
  return Buffer.from(signer.sign(Buffer.from(counter, "hex"))).toString("hex");
}
