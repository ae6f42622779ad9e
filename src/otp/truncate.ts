// RFC 4226 section 5.3: the low four bits of the digest's last byte say where four bytes start; these, without their
// highest bit, are the value. The last byte of whichever hash: 19 is right for SHA-1 only (trap 46).

export function truncate(digest: Uint8Array): number {
  const offset = (digest[digest.length - 1] as number) & 15;
  return (
    (((digest[offset] as number) & 0x7f) << 24) |
    ((digest[offset + 1] as number) << 16) |
    ((digest[offset + 2] as number) << 8) |
    (digest[offset + 3] as number)
  );
}

/** The same for a digest in big-endian words. */
export function truncateWords(words: Int32Array): number {
  const offset = (words[words.length - 1] as number) & 15;
  const first = offset >> 2;
  const shift = (offset & 3) * 8;
  // In two shifts, because `>>> 32` is `>>> 0`. Without an offset within the word, nothing of the next one is left.
  const next = ((words[first + 1] as number) >>> 1) >>> (31 - shift);
  return (((words[first] as number) << shift) | next) & 0x7fffffff;
}
