// The interface that encrypts the secrets in a record.

import { refuse } from "../../check.ts";
import { type Bytes, isBytes } from "../../encoding/bytes.ts";
import { isOtpError, OtpError } from "../../errors.ts";

/** What is bound into a sealed text: it opens for this subject and authenticator only. */
export interface SealContext {
  readonly subject: string;
  readonly authenticator: string;
}

/** Encrypts the secrets in a record. `createKeyBox` makes one; for a KMS write your own. */
export interface Seal {
  /** Resolves to 2 to 512 visible ASCII characters without a comma, for example base64. */
  seal(secret: Bytes, context: SealContext): Promise<string>;
  /** Rejects when the text cannot be opened: the call fails with `key-unsealable`, and nothing is counted. */
  open(sealed: string, context: SealContext): Promise<Uint8Array>;
  /** Whether `seal` would use the same sealing key today. `status().needsReseal` asks it. Default: always. */
  isCurrent?(sealed: string): boolean;
}

/** Visible ASCII without a comma, because it stands in a line of the record. The length bounds the record. */
const SEALED = /^[!-+\--~]{2,512}$/;

export function isSealed(value: unknown): value is string {
  return typeof value === "string" && SEALED.test(value);
}

export function checkSeal(value: unknown): Seal {
  const seal = Object(value) as Partial<Seal>;
  if (typeof seal.seal !== "function" || typeof seal.open !== "function") {
    refuse("seal", "an object with `seal` and `open`, for example of createKeyBox");
  }
  return value as Seal;
}

/** Seals a secret. What a KMS throws, or a text that no record can hold, is `key-unsealable`. */
export async function sealSecret(seal: Seal, secret: Bytes, context: SealContext): Promise<string> {
  let sealed: unknown;
  try {
    sealed = await seal.seal(secret, context);
  } catch (cause) {
    throw isOtpError(cause) ? cause : new OtpError("key-unsealable", "seal() failed", { cause });
  }
  if (!isSealed(sealed)) {
    throw new OtpError("key-unsealable", "seal() must resolve to 2 to 512 visible ASCII characters without a comma");
  }
  return sealed;
}

/** Opens a sealed secret. Whatever goes wrong is an error of the server, and never a wrong code. */
export async function openSecret(seal: Seal, sealed: string, context: SealContext): Promise<Bytes> {
  let secret: unknown;
  try {
    secret = await seal.open(sealed, context);
  } catch (cause) {
    throw isOtpError(cause) ? cause : new OtpError("key-unsealable", "open() failed", { cause });
  }
  if (!isBytes(secret) || secret.length === 0) {
    throw new OtpError("key-unsealable", "open() must resolve to a Uint8Array of the secret");
  }
  return Uint8Array.from(secret);
}
