import { refuse } from "../check.ts";
import { decodeArgument } from "../encoding/base32.ts";
import { isBytes } from "../encoding/bytes.ts";

/** The bytes of a secret that is base32 text or bytes. Every length is accepted except zero. */
export function secretBytes(secret: unknown): Uint8Array {
  const bytes = typeof secret === "string" ? decodeArgument(secret, "secret") : checkBytes(secret);
  if (bytes.length === 0) refuse("secret", "one byte or more", "invalid-secret");
  return bytes;
}

function checkBytes(secret: unknown): Uint8Array {
  if (!isBytes(secret)) refuse("secret", "base32 text, a Uint8Array or a signer");
  return secret;
}
