import { isBytes } from "../encoding/bytes.ts";
import { secretBytes } from "../hmac/secret.ts";
import type { AsyncSigner, Secret, Signer } from "../hmac/signer.ts";
import { checkHotpKey, checkInitialCounter, checkWholeKey, epochOf, type Key, periodOf, signerOf } from "../key/key.ts";
import { type CodeFormat, formatOf } from "../otp/code-format.ts";

/** A key that was checked in every field, its secret prepared: what several rounds of one attempt share. */
export interface PreparedKey {
  readonly key: Key<Signer | AsyncSigner>;
  readonly format: CodeFormat;
  /** The length of a secret that is shorter than 16 bytes (RFC 4226 section 4, R6), else null. */
  readonly weakBytes: number | null;
}

const STRONG_BYTES = 16;

export function prepareKey(key: Key<Secret>, minSecretBytes: number): PreparedKey {
  checkWholeKey(key);
  if (key.type === "totp") {
    periodOf(key);
    epochOf(key);
  } else {
    checkHotpKey(key);
    if (key.counter !== undefined) checkInitialCounter(key.counter);
  }
  const format = formatOf(key);
  let weakBytes: number | null = null;
  let { secret } = key as { secret: Secret };
  if (typeof secret === "string" || isBytes(secret)) {
    const bytes = secretBytes(secret);
    if (bytes.length < STRONG_BYTES) weakBytes = bytes.length;
    secret = bytes;
  }
  const signer = signerOf({ ...key, secret }, minSecretBytes);
  return { key: { ...key, secret: signer }, format, weakBytes };
}
