// The names of the hash functions.
import { refuse } from "../check.ts";

/** The hash under the HMAC (RFC 6238 section 1.2). MD5 is not offered: truncation needs at least 20 bytes. */
export type Algorithm = "SHA1" | "SHA256" | "SHA512";

export const ALGORITHMS: readonly Algorithm[] = ["SHA1", "SHA256", "SHA512"];

/** The length of a digest in bytes. */
export const DIGEST_BYTES: Readonly<Record<Algorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };

/** Accepts the three names as they are written here. `toAlgorithm` reads other spellings. */
export function checkAlgorithm(value: unknown): Algorithm {
  if (value !== "SHA1" && value !== "SHA256" && value !== "SHA512") refuse("algorithm", '"SHA1", "SHA256" or "SHA512"');
  return value;
}

/**
 * Reads the name of a hash as other libraries write it: `sha1`, `SHA-256`, `sha_512`, `HmacSHA1`. Use it when your own function gets
 * an algorithm as text.
 *
 * @throws OtpError `invalid-argument` for every other name. It is never read as SHA-1.
 *
 * @example
 * ```ts
 * import { toAlgorithm } from "otp-core";
 *
 * console.log(toAlgorithm("sha-256")); // SHA256
 * ```
 */
export function toAlgorithm(name: string): Algorithm {
  return readAlgorithm(name) ?? refuse("name", "the name of SHA-1, SHA-256 or SHA-512");
}

/** The same, with `null` for every other name. */
export function readAlgorithm(name: unknown): Algorithm | null {
  if (typeof name !== "string") return null;
  const bits = /^(?:HMAC[-_]?)?SHA[-_]?(1|256|512)$/i.exec(name)?.[1];
  return ALGORITHMS.find((algorithm) => algorithm === `SHA${bits}`) ?? null;
}
