// Encrypts the secrets in an account's record: AES-256-GCM, by WebCrypto.
import { checkOptions, refuse } from "../../check.ts";
import { decodeBase64, encodeBase64 } from "../../encoding/base64.ts";
import { type Bytes, isBytes } from "../../encoding/bytes.ts";
import { lengthPrefixed } from "../../encoding/length-prefixed.ts";
import { randomBytes } from "../../encoding/random.ts";
import { OtpError, type OtpErrorDetails } from "../../errors.ts";
import type { Seal, SealContext } from "./seal.ts";

/** One key of a key box. */
export interface SealingKey {
  /** `[A-Za-z0-9_-]{1,32}`, for example `"2026"`. It stands in the sealed text. */
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** The part of `crypto.subtle` that is needed. It is typed by structure, so that neither lib DOM nor Node's types are needed. */
interface Subtle {
  importKey(format: "raw", bytes: Uint8Array, name: "AES-GCM", extractable: false, usages: string[]): Promise<object>;
  encrypt(algorithm: object, key: object, data: Uint8Array): Promise<ArrayBuffer>;
  decrypt(algorithm: object, key: object, data: Uint8Array): Promise<ArrayBuffer>;
}

const OPTIONS = { id: true, bytes: true } as const;
const ID = /^[A-Za-z0-9_-]{1,32}$/;
const KEY_BYTES = 32;
const MAX_KEYS = 20;
/** NIST SP 800-38D section 8.2.2: 96 random bits. 2^32 seals under one key are safe. */
const IV_BYTES = 12;
const VERSION = "1";

/**
 * AES-256-GCM by WebCrypto. The first key seals; all keys open. To change the key, put a new one first, and call
 * `accounts.reseal` for every user before you remove the old one.
 *
 * A sealed text opens only for the subject and the authenticator that it was sealed for, because both are additional data
 * (NIST SP 800-38D section 5.2.1.1). So a sealed secret that is copied into another user's record does not open.
 *
 * @param keys - 1 to 20 keys of 32 bytes, the newest first. `deriveBytes` makes the bytes of one secret text.
 *
 * @example
 * ```ts
 * import { deriveBytes } from "otp-core";
 * import { createKeyBox } from "otp-core/account";
 *
 * const box = createKeyBox([{ id: "2026", bytes: deriveBytes("an environment variable of 32 characters or more", "seal") }]);
 * const sealed = await box.seal(new Uint8Array(20), { subject: "user-1", authenticator: "phone" });
 * console.log(sealed.slice(0, 7)); // 1.2026.
 * ```
 *
 * @throws OtpError `invalid-argument` for a list or a key that is not as described. The methods reject with
 * `crypto-unavailable` without `crypto.subtle`, and `open` with `key-unsealable` when a text cannot be opened.
 */
export function createKeyBox(keys: readonly [newest: SealingKey, ...older: SealingKey[]]): Seal {
  const bytesOf = checkKeys(keys);
  const [newest] = bytesOf.keys();
  const prepared = new Map<string, Promise<object>>();
  const keyOf = (id: string): Promise<object> => {
    const known = prepared.get(id);
    if (known !== undefined) return known;
    const key = importKey(bytesOf.get(id) as Bytes);
    prepared.set(id, key);
    // A failure is not kept: the next call tries again.
    key.catch(() => prepared.delete(id));
    return key;
  };
  const startOf = (id: string) => `${VERSION}.${id}.`;

  return {
    async seal(secret, context) {
      const id = newest as string;
      const key = await keyOf(id);
      const iv = randomBytes(IV_BYTES);
      const sealed = await subtle().encrypt(parameters(iv, id, context), key, secret);
      const bytes = new Uint8Array(IV_BYTES + sealed.byteLength);
      bytes.set(iv);
      bytes.set(new Uint8Array(sealed), IV_BYTES);
      const text = encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      return startOf(id) + text;
    },
    async open(sealed, context) {
      const [version, id = "", text = "", ...more] = sealed.split(".");
      if (version !== VERSION || more.length > 0) throw unsealable("the text was not sealed by a key box");
      if (!bytesOf.has(id)) throw unsealable("it was sealed by a key that is not in the box");
      const bytes = decodeBase64(text);
      if (bytes === null) throw unsealable("the text was not sealed by a key box");
      const key = await keyOf(id);
      const iv = bytes.slice(0, IV_BYTES);
      try {
        return new Uint8Array(await subtle().decrypt(parameters(iv, id, context), key, bytes.slice(IV_BYTES)));
      } catch (cause) {
        throw unsealable("it was sealed for another record, by another key of the same id, or was changed", { cause });
      }
    },
    isCurrent: (sealed) => sealed.startsWith(startOf(newest as string)),
  };
}

/** The bytes by id, in the order of the list. They are copied, so that a change of the caller's array changes nothing. */
function checkKeys(keys: unknown): ReadonlyMap<string, Bytes> {
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > MAX_KEYS) {
    refuse("keys", `a list of 1 to ${MAX_KEYS} sealing keys`);
  }
  const bytesOf = new Map<string, Bytes>();
  for (const [i, key] of Array.from<unknown>(keys).entries()) {
    checkOptions(key, OPTIONS, `keys[${i}]`);
    const { id, bytes } = key as Partial<SealingKey>;
    if (typeof id !== "string" || !ID.test(id)) refuse(`keys[${i}].id`, "1 to 32 characters of A-Z, a-z, 0-9, _ and -");
    if (bytesOf.has(id)) refuse(`keys[${i}].id`, "an id that no other key of the list has");
    if (!isBytes(bytes) || bytes.length !== KEY_BYTES) refuse(`keys[${i}].bytes`, `a Uint8Array of ${KEY_BYTES} bytes`);
    bytesOf.set(id, Uint8Array.from(bytes));
  }
  return bytesOf;
}

async function importKey(bytes: Bytes): Promise<object> {
  return subtle().importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

function subtle(): Subtle {
  const { crypto } = globalThis as { crypto?: { readonly subtle?: Subtle } };
  if (crypto?.subtle === undefined) {
    throw new OtpError("crypto-unavailable", "crypto.subtle is missing; a browser has it on https and localhost only");
  }
  return crypto.subtle;
}

function parameters(iv: Uint8Array, id: string, { subject, authenticator }: SealContext): object {
  const additionalData = lengthPrefixed(["key-box/1", id, subject, authenticator]);
  return { name: "AES-GCM", iv, additionalData };
}

function unsealable(why: string, details: OtpErrorDetails = {}): OtpError {
  return new OtpError("key-unsealable", `the sealed key cannot be opened: ${why}`, details);
}
