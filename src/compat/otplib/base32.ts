// Base32 as otplib 12 reads it.
import { refuse } from "../../check.ts";
import type { Bytes } from "../../encoding/bytes.ts";
import { textToBytes } from "../text-encoding.ts";

/**
 * The bytes of a secret that users are enrolled with. It ends at the first padding. Bits that fill no byte are dropped. A character below
 * the digits, such as a space or a dash, counts as an A. Another one of ASCII sets all bits of its place. Apps read such a secret in
 * another way, and `otp-core audit` finds it.
 */
export function decodeLoosely(text: string): Bytes {
  const units = textToBytes(text.split("=", 1)[0] as string, "utf8") as Bytes;
  const bytes = new Uint8Array(Math.ceil((units.length * 5) / 8) + 1);
  for (const [i, unit] of units.entries()) {
    if (unit > 0x7f) refuse("secret", "base32 text", "invalid-secret");
    const at = (i * 5) >> 3;
    // 3 to -4: how far the symbol lies above the end of its first byte.
    const shift = 3 - ((i * 5) & 7);
    const value = symbolValue(unit);
    bytes[at] = (bytes[at] as number) | (shift >= 0 ? value << shift : value >> -shift);
    if (shift < 0) bytes[at + 1] = value << (8 + shift);
  }
  return bytes.slice(0, Math.floor((units.length * 5) / 8));
}

/** The eight bits of the table that otplib uses: a wrong character has all of them. */
function symbolValue(unit: number): number {
  if (unit < 0x30) return 0;
  if (unit >= 0x32 && unit <= 0x37) return unit - 0x32 + 26;
  const letter = unit & 0x1f;
  return unit > 0x40 && unit !== 0x60 && letter <= 26 ? letter - 1 : 0xff;
}
