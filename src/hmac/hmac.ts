import { type Algorithm, checkAlgorithm } from "./algorithm.ts";
import { PreparedSigner } from "./prepared.ts";
import { secretBytes } from "./secret.ts";
import type { Signer } from "./signer.ts";

/**
 * Prepares a key for the built-in HMAC, which is pure TypeScript and gives the same bytes on every runtime. Prepare a key once if it
 * signs or verifies often. Otherwise pass the secret itself to the functions that take one.
 *
 * @param secret - Base32 text or bytes, at least one byte.
 * @param algorithm - `"SHA1"`, `"SHA256"` or `"SHA512"`.
 * @defaultValue `algorithm`: `"SHA1"`
 * @returns A signer that prints as `[redacted]`.
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
 * @throws OtpError `invalid-secret` if the secret is empty or invalid base32; `invalid-argument` for another type or algorithm.
 */
export function hmac(secret: string | Uint8Array, algorithm: Algorithm = "SHA1"): Signer {
  return new PreparedSigner(secretBytes(secret), checkAlgorithm(algorithm));
}
