import { refuse } from "../check.ts";
import type { Bytes } from "../encoding/bytes.ts";

/** The hash under the HMAC (RFC 6238 section 1.2). Others, such as MD5, are refused: 16 bytes are too few to truncate. */
export type Algorithm = "SHA1" | "SHA256" | "SHA512";

/** A key that signs: HMAC (RFC 2104) of a message, at once. Write your own for a key that must not leave its place. */
export interface Signer {
  readonly algorithm: Algorithm;
  /** The whole digest, 20, 32 or 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** A key that signs elsewhere: WebCrypto, a KMS, an HSM. Every function that gets one returns a promise. */
export interface AsyncSigner {
  readonly algorithm: Algorithm;
  /** `message` is {@link Bytes}, so that `crypto.subtle.sign` takes it (TypeScript 5.9 and later refuse a plain Uint8Array). */
  sign(message: Bytes): Promise<Uint8Array>;
}

/** What is signed with at once: base32 text, bytes, or a handle. */
export type SyncSecret = string | Uint8Array | Signer;

/** What a key may hold as its secret. Text is what is stored; a handle saves the preparation of the key on every call. */
export type Secret = SyncSecret | AsyncSigner;

export type Answer<S extends Secret, T> = [S] extends [SyncSecret]
  ? T
  : [S] extends [AsyncSigner]
    ? Promise<T>
    : T | Promise<T>;
export type MatchOrNull<S extends Secret, T> = [S] extends [SyncSecret]
  ? T | null
  : [S] extends [AsyncSigner]
    ? Promise<T | null>
    : PromiseLike<T | null>;

/** Length of a digest in bytes. */
export const DIGEST_BYTES: Readonly<Record<Algorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };

/** One of the three names, exactly: `sha1` or `SHA-1` must not become somebody's default (trap 72). */
export function checkAlgorithm(value: unknown): Algorithm {
  if (value !== "SHA1" && value !== "SHA256" && value !== "SHA512") refuse("algorithm", '"SHA1", "SHA256" or "SHA512"');
  return value;
}

const REDACTED = "[redacted]";

/** What our handles have in common: however they are printed, nothing of the key comes out (trap 79). */
export abstract class Handle {
  abstract readonly algorithm: Algorithm;
  toString(): string {
    return REDACTED;
  }
  toJSON(): string {
    return REDACTED;
  }
  // What console.log calls on Node, Deno and Bun; a global symbol, so nothing is imported.
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}
