import type { Bytes } from "./bytes.ts";
import { utf8Length, writeUtf8 } from "./utf8.ts";

/**
 * Well-formed texts as bytes: the length of each text as four bytes, big-endian, and then its UTF-8. Two lists that differ in a text or
 * in their length give different bytes, so that no text can pass for a part of its neighbour.
 */
export function lengthPrefixed(parts: readonly string[]): Bytes {
  const lengths = parts.map(utf8Length);
  const bytes = new Uint8Array(lengths.reduce((total, length) => total + 4 + length, 0));
  let end = 0;
  for (const [i, part] of parts.entries()) {
    const length = lengths[i] as number;
    for (let shift = 24; shift >= 0; shift -= 8) bytes[end++] = length >>> shift;
    end = writeUtf8(part, bytes, end);
  }
  return bytes;
}
