// UTF-8 (RFC 3629) without TextEncoder, which small engines lack.
import type { Bytes } from "./bytes.ts";

/** How many bytes the UTF-8 of a text has (RFC 3629), or -1 when half of a surrogate pair stands alone in it, which has none. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit < 0xd800 || unit > 0xdfff) length += 3;
    else if ((text.codePointAt(i) as number) > 0xffff) {
      length += 4;
      i++;
    } else return -1;
  }
  return length;
}

/** Writes the UTF-8 of a well-formed text into `bytes` from `at` on, and returns where it ends. */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  let end = at;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) as number;
    if (point < 0x80) {
      bytes[end++] = point;
      continue;
    }
    if (point > 0xffff) i++;
    // The leading byte says how many follow; each of these holds six bits.
    const following = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes[end++] = (0xff00 >> (following + 1)) | (point >> (6 * following));
    for (let shift = 6 * (following - 1); shift >= 0; shift -= 6) bytes[end++] = 0x80 | ((point >> shift) & 63);
  }
  return end;
}

/** The UTF-8 of a text, or `null` if half of a surrogate pair stands alone in it. */
export function encodeUtf8(text: string): Bytes | null {
  const length = utf8Length(text);
  if (length < 0) return null;
  const bytes = new Uint8Array(length);
  writeUtf8(text, bytes, 0);
  return bytes;
}
