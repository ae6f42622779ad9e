// What signs a message with a key: the interfaces for users, and the types of answers that depend on them.
import type { Bytes } from "../encoding/bytes.ts";
import type { Algorithm } from "./algorithm.ts";

/**
 * Signs a message with a key, synchronously. Write your own for a key that must not leave its place.
 *
 * @example
 * ```ts
 * import { createHmac } from "node:crypto";
 * import { hotp, type Signer } from "otp-core";
 *
 * const secret: Signer = { algorithm: "SHA1", sign: (message) => createHmac("sha1", "12345678901234567890").update(message).digest() };
 * console.log(hotp({ secret }, 1)); // 287082
 * ```
 */
export interface Signer {
  readonly algorithm: Algorithm;
  readonly async?: false | undefined;
  /** Returns the whole digest: 20, 32 or 64 bytes. */
  sign(message: Bytes): Uint8Array;
}

/** Signs a message with a key that lives elsewhere: a KMS, an HSM, a `CryptoKey`. Functions that get it return promises. */
export interface AsyncSigner {
  readonly algorithm: Algorithm;
  /** Required, so that a refused attempt never has to sign anything. */
  readonly async: true;
  /** Resolves to the whole digest: 20, 32 or 64 bytes. */
  sign(message: Bytes): Promise<Uint8Array>;
}

/** Base32 text, bytes, or a synchronous signer. */
export type SyncSecret = string | Uint8Array | Signer;

/** Everything that a key may hold as its secret. Store text; use signers for keys that must not leave their place. */
export type Secret = SyncSecret | AsyncSigner;

/** `T` for a synchronous secret, a promise of `T` for an {@link AsyncSigner}. */
export type Answer<S extends Secret, T> = [S] extends [SyncSecret]
  ? T
  : [S] extends [AsyncSigner]
    ? Promise<T>
    : T | Promise<T>;

/**
 * The match or `null`. If the type does not say whether the secret is synchronous, the compiler asks for `await`: a promise that
 * was not awaited would be truthy.
 */
export type MatchOrNull<S extends Secret, T> = [S] extends [SyncSecret]
  ? T | null
  : [S] extends [AsyncSigner]
    ? Promise<T | null>
    : PromiseLike<T | null>;

const REDACTED = "[redacted]";

/** The base of the package's own signers. However a signer is printed, nothing of its key appears. */
export abstract class RedactedSigner {
  abstract readonly algorithm: Algorithm;
  toString(): string {
    return REDACTED;
  }
  toJSON(): string {
    return REDACTED;
  }
  // console.log calls this method on Node, Deno and Bun. The symbol is global, so that nothing has to be imported.
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}
