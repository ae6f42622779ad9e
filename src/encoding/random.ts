import { checkInteger } from "../check.ts";
import { OtpError } from "../errors.ts";
import { encodeBase32 } from "./base32.ts";
import type { Bytes } from "./bytes.ts";

/** What is asked of the runtime; typed structurally, so that neither lib DOM nor @types/node is needed. */
interface Crypto {
  getRandomValues?(bytes: Uint8Array): unknown;
}

/**
 * Random bytes of the runtime's cryptographic generator, `crypto.getRandomValues`; there is no other source
 * (RFC 4226 section 7.5, RFC 4086).
 *
 * @param length - 1 to 65536, what one call of `getRandomValues` gives.
 *
 * @example
 * ```ts
 * import { randomBytes } from "otp-core";
 *
 * console.log(randomBytes(32).length); // 32
 * ```
 *
 * @throws OtpError `invalid-argument` for the length; `random-unavailable` where there is no such generator or it failed.
 */
export function randomBytes(length: number): Bytes {
  checkInteger(length, "length", 1, 65536);
  // At least 16, so that a stub that fills nothing shows (trap 41): they are all zero once in 2^128 draws.
  const bytes = new Uint8Array(Math.max(length, 16));
  const { crypto } = globalThis as { crypto?: Crypto };
  try {
    if (crypto?.getRandomValues === undefined) throw new TypeError("globalThis.crypto.getRandomValues is not there");
    crypto.getRandomValues(bytes);
    if (bytes.every((byte) => byte === 0)) throw new TypeError("getRandomValues filled in nothing but zeros");
  } catch (cause) {
    throw new OtpError("random-unavailable", "crypto.getRandomValues is missing or failed", { cause });
  }
  return bytes.slice(0, length);
}

/**
 * A new secret as base32 text. `createTotpKey` and `createHotpKey` call it with the length that suits the algorithm.
 *
 * @param bytes - 16 to 1024; 20 unless told (RFC 4226 section 4, R6: at least 128 bits, 160 recommended).
 *
 * @example
 * ```ts
 * import { generateSecret } from "otp-core";
 *
 * console.log(generateSecret().length); // 32
 * ```
 *
 * @throws OtpError `invalid-argument` for the length; `random-unavailable` where there is no cryptographic generator.
 */
export function generateSecret(bytes = 20): string {
  return encodeBase32(randomBytes(checkInteger(bytes, "bytes", 16, 1024)));
}

/** The bytes that one symbol takes on average, and half of them more: a second draw is rare. */
const SPARE = 1.5;
/** A generator that works has given them all long before: four in five bytes fit, or more. */
const MAX_DRAWS = 64;

/**
 * Symbols, each as likely as any other: a byte beyond the last multiple of their number is drawn again, because its remainder
 * would favour the first ones (trap 40).
 *
 * @param symbols - 2 to 256.
 */
export function drawSymbols(symbols: string, length: number): string {
  const fair = 256 - (256 % symbols.length);
  let text = "";
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    for (const byte of randomBytes(Math.ceil((length - text.length) * SPARE))) {
      if (byte < fair && text.length < length) text += symbols[byte % symbols.length];
    }
    if (text.length === length) return text;
  }
  throw new OtpError("random-unavailable", "crypto.getRandomValues keeps filling in the same bytes");
}
