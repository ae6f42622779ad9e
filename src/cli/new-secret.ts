import { generateSecret } from "otp-core";

/** A new secret of so many bytes, 20 unless told. */
export async function newSecret(bytes: number | undefined): Promise<string> {
  // Node 18 has the generator of the web, but not as a global; the library asks for nothing else.
  globalThis.crypto ??= (await import("node:crypto")).webcrypto as typeof globalThis.crypto;
  return generateSecret(bytes);
}
