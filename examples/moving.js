// Secrets as other libraries kept them, to the base32 that a key of otp-core holds: the same bytes, so the same codes.
// guides/moving.md says which one is for whom.
import { decodeBase32, encodeBase32 } from "otp-core";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const DIGEST_BYTES = { SHA1: 20, SHA256: 32, SHA512: 64 };

/** Text in "ascii", "hex", "base64", "utf8" or "latin1", or bytes. */
export function fromText(secret, encoding) {
  return encodeBase32(Buffer.from(secret, encoding));
}

/** Base32 that decodeBase32 refuses, as otplib 12 and otpauth read it: bits that fill no byte did not count. */
export function droppingSpareBits(text) {
  const symbols = text.toUpperCase().replace(/[ =]/g, "");
  const bytes = Math.floor((symbols.length * 5) / 8);
  const length = Math.ceil((bytes * 8) / 5);
  const spare = length * 5 - bytes * 8;
  const last = (ALPHABET.indexOf(symbols[length - 1]) >> spare) << spare;
  return symbols.slice(0, length - 1) + ALPHABET[last];
}

/** The same as speakeasy read it: the bits began one more byte. HMAC fills a key up with zeros, and A is five of them. */
export function keepingSpareBits(text) {
  const symbols = text.toUpperCase().replace(/=/g, "");
  return symbols.padEnd(Math.ceil(symbols.length / 8) * 8, "A");
}

/** `totp` of otplib 12 repeated a secret of few characters, of which hex has two a byte. No app does. */
export function fromOtplib12(secret, encoding, algorithm) {
  const bytes = Buffer.from(secret, encoding);
  const copies = DIGEST_BYTES[algorithm] - secret.length;
  if (copies <= 0) return encodeBase32(bytes);
  return encodeBase32(Buffer.concat(Array(copies).fill(bytes)).subarray(0, DIGEST_BYTES[algorithm]));
}

/** Its `authenticator` turned base32 into hex first. */
export function fromOtplib12Authenticator(text, algorithm) {
  return fromOtplib12(Buffer.from(decodeBase32(droppingSpareBits(text))).toString("hex"), "hex", algorithm);
}

/** The counter that speakeasy and notp really signed: its last 32 bits, with the sign of these. */
export function wrappedCounter(counter) {
  return BigInt.asUintN(64, BigInt(counter | 0));
}
