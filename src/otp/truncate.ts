/**
 * RFC 4226 section 5.3, dynamic truncation of a digest in big-endian words: the low four bits of the last byte say where four
 * bytes start; these, without their highest bit, are the value. The last byte of whichever hash: byte 19 is right for SHA-1
 * only (trap 46).
 */
export function truncate(digest: Int32Array): number {
  const offset = (digest[digest.length - 1] as number) & 15;
  const first = offset >> 2;
  const shift = (offset & 3) * 8;
  // In two shifts, because `>>> 32` is `>>> 0`. Without an offset within the word, nothing of the next one is left.
  const next = ((digest[first + 1] as number) >>> 1) >>> (31 - shift);
  return (((digest[first] as number) << shift) | next) & 0x7fffffff;
}
