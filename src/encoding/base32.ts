import { refuse } from "../check.ts";
import { type Bytes, isBytes } from "./bytes.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Base32 text as authenticator apps read it: upper case, without padding (RFC 4648 section 6).
 *
 * @example
 * ```ts
 * import { encodeBase32 } from "otp-core";
 *
 * console.log(encodeBase32(Uint8Array.of(0x66, 0x6f, 0x6f))); // MZXW6
 * ```
 *
 * @throws OtpError `invalid-argument` when `bytes` is not a Uint8Array.
 */
export function encodeBase32(bytes: Uint8Array): string {
  if (!isBytes(bytes)) refuse("bytes", "a Uint8Array");
  let text = "";
  let bits = 0;
  // Holds at most 12 bits: fewer than 5 left over, and 8 new ones.
  let buffer = 0;
  for (const byte of bytes) {
    buffer = ((buffer & 31) << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >>> bits) & 31];
    }
  }
  if (bits > 0) text += ALPHABET[(buffer << (5 - bits)) & 31];
  return text;
}

const SPACE = 0x20;
const DASH = 0x2d;
const PAD = 0x3d;

/**
 * The bytes of a base32 text (RFC 4648 section 6) as people paste it: lower case, spaces and dashes anywhere, with or
 * without padding. Everything else is refused, and so is a text that no byte string encodes to: an impossible length
 * (1, 3 or 6 characters over a multiple of 8) and a last character with bits to spare that are not zero
 * (section 3.5; without this, `AB` and `AA` would be the same secret).
 *
 * @example
 * ```ts
 * import { decodeBase32 } from "otp-core";
 *
 * console.log(decodeBase32("mzxw 6===").join()); // 102,111,111
 * ```
 *
 * @throws OtpError `invalid-argument` when `text` is not a string; `invalid-secret`, with the place, when it is not base32.
 */
export function decodeBase32(text: string): Bytes {
  if (typeof text !== "string") refuse("text", "a string");
  return decodeArgument(text, "text");
}

/** The same for an argument of another name; told to, it drops spare bits that are not zero, as authenticator apps do. */
export function decodeArgument(text: string, argument: string, spareBits: "refused" | "dropped" = "refused"): Bytes {
  let end = text.length;
  while (end > 0 && isFiller(text.charCodeAt(end - 1), true)) end--;

  const bytes = new Uint8Array(Math.floor((end * 5) / 8));
  let symbols = 0;
  let length = 0;
  let bits = 0;
  let buffer = 0;
  for (let i = 0; i < end; i++) {
    const unit = text.charCodeAt(i);
    const value = symbolValue(unit);
    if (value < 0) {
      if (isFiller(unit, false)) continue;
      // The character itself stays out of the message: it may be part of a secret.
      refuse(argument, `base32 of A-Z and 2-7, not as at index ${i}`, "invalid-secret");
    }
    symbols++;
    bits += 5;
    buffer = ((buffer & 127) << 5) | value;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = buffer >>> bits;
    }
  }
  // 5, 6 or 7 bits to spare: a whole character that adds no byte. RFC 4648 section 6 ends on 2, 4, 5, 7 or 8 characters.
  if (bits >= 5) refuse(argument, `base32 of a length that bytes have, not ${symbols}`, "invalid-secret");
  if (spareBits === "refused" && (buffer & ((1 << bits) - 1)) !== 0) {
    refuse(argument, `base32 without spare bits as at index ${end - 1}`, "invalid-secret");
  }
  return length === bytes.length ? bytes : bytes.slice(0, length);
}

/** The one text of a secret's bytes: what `encodeBase32` writes. Most texts are it already, and come back as they are. */
export function canonicalBase32(text: string, argument: string): string {
  // Whole groups of eight have no spare bits; what ends otherwise is looked at bit by bit.
  const canonical = text.length % 8 === 0 && /^[A-Z2-7]+$/.test(text);
  return canonical ? text : encodeBase32(decodeArgument(text, argument));
}

function isFiller(unit: number, atEnd: boolean): boolean {
  return unit === SPACE || unit === DASH || (atEnd && unit === PAD);
}

function symbolValue(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  if (unit >= 0x32 && unit <= 0x37) return unit - 0x32 + 26;
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  return -1;
}
