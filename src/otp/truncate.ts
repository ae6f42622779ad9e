// Dynamic truncation (RFC 4226 section 5.3).
import { checkInteger, refuse } from "../check.ts";
import { isBytes } from "../encoding/bytes.ts";

/** The offset is up to 15, and four bytes begin there. A digest of MD5 is too short. */
const MIN_DIGEST_BYTES = 20;

/**
 * The code of an HMAC digest (RFC 4226 section 5.3), for libraries that sign by themselves. Applications should call `hotp` or
 * `totp`.
 *
 * @param digest - the whole digest, at least 20 bytes.
 * @param digits - 1 to 10. RFC 4226 requires at least 6.
 * @returns the code with its leading zeros.
 *
 * @example
 * ```ts
 * import { truncate } from "otp-core";
 *
 * const digest = new Uint8Array(20).fill(0xff);
 * console.log(truncate(digest, 6)); // 483647
 * ```
 *
 * @throws OtpError `invalid-argument`.
 */
export function truncate(digest: Uint8Array, digits: number): string {
  if (!isBytes(digest) || digest.length < MIN_DIGEST_BYTES) {
    refuse("digest", `a Uint8Array of at least ${MIN_DIGEST_BYTES} bytes`);
  }
  checkInteger(digits, "digits", 1, 10);
  const offset = (digest[digest.length - 1] as number) & 15;
  // All of these bytes exist, because the digest is long enough.
  const [a, b, c, d] = digest.subarray(offset, offset + 4) as unknown as [number, number, number, number];
  const value = (a & 0x7f) * 2 ** 24 + ((b << 16) | (c << 8) | d);
  return String(value % 10 ** digits).padStart(digits, "0");
}

/**
 * The value of a digest in big-endian words: the low four bits of the last byte say where four bytes begin. Their lowest 31 bits are
 * the value. The last byte is the one of this digest: byte 19 is right for SHA-1 only.
 */
export function truncateWords(digest: Int32Array): number {
  const offset = (digest[digest.length - 1] as number) & 15;
  const first = offset >> 2;
  const shift = (offset & 3) * 8;
  // In two shifts, because `>>> 32` is `>>> 0`. Without an offset within the word, nothing of the next word is left.
  const next = ((digest[first + 1] as number) >>> 1) >>> (31 - shift);
  return (((digest[first] as number) << shift) | next) & 0x7fffffff;
}
