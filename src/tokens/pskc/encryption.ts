/** Opens the values of a PSKC file: plain or encrypted, under one key, each with its own authentication code (RFC 6030 section 6). */

import { refuse } from "../../check.ts";
import type { Bytes } from "../../encoding/bytes.ts";
import { readHash } from "../names.ts";
import { readBase64 } from "../values.ts";
import { findChild, findPath, readAttribute, readText } from "../xml/path.ts";
import type { XmlElement } from "../xml/xml.ts";
import { decryptCbc, unwrapKey, verifyHmac } from "./cipher.ts";
import { deriveKey } from "./derived-key.ts";
import type { ImportPskcOptions } from "./options.ts";

/**
 * A value of a file: the text of a plain value, the bytes of an encrypted one, or why it cannot be read. `"mac"` means that an
 * encrypted value is not authentic.
 */
export type Opened = { readonly text: string } | { readonly bytes: Bytes } | "mac" | "unreadable";

/** Opens the values of one file. */
export interface Opener {
  open(value: XmlElement): Promise<Opened>;
  /** Whether values were opened and none of them looks as if it were encrypted with this key. */
  isOtherKey(): boolean;
}

interface Cipher {
  readonly bits: number;
  readonly wraps: boolean;
}

interface Encrypted extends Cipher {
  readonly data: Bytes;
}

export function createOpener(container: XmlElement, options: ImportPskcOptions): Opener {
  const encryptionKey = once(() => findKey(container, options));
  const signature = once(() => findSignature(findChild(container, "MACMethod"), encryptionKey));
  let fits = false;
  let failures = 0;

  async function open(value: XmlElement): Promise<Opened> {
    const plain = findChild(value, "PlainValue");
    if (plain !== undefined) return { text: plain.text };
    const encrypted = readEncrypted(findChild(value, "EncryptedValue"));
    if (encrypted === null) return "unreadable";
    const bytes = await decrypt(encrypted, await encryptionKey());
    // A value that was changed may still have its padding; a value under another key has none.
    if (bytes === null) failures++;
    else fits = true;
    if (encrypted.wraps ? bytes === null : !(await isAuthentic(value, encrypted.data))) return "mac";
    return bytes === null ? "unreadable" : { bytes };
  }

  async function isAuthentic(value: XmlElement, data: Bytes): Promise<boolean> {
    const found = await signature();
    const mac = readBase64(readText(findChild(value, "ValueMAC")));
    return found !== null && mac !== null && verifyHmac(found.key, found.hash, mac, data);
  }

  return { open, isOtherKey: () => failures > 0 && !fits };
}

const XMLENC = "http://www.w3.org/2001/04/xmlenc#";

const CIPHERS: ReadonlyMap<string, Cipher> = /* @__PURE__ */ new Map([
  ["aes128-cbc", { bits: 128, wraps: false }],
  ["aes256-cbc", { bits: 256, wraps: false }],
  ["kw-aes128", { bits: 128, wraps: true }],
  ["kw-aes256", { bits: 256, wraps: true }],
]);

/** Reads an encrypted element. `null`: it has no data, or its cipher is missing or unknown. */
function readEncrypted(element: XmlElement | undefined): Encrypted | null {
  const name = readAttribute(findPath(element, "EncryptionMethod"), "Algorithm");
  const cipher = CIPHERS.get(name.replace(XMLENC, ""));
  const data = readBase64(readText(findPath(element, "CipherData", "CipherValue")));
  return cipher === undefined || data === null ? null : { ...cipher, data };
}

/** `null`: the key has another length, or another key or a change has spoilt the value. */
async function decrypt({ wraps, bits, data }: Encrypted, key: Bytes): Promise<Bytes | null> {
  if (key.length * 8 !== bits) return null;
  return wraps ? unwrapKey(key, data) : decryptCbc(key, data);
}

/** The key under which the file is encrypted. */
async function findKey(container: XmlElement, { preSharedKey, passphrase }: ImportPskcOptions): Promise<Bytes> {
  const element = findChild(container, "EncryptionKey");
  const derived = findPath(element, "DerivedKey");
  if (derived !== undefined) {
    if (passphrase === undefined) refuse("passphrase", "given, because the file is encrypted", "invalid-file");
    return deriveKey(derived, passphrase);
  }
  if (preSharedKey === undefined) refuse("preSharedKey", "given, because the file is encrypted", "invalid-file");
  return new Uint8Array(preSharedKey);
}

interface Signature {
  readonly key: Bytes;
  readonly hash: string;
}

/** How the values of the file are signed. `null`: not at all, or in an unknown way. */
async function findSignature(
  method: XmlElement | undefined,
  encryptionKey: () => Promise<Bytes>,
): Promise<Signature | null> {
  const hash = readHash(readAttribute(method, "Algorithm"));
  if (hash === null) return null;
  const element = findChild(method, "MACKey");
  // Writers of the drafts before RFC 6030 sign with the encryption key itself.
  if (element === undefined) return { key: await encryptionKey(), hash };
  const encrypted = readEncrypted(element);
  if (encrypted === null) return null;
  const key = await decrypt(encrypted, await encryptionKey());
  if (key === null) refuse("text", "encrypted with this key", "invalid-file");
  return key.length === 0 ? null : { key, hash };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
