// Base32 (RFC 4648 section 6), as authenticator apps read and write it.
import { refuse } from "../check.ts";
import { OtpError } from "../errors.ts";
import { type Bytes, isBytes } from "./bytes.ts";
import { separatorLength } from "./separators.ts";

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
 * @throws OtpError `invalid-argument` if `bytes` is not a Uint8Array.
 */
export function encodeBase32(bytes: Uint8Array): string {
  if (!isBytes(bytes)) refuse("bytes", "a Uint8Array");
  let text = "";
  let bits = 0;
  // Holds at most 12 bits: up to 4 that are left, and 8 new ones.
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

/**
 * The bytes of a base32 text as people paste it: in either case, with or without padding. White space, dashes and invisible
 * characters are ignored everywhere.
 *
 * A text that no bytes encode to is refused: one of an impossible length (1, 3 or 6 characters more than a multiple of 8), and one
 * whose last character has spare bits that are not zero (RFC 4648 section 3.5). Otherwise `AB` and `AA` would be the same secret.
 *
 * @example
 * ```ts
 * import { decodeBase32 } from "otp-core";
 *
 * console.log(decodeBase32("mzxw 6===").join()); // 102,111,111
 * ```
 *
 * @throws OtpError `invalid-argument` if `text` is not a string; `invalid-secret`, with the index, if it is not base32.
 */
export function decodeBase32(text: string): Bytes {
  if (typeof text !== "string") refuse("text", "a string");
  return decodeArgument(text, "text");
}

const PAD = 0x3d;

/** Decodes an argument with another name. `"dropped"` ignores spare bits, as authenticator apps do. */
export function decodeArgument(text: string, argument: string, spareBits: "refused" | "dropped" = "refused"): Bytes {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let symbols = 0;
  let length = 0;
  let bits = 0;
  let buffer = 0;
  let last = 0;
  let padding = -1;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const value = symbolValue(unit);
    if (value < 0) {
      const ignored = separatorLength(text, i);
      if (ignored === 2) i++;
      if (ignored > 0) continue;
      if (unit !== PAD) throw invalidBase32(argument, ` at index ${i}`, "A-Z or 2-7");
      if (padding < 0) padding = i;
      continue;
    }
    if (padding >= 0) throw invalidBase32(argument, ` at index ${padding}`, "padding at the end only");
    symbols++;
    last = i;
    bits += 5;
    buffer = ((buffer & 127) << 5) | value;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = buffer >>> bits;
    }
  }
  // 5, 6 or 7 spare bits are a whole character that adds no byte. RFC 4648 section 6 ends with 2, 4, 5, 7 or 8 characters.
  if (bits >= 5) throw invalidBase32(argument, "", `a length that bytes have, not ${symbols} characters`);
  if (spareBits === "refused" && (buffer & ((1 << bits) - 1)) !== 0) {
    throw invalidBase32(argument, ` at index ${last}`, "no spare bits");
  }
  return length === bytes.length ? bytes : bytes.slice(0, length);
}

/** The message never holds a character of the text, which may be a secret. */
function invalidBase32(argument: string, place: string, expected: string): OtpError {
  const details = { argument, expected: `base32 with ${expected}${place}` };
  return new OtpError("invalid-secret", `invalid base32${place}: expected ${expected}`, details);
}

/** The text that `encodeBase32` writes for the bytes of a base32 text. Most texts are like that already, and are returned as they are. */
export function canonicalBase32(text: string, argument: string): string {
  // Whole groups of eight characters have no spare bits.
  const canonical = text.length % 8 === 0 && /^[A-Z2-7]+$/.test(text);
  return canonical ? text : encodeBase32(decodeArgument(text, argument));
}

function symbolValue(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  if (unit >= 0x32 && unit <= 0x37) return unit - 0x32 + 26;
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  return -1;
}
