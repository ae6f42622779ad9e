import type { Bytes } from "./bytes.ts";
import { utf8Length, writeUtf8 } from "./utf8.ts";

/**
 * Well-formed texts as bytes: the length of each text as four bytes, big-endian, and then its UTF-8. Two lists that differ in a text or
 * in their length give different bytes, so that no text can pass for a part of its neighbour.
 */
export function lengthPrefixed(parts: readonly string[]): Bytes {
  let total = 0;
  for (const part of parts) total += 4 + utf8Length(part);
  const bytes = new Uint8Array(total);
  let end = 0;
  for (const part of parts) {
    const length = utf8Length(part);
    for (let shift = 24; shift >= 0; shift -= 8) bytes[end++] = length >>> shift;
    end = writeUtf8(part, bytes, end);
  }
  return bytes;
}
