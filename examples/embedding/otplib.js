// otplib 13 on the engine of otp-core: `generate({ secret, crypto, base32 })`, or once for all `new OTP({ crypto, base32 })`.
import { decodeBase32, encodeBase32, equalBytes, randomBytes, toAlgorithm } from "otp-core";
import { hmac } from "otp-core/hmac";

/** @typedef {import("otp-core").Bytes} Bytes */

const encoder = new TextEncoder();

/** @param {string | Uint8Array} value */
const toBytes = (value) => (typeof value === "string" ? encoder.encode(value) : value);

/** @type {import("otplib").CryptoPlugin} */
export const crypto = {
  name: "otp-core",
  algorithms: ["sha1", "sha256", "sha512"],
  hmac: (algorithm, key, data) => hmac(key, toAlgorithm(algorithm)).sign(/** @type {Bytes} */ (data)),
  randomBytes,
  constantTimeEqual: (a, b) => equalBytes(toBytes(a), toBytes(b)),
};

/** @type {import("otplib").Base32Plugin} */
export const base32 = {
  name: "otp-core",
  encode(data, { padding = false } = {}) {
    const text = encodeBase32(data);
    return padding ? text.padEnd(Math.ceil(text.length / 8) * 8, "=") : text;
  },
  decode: decodeBase32,
};
