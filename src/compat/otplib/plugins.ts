// The replaceable parts of otplib 12, on the functions of otp-core. They get and return text, as those of otplib do.
import { refuse } from "../../check.ts";
import { encodeBase32 } from "../../encoding/base32.ts";
import { type Bytes, isBytes } from "../../encoding/bytes.ts";
import { randomBytes } from "../../encoding/random.ts";
import { toAlgorithm } from "../../hmac/algorithm.ts";
import { PreparedSigner } from "../../hmac/prepared.ts";
import { bytesToText, fromHex, textToBytes, toHex } from "../text-encoding.ts";
import { decodeLoosely } from "./base32.ts";

/** The lengths that RFC 6238 recommends. */
const KEY_BYTES: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 };

export function createDigest(algorithm: string, hmacKey: string, counter: string): string {
  return toHex(new PreparedSigner(fromHex(hmacKey), toAlgorithm(algorithm)).sign(fromHex(counter)));
}

export function createHmacKey(_algorithm: string, secret: string, encoding: string): string {
  return toHex(hotpKeyBytes(secret, encoding));
}

export function repeatedHmacKey(algorithm: string, secret: string, encoding: string): string {
  return toHex(totpKeyBytes(algorithm, secret, encoding));
}

export function createRandomBytes(size: number, encoding: string): string {
  return bytesToText(randomBytes(size), encoding);
}

/** Drops the eighth bit of each byte, as otplib does. `generateSecret` does not use it. */
export function keyEncoder(secret: string, encoding: string): string {
  return encodeBase32(hotpKeyBytes(secret, encoding).map((byte) => byte & 0x7f));
}

export function keyDecoder(secret: string, encoding: string): string {
  if (typeof secret !== "string") refuse("secret", "text");
  return bytesToText(decodeLoosely(secret), encoding);
}

/** The key of HOTP. An empty key is refused, because its codes are public. */
export function hotpKeyBytes(secret: unknown, encoding: string): Bytes | Uint8Array {
  const bytes = typeof secret === "string" ? textToBytes(secret, encoding) : secret;
  if (!isBytes(bytes)) refuse("secret", "text or a Uint8Array");
  if (bytes.length === 0) refuse("secret", "one byte or more", "invalid-secret");
  return bytes;
}

/**
 * The key of TOTP. A secret of fewer characters than the recommended number of bytes is repeated, as often as characters are missing, and
 * then cut to this length. No app does so, but both ends of an enrolled pair may run otplib.
 */
export function totpKeyBytes(algorithm: string, secret: unknown, encoding: string): Uint8Array {
  const bytes = hotpKeyBytes(secret, encoding);
  const length = KEY_BYTES[algorithm] ?? refuse("algorithm", '"sha1", "sha256" or "sha512"');
  const copies = length - (secret as string | Uint8Array).length;
  if (copies <= 0) return bytes;
  const repeated = new Uint8Array(Math.min(length, copies * bytes.length));
  for (let i = 0; i < repeated.length; i++) repeated[i] = bytes[i % bytes.length] as number;
  return repeated;
}
