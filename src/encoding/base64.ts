import type { Bytes } from "./bytes.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const group = (a << 16) | (b << 8) | c;
    for (let shift = 18; shift >= 0; shift -= 6) text += ALPHABET[(group >> shift) & 63];
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - padding) + "=".repeat(padding);
}

/**
 * The bytes of base64 as it gets through URIs: of either alphabet (RFC 4648 sections 4 and 5), with or without padding, and
 * with the spaces that a form makes of plus signs. Null for anything else, spare bits that are not zero included.
 */
export function decodeBase64(text: string): Bytes | null {
  let end = text.length;
  while (end > 0 && text[end - 1] === "=") end--;
  const bytes = new Uint8Array(Math.floor((end * 6) / 8));
  let length = 0;
  let bits = 0;
  // Holds at most 12 bits: fewer than 6 left over, and 6 new ones.
  let buffer = 0;
  for (let i = 0; i < end; i++) {
    const value = symbolValue(text.charCodeAt(i));
    if (value < 0) return null;
    buffer = ((buffer & 63) << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = buffer >>> bits;
    }
  }
  // A whole character that adds no byte; or bits that no byte has.
  if (bits === 6 || (buffer & ((1 << bits) - 1)) !== 0) return null;
  return bytes;
}

function symbolValue(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61 + 26;
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 52;
  if (unit === 0x2b || unit === 0x2d || unit === 0x20) return 62;
  return unit === 0x2f || unit === 0x5f ? 63 : -1;
}
