// Base32 as speakeasy reads it.
import type { Bytes } from "../../encoding/bytes.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** Digits that look like letters. */
const LOOKALIKES: Readonly<Record<string, string>> = { "0": "O", "1": "I" };

/**
 * The bytes of a secret that users are enrolled with. Every character outside of base32 counts as an A, and padding is skipped anywhere.
 * Bits that fill no byte begin one more, unless they are all zero. Apps read such a secret in another way, and `otp-core audit` finds it.
 */
export function decodeLoosely(text: string): Bytes {
  const symbols = text.toUpperCase().replace(/=/g, "");
  const bytes = new Uint8Array(Math.ceil((symbols.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let length = 0;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] as string;
    const value = Math.max(0, ALPHABET.indexOf(LOOKALIKES[symbol] ?? symbol));
    buffer = ((buffer & 0xff) << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = buffer >> bits;
  }
  const spare = (buffer << (8 - bits)) & 0xff;
  if (spare !== 0) bytes[length++] = spare;
  return bytes.slice(0, length);
}
