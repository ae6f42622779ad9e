// A page's program: what the browser's own types call a key is one, and what we return is what the browser takes.
import { type AsyncSigner, type Bytes, randomBytes, totp } from "otp-core";
import { webHmac } from "otp-core/hmac/web";

declare const key: CryptoKey;
export const code: Promise<string> = totp({ secret: webHmac(key) });
export const source: BufferSource = randomBytes(16);
export const own: AsyncSigner = {
  algorithm: "SHA1",
  async: true,
  sign: async (message: Bytes) => new Uint8Array(await crypto.subtle.sign("HMAC", key, message)),
};
