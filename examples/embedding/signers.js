// A prepared key for each secret that lives longer than a call.
import { toAlgorithm } from "otp-core";
import { hmac } from "otp-core/hmac";

/** @typedef {import("otp-core").Signer} Signer */

/** @type {WeakMap<object, { readonly algorithm: string, readonly signer: Signer }>} */
const prepared = new WeakMap();

/**
 * The signer lives as long as its owner. The bytes of an owner must not change.
 *
 * @param {object} owner - the object that stands for the secret in your library.
 * @param {string | Uint8Array} secret - base32 or bytes.
 * @param {string} algorithm - in any spelling.
 */
export function signerOf(owner, secret, algorithm) {
  const known = prepared.get(owner);
  if (known?.algorithm === algorithm) return known.signer;
  const signer = hmac(secret, toAlgorithm(algorithm));
  prepared.set(owner, { algorithm, signer });
  return signer;
}
