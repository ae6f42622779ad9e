/** The cryptography of XML encryption, by WebCrypto: the library has no AES of its own. */
import type { Bytes } from "../../encoding/bytes.ts";
import { OtpError } from "../../errors.ts";

/** The part of SubtleCrypto that is needed; no lib "DOM". */
interface Subtle {
  importKey(
    format: "raw",
    bytes: Bytes,
    algorithm: string | object,
    extractable: boolean,
    usages: string[],
  ): Promise<object>;
  sign(name: "HMAC", key: object, data: Bytes): Promise<ArrayBuffer>;
  verify(name: "HMAC", key: object, signature: Bytes, data: Bytes): Promise<boolean>;
  encrypt(algorithm: object, key: object, data: Bytes): Promise<ArrayBuffer>;
  decrypt(algorithm: object, key: object, data: Bytes): Promise<ArrayBuffer>;
  deriveBits(algorithm: object, key: object, length: number): Promise<ArrayBuffer>;
  unwrapKey(
    format: "raw",
    data: Bytes,
    key: object,
    algorithm: string,
    content: object,
    extractable: boolean,
    usages: string[],
  ): Promise<object>;
  exportKey(format: "raw", key: object): Promise<ArrayBuffer>;
}

/** Length of an AES block and of an initialisation vector in bytes. */
export const BLOCK_BYTES = 16;

function requireSubtle(): Subtle {
  const { crypto } = globalThis as { crypto?: { subtle?: Subtle } };
  if (crypto?.subtle === undefined) {
    throw new OtpError("crypto-unavailable", "encrypted seed files need crypto.subtle");
  }
  return crypto.subtle;
}

/** Calls WebCrypto with a key that is good for one use. */
async function withKey<T>(
  bytes: Bytes,
  algorithm: string | object,
  usage: string,
  use: (subtle: Subtle, key: object) => Promise<T>,
): Promise<T> {
  const subtle = requireSubtle();
  return use(subtle, await subtle.importKey("raw", bytes, algorithm, false, [usage]));
}

const toBytes = (buffer: ArrayBuffer): Bytes => new Uint8Array(buffer);

/** Encrypts with AES in CBC mode and PKCS #7 padding. The initialisation vector comes first (XML encryption section 5.2). */
export async function encryptCbc(key: Bytes, iv: Bytes, data: Bytes): Promise<Bytes> {
  const encrypted = await withKey(key, "AES-CBC", "encrypt", (subtle, imported) =>
    subtle.encrypt({ name: "AES-CBC", iv }, imported, data),
  );
  return Uint8Array.of(...iv, ...toBytes(encrypted));
}

/** Decrypts what `encryptCbc` writes. `null`: another length, or a padding that another key or a change has spoilt. */
export function decryptCbc(key: Bytes, data: Bytes): Promise<Bytes | null> {
  const iv = data.slice(0, BLOCK_BYTES);
  return withKey(key, "AES-CBC", "decrypt", (subtle, imported) =>
    subtle.decrypt({ name: "AES-CBC", iv }, imported, data.slice(BLOCK_BYTES)).then(toBytes, () => null),
  );
}

/** Opens a key that was wrapped with AES (RFC 3394). `null`: its integrity check failed. */
export function unwrapKey(key: Bytes, data: Bytes): Promise<Bytes | null> {
  // WebCrypto hands out keys only: the bytes pass through an HMAC key, which may have any length.
  const content = { name: "HMAC", hash: "SHA-1" };
  return withKey(key, "AES-KW", "unwrapKey", (subtle, imported) =>
    subtle
      .unwrapKey("raw", data, imported, "AES-KW", content, true, ["sign"])
      .then((unwrapped) => subtle.exportKey("raw", unwrapped))
      .then(toBytes, () => null),
  );
}

/** Derives an AES key from a pass phrase by PBKDF2 (RFC 8018 section 5.2). */
export function derivePbkdf2(
  passphrase: Bytes,
  { salt, iterations, hash, length }: { salt: Bytes; iterations: number; hash: string; length: number },
): Promise<Bytes> {
  return withKey(passphrase, "PBKDF2", "deriveBits", (subtle, imported) =>
    subtle.deriveBits({ name: "PBKDF2", salt, iterations, hash }, imported, length * 8).then(toBytes),
  );
}

/** The HMAC of the data. `hash` is a name of WebCrypto, such as `SHA-1`. */
export function signHmac(key: Bytes, hash: string, data: Bytes): Promise<Bytes> {
  return withKey(key, { name: "HMAC", hash }, "sign", (subtle, imported) =>
    subtle.sign("HMAC", imported, data).then(toBytes),
  );
}

/** Whether the HMAC is that of the data. */
export function verifyHmac(key: Bytes, hash: string, mac: Bytes, data: Bytes): Promise<boolean> {
  return withKey(key, { name: "HMAC", hash }, "verify", (subtle, imported) =>
    subtle.verify("HMAC", imported, mac, data),
  );
}
