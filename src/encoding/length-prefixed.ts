import type { Bytes } from "./bytes.ts";
import { utf8Length, writeUtf8 } from "./utf8.ts";

/** How many bytes a length takes. */
const PREFIX = 4;

/**
 * Well-formed texts as bytes: the length of each text as four bytes, big-endian, and then its UTF-8. Two lists that differ in a text or
 * in their length give different bytes, so that no text can pass for a part of its neighbour.
 */
export function lengthPrefixed(parts: readonly string[]): Bytes {
  let total = 0;
  for (const part of parts) total += PREFIX + utf8Length(part);
  const bytes = new Uint8Array(total);
  let start = 0;
  for (const part of parts) {
    const end = writeUtf8(part, bytes, start + PREFIX);
    const length = end - start - PREFIX;
    for (let i = 0; i < PREFIX; i++) bytes[start + i] = length >>> (8 * (PREFIX - 1 - i));
    start = end;
  }
  return bytes;
}
