/**
 * Keys on OpenSSL, for a `KeyObject` and for FIPS builds of Node.
 *
 * @module
 */

import { createHmac, createSecretKey } from "node:crypto";
import { refuse } from "../check.ts";
import { isBytes } from "../encoding/bytes.ts";
import { type Algorithm, checkAlgorithm } from "./algorithm.ts";
import { secretBytes } from "./secret.ts";
import { RedactedSigner, type Signer } from "./signer.ts";

/** The part of node:crypto's KeyObject that is needed; no `@types/node`. */
export interface NodeKeyObject {
  readonly type: string;
  readonly symmetricKeySize?: number | undefined;
  /** Never called. It distinguishes a KeyObject from an object that only looks like one. */
  export(): unknown;
}

const DIGESTS: Readonly<Record<Algorithm, string>> = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" };

/**
 * A signer on node:crypto, for a `KeyObject` or a FIPS build. For everything else use `hmac` of `otp-core/hmac`, which is several
 * times as fast, because a call into OpenSSL costs more than the hash.
 *
 * @param secret - base32 text, bytes or a secret `KeyObject`, at least one byte.
 * @param algorithm - Default: `"SHA1"`.
 *
 * @example
 * ```ts
 * import { createSecretKey } from "node:crypto";
 * import { totp } from "otp-core";
 * import { nodeHmac } from "otp-core/hmac/node";
 *
 * const secret = nodeHmac(createSecretKey("12345678901234567890", "ascii"));
 * console.log(totp({ secret, digits: 8 }, { now: 59_000 })); // 94287082
 * ```
 *
 * @throws OtpError `invalid-secret` if the secret is empty or not base32; `invalid-argument` for another type, a public or
 * private key, or an unknown algorithm.
 */
export function nodeHmac(secret: string | Uint8Array | NodeKeyObject, algorithm: Algorithm = "SHA1"): Signer {
  return new NodeSigner(keyObject(secret), checkAlgorithm(algorithm));
}

type KeyObject = ReturnType<typeof createSecretKey>;

class NodeSigner extends RedactedSigner implements Signer {
  readonly algorithm: Algorithm;
  readonly #key: KeyObject;

  constructor(key: KeyObject, algorithm: Algorithm) {
    super();
    this.algorithm = algorithm;
    this.#key = key;
  }

  sign(message: Uint8Array): Uint8Array {
    if (!isBytes(message)) refuse("message", "a Uint8Array");
    // Copied: a Buffer may be a view into a pool that others use too.
    return new Uint8Array(createHmac(DIGESTS[this.algorithm], this.#key).update(message).digest());
  }
}

function keyObject(secret: string | Uint8Array | NodeKeyObject): KeyObject {
  if (typeof secret === "string" || isBytes(secret)) return createSecretKey(secretBytes(secret));
  if (
    typeof secret !== "object" ||
    secret === null ||
    secret.type !== "secret" ||
    typeof secret.export !== "function"
  ) {
    refuse("secret", "base32 text, a Uint8Array or a secret KeyObject");
  }
  if (secret.symmetricKeySize === 0) refuse("secret", "one byte or more", "invalid-secret");
  return secret as KeyObject;
}
