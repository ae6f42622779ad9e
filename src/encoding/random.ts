import { checkInteger } from "../check.ts";
import { OtpError } from "../errors.ts";
import { encodeBase32 } from "./base32.ts";
import type { Bytes } from "./bytes.ts";

/** The part of WebCrypto that is needed. Typed here, so that neither lib DOM nor @types/node is needed. */
interface Crypto {
  getRandomValues?(bytes: Uint8Array): unknown;
}

/**
 * Random bytes from the cryptographic generator of the runtime, `crypto.getRandomValues`. No other source is used (RFC 4226
 * section 7.5, RFC 4086).
 *
 * @param length - 1 to 65,536 bytes, which is the most that one call of `getRandomValues` gives.
 *
 * @example
 * ```ts
 * import { randomBytes } from "otp-core";
 *
 * console.log(randomBytes(32).length); // 32
 * ```
 *
 * @throws OtpError `invalid-argument` for the length; `random-unavailable` if the runtime has no such generator or it failed.
 */
export function randomBytes(length: number): Bytes {
  checkInteger(length, "length", 1, 65536);
  // At least 16 bytes, so that a stub that fills nothing is noticed: 16 random bytes are all zero once in 2^128 draws.
  const bytes = new Uint8Array(Math.max(length, 16));
  const { crypto } = globalThis as { crypto?: Crypto };
  try {
    if (crypto?.getRandomValues === undefined) throw new TypeError("globalThis.crypto.getRandomValues is missing");
    crypto.getRandomValues(bytes);
    if (bytes.every((byte) => byte === 0)) throw new TypeError("getRandomValues returned only zeros");
  } catch (cause) {
    throw new OtpError("random-unavailable", "crypto.getRandomValues is missing or failed", { cause });
  }
  return bytes.length === length ? bytes : bytes.slice(0, length);
}

/**
 * A new random secret as base32 text. Most people should call `createTotpKey` or `createHotpKey`, which choose the length.
 *
 * @param bytes - 16 to 1024. Default: 20 (RFC 4226 section 4, R6: at least 128 bits, 160 bits recommended).
 *
 * @example
 * ```ts
 * import { generateSecret } from "otp-core";
 *
 * console.log(generateSecret().length); // 32
 * ```
 *
 * @throws OtpError `invalid-argument` for the length; `random-unavailable` if the runtime has no cryptographic generator.
 */
export function generateSecret(bytes = 20): string {
  return encodeBase32(randomBytes(checkInteger(bytes, "bytes", 16, 1024)));
}

/** More bytes than symbols are drawn, so that a second draw is rare. */
const SPARE = 1.5;
/** A working generator needs far fewer draws, because at least four in five bytes can be used. */
const MAX_DRAWS = 64;

/**
 * Draws symbols with equal probability. A byte beyond the last multiple of the number of symbols is drawn again, because its remainder
 * would favour the first symbols.
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
