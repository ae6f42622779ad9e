/** Derives the key of a PSKC file from a pass phrase, by the parameters that the file names (RFC 6030 section 6.2). */
import { refuse } from "../../check.ts";
import type { Bytes } from "../../encoding/bytes.ts";
import { utf8Length, writeUtf8 } from "../../encoding/utf8.ts";
import { readHash } from "../names.ts";
import { readBase64, readInteger } from "../values.ts";
import { findPath, readAttribute, readText } from "../xml/path.ts";
import type { XmlElement } from "../xml/xml.ts";
import { derivePbkdf2 } from "./cipher.ts";

/** A file decides how long the derivation takes: this many iterations take a few seconds. */
const MAX_ITERATIONS = 10_000_000;

export function deriveKey(derived: XmlElement, passphrase: string): Promise<Bytes> {
  const method = findPath(derived, "KeyDerivationMethod");
  const parameters = findPath(method, "PBKDF2-params");
  const salt = readBase64(readText(findPath(parameters, "Salt", "Specified")));
  const iterations = readInteger(readText(findPath(parameters, "IterationCount"))) ?? 0;
  const length = readInteger(readText(findPath(parameters, "KeyLength")));
  // RFC 8018 appendix A.2: HMAC-SHA-1 when the file names no other function.
  const hash = readHash(readAttribute(findPath(parameters, "PRF"), "Algorithm") || "hmac-sha1");
  const isPbkdf2 = /#pbkdf2$/i.test(readAttribute(method, "Algorithm"));
  const isKnown = isPbkdf2 && salt !== null && hash !== null && (length === 16 || length === 32);
  if (!isKnown || iterations < 1 || iterations > MAX_ITERATIONS) {
    refuse("text", `encrypted with AES by PBKDF2 of at most ${MAX_ITERATIONS} iterations`, "invalid-file");
  }
  return derivePbkdf2(passphraseBytes(passphrase), { salt, iterations, hash, length });
}

export function passphraseBytes(passphrase: string): Bytes {
  const bytes = new Uint8Array(utf8Length(passphrase));
  writeUtf8(passphrase, bytes, 0);
  return bytes;
}
