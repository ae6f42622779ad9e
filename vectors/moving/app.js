// What the user's authenticator app shows: RFC 4226 on node:crypto, with the secret read as it was meant. Neither the library
// that is left nor otp-core has a hand in it.
import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The bytes of a secret; of base32 the whole ones, whatever is between and behind. */
export function plainBytes(secret, format) {
  if (format !== "base32") return Buffer.from(secret, format === "ascii" ? "latin1" : format);
  const symbols = [...secret.toUpperCase()].filter((symbol) => ALPHABET.includes(symbol));
  const bits = symbols.map((symbol) => ALPHABET.indexOf(symbol).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

export function appCode({ secret, format, algorithm, digits, counter }) {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac(algorithm, plainBytes(secret, format)).update(message).digest();
  const value = digest.readUInt32BE(digest[digest.length - 1] & 15) & 0x7fffffff;
  return String(value % 10 ** digits).padStart(digits, "0");
}
