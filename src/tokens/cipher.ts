/** The ciphers of XML encryption, by WebCrypto: the library has no AES of its own. */
import type { Bytes } from "../encoding/bytes.ts";
import { OtpError } from "../errors.ts";

/** The part of SubtleCrypto that is needed; no lib "DOM". */
interface Subtle {
  importKey(format: "raw", bytes: Bytes, algorithm: string, extractable: boolean, usages: string[]): Promise<object>;
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
    throw new OtpError("crypto-unavailable", "crypto.subtle is missing: encrypted seed files need it");
  }
  return crypto.subtle;
}

/** Encrypts with AES in CBC mode and PKCS #7 padding. The initialisation vector comes first (XML encryption section 5.2). */
export async function encryptCbc(key: Bytes, iv: Bytes, data: Bytes): Promise<Bytes> {
  const subtle = requireSubtle();
  const imported = await subtle.importKey("raw", key, "AES-CBC", false, ["encrypt"]);
  const encrypted = new Uint8Array(await subtle.encrypt({ name: "AES-CBC", iv }, imported, data));
  const result = new Uint8Array(BLOCK_BYTES + encrypted.length);
  result.set(iv);
  result.set(encrypted, BLOCK_BYTES);
  return result;
}

/** Decrypts what `encryptCbc` writes. `null`: another length, or a padding that another key or a change has spoilt. */
export async function decryptCbc(key: Bytes, data: Bytes): Promise<Bytes | null> {
  const subtle = requireSubtle();
  if (data.length < 2 * BLOCK_BYTES || data.length % BLOCK_BYTES !== 0) return null;
  const imported = await subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
  const algorithm = { name: "AES-CBC", iv: data.slice(0, BLOCK_BYTES) };
  return subtle.decrypt(algorithm, imported, data.slice(BLOCK_BYTES)).then(
    (decrypted) => new Uint8Array(decrypted),
    () => null,
  );
}

/** Opens a key that was wrapped with AES (RFC 3394). `null`: its integrity check failed. */
export async function unwrapKey(key: Bytes, data: Bytes): Promise<Bytes | null> {
  const subtle = requireSubtle();
  const imported = await subtle.importKey("raw", key, "AES-KW", false, ["unwrapKey"]);
  // WebCrypto hands out keys only: the bytes pass through an HMAC key, which may have any length.
  const content = { name: "HMAC", hash: "SHA-1" };
  const unwrapped = await subtle.unwrapKey("raw", data, imported, "AES-KW", content, true, ["sign"]).catch(() => null);
  return unwrapped === null ? null : new Uint8Array(await subtle.exportKey("raw", unwrapped));
}

/** Derives an AES key from a pass phrase by PBKDF2 (RFC 8018 section 5.2). */
export async function derivePbkdf2(
  passphrase: Bytes,
  { salt, iterations, hash, length }: { salt: Bytes; iterations: number; hash: string; length: number },
): Promise<Bytes> {
  const subtle = requireSubtle();
  const imported = await subtle.importKey("raw", passphrase, "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await subtle.deriveBits({ name: "PBKDF2", salt, iterations, hash }, imported, length * 8));
}
