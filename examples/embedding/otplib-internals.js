// What stands between the interface of otplib 13 and the hash, on the functions of otp-core: `generateSync` and `verifySync` with the same
// options and results. A malformed token is not valid here. otplib throws.
import { findCounter, hotp, toAlgorithm } from "otp-core";
import { hmac } from "otp-core/hmac";
import { signerOf } from "./signers.js";

/**
 * @typedef {object} Options
 * @property {string | Uint8Array} secret - base32 or bytes.
 * @property {"totp" | "hotp"} [strategy]
 * @property {string} [algorithm]
 * @property {6 | 7 | 8} [digits]
 * @property {number} [period] - seconds.
 * @property {number} [t0] - seconds.
 * @property {number} [epoch] - seconds.
 * @property {number} [counter]
 */

/** @param {Options} options */
function keyOf({ secret, algorithm = "sha1", digits = 6 }) {
  const signer =
    typeof secret === "string" ? hmac(secret, toAlgorithm(algorithm)) : signerOf(secret, secret, algorithm);
  return { secret: signer, digits };
}

const seconds = () => Math.floor(Date.now() / 1000);

/** @param {Options} options */
export function generateSync(options) {
  const { strategy, counter = 0, period = 30, t0 = 0, epoch = seconds() } = options;
  return hotp(keyOf(options), strategy === "hotp" ? counter : Math.floor((epoch - t0) / period));
}

/**
 * @param {Options & {
 *   token: string,
 *   epochTolerance?: number | [number, number],
 *   counterTolerance?: number | [number, number],
 *   afterTimeStep?: number,
 * }} options
 */
export function verifySync(options) {
  const { token, strategy, period = 30, t0 = 0, epoch = seconds(), afterTimeStep = -1 } = options;
  if (strategy === "hotp") {
    const { counter = 0, counterTolerance = 0 } = options;
    const [back, ahead] = Array.isArray(counterTolerance) ? counterTolerance : [0, counterTolerance];
    const found = findCounter(keyOf(options), token, { from: Math.max(0, counter - back), to: counter + ahead });
    return found === null ? { valid: false } : { valid: true, delta: found - counter };
  }
  const { epochTolerance = 0 } = options;
  const [past, future] = Array.isArray(epochTolerance) ? epochTolerance : [epochTolerance, epochTolerance];
  const stepAt = (/** @type {number} */ moment) => Math.floor((moment - t0) / period);
  const from = Math.max(0, stepAt(epoch - past), afterTimeStep + 1);
  const to = stepAt(epoch + future);
  const step = from > to ? null : findCounter(keyOf(options), token, { from, to });
  if (step === null) return { valid: false };
  return { valid: true, delta: step - stepAt(epoch), epoch: step * period + t0, timeStep: step };
}
