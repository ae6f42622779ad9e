import { PreparedSigner } from "./prepared.ts";
import { secretBytes } from "./secret.ts";
import { type Algorithm, checkAlgorithm, type Signer } from "./signer.ts";

export type { Bytes } from "../encoding/bytes.ts";
export type { Algorithm, AsyncSigner, Signer } from "./signer.ts";

/**
 * A handle on the built-in pure TypeScript HMAC: the same bits on every runtime. Prepare it once where one key signs or
 * verifies often; elsewhere give the functions the secret itself.
 *
 * @param secret - base32 text or bytes, of any length but zero: a primitive does not judge.
 * @param algorithm - `"SHA1"` unless told.
 *
 * @example
 * ```ts
 * import { totp } from "otp-core";
 * import { hmac } from "otp-core/hmac";
 *
 * const secret = hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
 * console.log(totp({ secret, digits: 8 }, { now: 59_000 })); // 94287082
 * console.log(`${secret}`); // [redacted]
 * ```
 *
 * @throws OtpError `invalid-secret` when the secret is empty or no base32; `invalid-argument` for another type or algorithm.
 */
export function hmac(secret: string | Uint8Array, algorithm: Algorithm = "SHA1"): Signer {
  return new PreparedSigner(secretBytes(secret), checkAlgorithm(algorithm));
}
