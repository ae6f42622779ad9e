// A host that keeps its keys in a KMS: secrets are encrypted there, or never leave it at all.
import { type AsyncSigner, decodeBase32, encodeBase32, type TotpKey } from "otp-core";
import type { Seal } from "otp-core/account";

/** What a KMS can do. AWS, Google Cloud and Vault have such calls. */
export interface Kms {
  /** @param context - the additional data that the KMS binds to the encrypted text. */
  encrypt(keyId: string, plaintext: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
  decrypt(ciphertext: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
  hmac(keyId: string, message: Uint8Array): Promise<Uint8Array>;
}

/** The option `seal` of `createAccounts`: the KMS encrypts each secret, bound to its user and authenticator. */
export function sealByKms(kms: Kms, keyId: string): Seal {
  return {
    seal: async (secret, { subject, authenticator }) =>
      `${keyId}.${encodeBase32(await kms.encrypt(keyId, Uint8Array.from(secret), { subject, authenticator }))}`,
    open: (sealed, { subject, authenticator }) =>
      kms.decrypt(decodeBase32(sealed.slice(sealed.lastIndexOf(".") + 1)), { subject, authenticator }),
    isCurrent: (sealed) => sealed.startsWith(`${keyId}.`),
  };
}

/** A key for `createGuard`, whose secret never leaves the KMS. */
export function keyInKms(kms: Kms, keyId: string): TotpKey<AsyncSigner> {
  const signer: AsyncSigner = { algorithm: "SHA256", async: true, sign: (message) => kms.hmac(keyId, message) };
  return { type: "totp", secret: signer, algorithm: "SHA256" };
}
