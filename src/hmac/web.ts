/**
 * Keys on WebCrypto, for a `CryptoKey` that cannot be exported. Signing is asynchronous.
 *
 * @module
 */

import { refuse } from "../check.ts";
import { type Bytes, isBytes } from "../encoding/bytes.ts";
import { OtpError } from "../errors.ts";
import { type Algorithm, checkAlgorithm } from "./algorithm.ts";
import { secretBytes } from "./secret.ts";
import { type AsyncSigner, RedactedSigner } from "./signer.ts";

/** The part of CryptoKey that is needed; no lib "DOM". */
export interface WebKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

/** The part of SubtleCrypto that is needed. */
interface Subtle {
  importKey(
    format: "raw",
    bytes: Uint8Array,
    algorithm: { name: "HMAC"; hash: string },
    extractable: false,
    usages: ["sign"],
  ): Promise<WebKey>;
  sign(name: "HMAC", key: WebKey, message: Bytes): Promise<ArrayBuffer>;
}

const HASH_NAMES: Readonly<Record<Algorithm, string>> = { SHA1: "SHA-1", SHA256: "SHA-256", SHA512: "SHA-512" };

/**
 * A signer on WebCrypto, for a `CryptoKey` that must not leave the key store of the browser or worker. Every function that gets it
 * returns a promise. For everything else use `hmac` of `otp-core/hmac`, which is faster and synchronous.
 *
 * @param secret - base32 text or bytes, at least one byte; or a `CryptoKey` for HMAC with the usage `sign`, which carries its own
 * hash.
 * @param algorithm - Default: `"SHA1"`. Leave it out with a `CryptoKey`.
 *
 * @example
 * ```ts
 * import { totp } from "otp-core";
 * import { webHmac } from "otp-core/hmac/web";
 *
 * const secret = webHmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
 * console.log(await totp({ secret, digits: 8 }, { now: 59_000 })); // 94287082
 * ```
 *
 * @throws OtpError `invalid-secret` if the secret is empty or not base32; `invalid-argument` for another type, algorithm or
 * `CryptoKey`. Signing rejects with `signer-failed` without `crypto.subtle` (a page without https).
 */
export function webHmac(secret: string | Uint8Array, algorithm?: Algorithm): AsyncSigner;
export function webHmac(key: WebKey): AsyncSigner;
export function webHmac(secret: string | Uint8Array | WebKey, algorithm?: Algorithm): AsyncSigner {
  if (typeof secret === "string" || isBytes(secret)) {
    // A copy: the key is imported at the first signature, and the caller may wipe the bytes before that.
    return new WebSigner(
      new Uint8Array(secretBytes(secret)),
      algorithm === undefined ? "SHA1" : checkAlgorithm(algorithm),
    );
  }
  const own = keyAlgorithm(secret);
  if (algorithm !== undefined && algorithm !== own) refuse("algorithm", `left out or ${own}, the CryptoKey's own`);
  return new WebSigner(secret, own);
}

class WebSigner extends RedactedSigner implements AsyncSigner {
  readonly algorithm: Algorithm;
  readonly async = true;
  /** Bytes until the first signature has imported them. */
  #key: Uint8Array | WebKey | Promise<WebKey>;

  constructor(key: Uint8Array | WebKey, algorithm: Algorithm) {
    super();
    this.algorithm = algorithm;
    this.#key = key;
  }

  async sign(message: Bytes): Promise<Uint8Array> {
    if (!isBytes(message)) refuse("message", "a Uint8Array");
    const subtle = (globalThis as { crypto?: { subtle?: Subtle } }).crypto?.subtle;
    if (subtle === undefined) throw new OtpError("signer-failed", "crypto.subtle is missing: not a secure context?");
    const key = this.#key;
    if (isBytes(key)) {
      const algorithm = { name: "HMAC", hash: HASH_NAMES[this.algorithm] } as const;
      const imported = subtle.importKey("raw", key, algorithm, false, ["sign"]);
      this.#key = imported;
      // A failure is not kept: the next signature tries again.
      imported.catch(() => {
        this.#key = key;
      });
    }
    return new Uint8Array(await subtle.sign("HMAC", await (this.#key as WebKey | Promise<WebKey>), message));
  }
}

function keyAlgorithm(key: WebKey): Algorithm {
  const expected = 'base32 text, a Uint8Array or a CryptoKey for HMAC with the usage "sign"';
  if (typeof key !== "object" || key === null || key.type !== "secret") refuse("secret", expected);
  if (key.algorithm?.name !== "HMAC" || !key.usages?.includes("sign")) refuse("secret", expected);
  const { name } = (key.algorithm as { hash?: { name?: unknown } }).hash ?? {};
  for (const algorithm of ["SHA1", "SHA256", "SHA512"] as const) {
    if (HASH_NAMES[algorithm] === name) return algorithm;
  }
  return refuse("secret", "a CryptoKey with the hash SHA-1, SHA-256 or SHA-512");
}
