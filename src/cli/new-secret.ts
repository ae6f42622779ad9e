// Makes a new secret.
import { generateSecret } from "otp-core";

/** @param bytes - 16 to 1024. Default: 20. */
export async function newSecret(bytes: number | undefined): Promise<string> {
  // Node 18 has the generator of the web, but not as a global, where the library looks for it.
  globalThis.crypto ??= (await import("node:crypto")).webcrypto as typeof globalThis.crypto;
  return generateSecret(bytes);
}
