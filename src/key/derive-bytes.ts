import { refuse } from "../check.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { DIGEST_BYTES } from "../hmac/algorithm.ts";
import { PreparedSigner } from "../hmac/prepared.ts";

const MIN_CHARACTERS = 32;

/**
 * 32 bytes derived from one secret text of yours (HKDF-SHA-256, RFC 5869). Use it for `pepper` and for the bytes of `createKeyBox`, so
 * that one environment variable is enough.
 *
 * @param secret - at least 32 random characters, for example from an environment variable.
 * @param purpose - what the bytes are for. Another purpose gives other bytes.
 * @returns the same bytes for the same arguments, on every runtime.
 *
 * @example
 * ```ts
 * import { deriveBytes } from "otp-core";
 *
 * const secret = "y7Qe0vJbX2mS5kT9wN4cR8gL1pZ6dF3h"; // process.env.OTP_SECRET
 * console.log(deriveBytes(secret, "pepper").length); // 32
 * ```
 *
 * @throws OtpError `weak-secret` for fewer than 32 characters; `invalid-argument` for something else than text.
 */
export function deriveBytes(secret: string, purpose: string): Bytes {
  if (typeof secret !== "string") refuse("secret", "text");
  if (secret.length < MIN_CHARACTERS) refuse("secret", `at least ${MIN_CHARACTERS} characters`, "weak-secret");
  if (typeof purpose !== "string" || purpose === "") refuse("purpose", "text that is not empty");
  return hkdf(utf8(secret, "secret"), new Uint8Array(0), utf8(purpose, "purpose"), DIGEST_BYTES.SHA256);
}

function utf8(text: string, argument: string): Uint8Array {
  return encodeUtf8(text) ?? refuse(argument, "well-formed text");
}

/** HKDF with SHA-256 (RFC 5869 section 2). @param length - 1 to 8160 bytes. */
export function hkdf(key: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Bytes {
  // Extract. An empty salt stands for zeros, which HMAC adds to a short key.
  const extractor = new PreparedSigner(salt, "SHA256");
  // Expand.
  const expander = new PreparedSigner(extractor.sign(key), "SHA256");
  const output = new Uint8Array(length);
  let block = new Uint8Array(0);
  for (let written = 0, n = 1; written < length; n++) {
    const message = new Uint8Array(block.length + info.length + 1);
    message.set(block);
    message.set(info, block.length);
    message[message.length - 1] = n;
    block = new Uint8Array(expander.sign(message));
    output.set(block.subarray(0, length - written), written);
    written += block.length;
  }
  return output;
}
