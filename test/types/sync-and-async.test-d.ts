// The kind of secret decides the colour, already for the compiler.
import { createHmac, createSecretKey, webcrypto } from "node:crypto";
import {
  type AsyncSigner,
  type Bytes,
  type HotpVerdict,
  hotp,
  resyncHotp,
  resyncTotp,
  type Secret,
  type Signer,
  type SyncSecret,
  type TotpKey,
  type TotpVerdict,
  totp,
  verifyHotp,
  verifyTotp,
} from "otp-core";
import { hmac } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { webHmac } from "otp-core/hmac/web";
import { describe, expectTypeOf, it } from "vitest";

declare const text: string;
declare const bytes: Uint8Array;
declare const signer: Signer;
declare const asyncMac: AsyncSigner;
declare const syncSecret: SyncSecret;
declare const secret: Secret;
declare const key: TotpKey;

const AFTER = { after: null } as const;
const AT = { counter: 1 } as const;
const CODES = ["123456", "234567"] as const;

describe("text, bytes and handles that sign at once", () => {
  it("give everything at once", () => {
    for (const sync of [text, bytes, signer, syncSecret]) {
      expectTypeOf(hotp({ secret: sync }, 1)).toEqualTypeOf<string>();
      expectTypeOf(totp({ secret: sync })).toEqualTypeOf<string>();
      expectTypeOf(verifyTotp({ secret: sync }, text, AFTER)).toEqualTypeOf<TotpVerdict>();
      expectTypeOf(verifyHotp({ secret: sync }, text, AT)).toEqualTypeOf<HotpVerdict>();
      expectTypeOf(resyncTotp({ secret: sync }, CODES, AFTER)).toEqualTypeOf<TotpVerdict>();
      expectTypeOf(resyncHotp({ secret: sync }, CODES, AT)).toEqualTypeOf<HotpVerdict>();
    }
    expectTypeOf(totp(key)).toEqualTypeOf<string>();
    expectTypeOf(totp({ secret: hmac(text) })).toEqualTypeOf<string>();
    expectTypeOf(totp({ secret: nodeHmac(createSecretKey(text, "utf8"), "SHA256") })).toEqualTypeOf<string>();
  });
});

describe("handles that sign elsewhere", () => {
  it("give promises of the same", () => {
    expectTypeOf(hotp({ secret: asyncMac }, 1)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(totp({ secret: asyncMac })).toEqualTypeOf<Promise<string>>();
    expectTypeOf(verifyTotp({ secret: asyncMac }, text, AFTER)).toEqualTypeOf<Promise<TotpVerdict>>();
    expectTypeOf(verifyHotp({ secret: asyncMac }, text, AT)).toEqualTypeOf<Promise<HotpVerdict>>();
    expectTypeOf(resyncTotp({ secret: asyncMac }, CODES, AFTER)).toEqualTypeOf<Promise<TotpVerdict>>();
    expectTypeOf(resyncHotp({ secret: asyncMac }, CODES, AT)).toEqualTypeOf<Promise<HotpVerdict>>();
    expectTypeOf(totp({ secret: webHmac(text) })).toEqualTypeOf<Promise<string>>();
    expectTypeOf(totp({ ...key, secret: webHmac(text) })).toEqualTypeOf<Promise<string>>();
  });

  it("may be a CryptoKey", async () => {
    const raw = await webcrypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
    expectTypeOf(webHmac(raw)).toEqualTypeOf<AsyncSigner>();
    // @ts-expect-error a CryptoKey carries its own hash
    webHmac(raw, "SHA256");
  });
});

describe("a secret of either kind", () => {
  it("gives either, and `await` takes both", async () => {
    expectTypeOf(hotp({ secret }, 1)).toEqualTypeOf<string | Promise<string>>();
    expectTypeOf(totp({ secret })).toEqualTypeOf<string | Promise<string>>();
    expectTypeOf(verifyTotp({ secret }, text, AFTER)).toEqualTypeOf<TotpVerdict | Promise<TotpVerdict>>();
    expectTypeOf(verifyHotp({ secret }, text, AT)).toEqualTypeOf<HotpVerdict | Promise<HotpVerdict>>();
    expectTypeOf(resyncTotp({ secret }, CODES, AFTER)).toEqualTypeOf<TotpVerdict | Promise<TotpVerdict>>();
    expectTypeOf(resyncHotp({ secret }, CODES, AT)).toEqualTypeOf<HotpVerdict | Promise<HotpVerdict>>();
    expectTypeOf(await verifyTotp({ secret }, text, AFTER)).toEqualTypeOf<TotpVerdict>();
    // @ts-expect-error it may be a promise
    verifyTotp({ secret }, text, AFTER).ok;
  });
});

describe("a handle of one's own", () => {
  it("is three lines, typed by what it is given to", () => {
    const now = totp({
      secret: { algorithm: "SHA1", sign: (message) => createHmac("sha1", bytes).update(message).digest() },
    });
    expectTypeOf(now).toEqualTypeOf<string>();
    const kms: AsyncSigner = {
      algorithm: "SHA256",
      async sign(message) {
        expectTypeOf(message).toEqualTypeOf<Bytes>();
        return message;
      },
    };
    expectTypeOf(totp({ secret: kms })).toEqualTypeOf<Promise<string>>();
  });

  it("has an algorithm of ours and gives bytes", () => {
    // @ts-expect-error MD5 is none
    totp({ secret: { algorithm: "MD5", sign: (message: Uint8Array) => message } });
    // @ts-expect-error a handle says which algorithm it is
    totp({ secret: { sign: (message: Uint8Array) => message } });
    // @ts-expect-error hexadecimal text is no digest
    totp({ secret: { algorithm: "SHA1", sign: () => "cc93cf18508d94934c64b65d8ba7667fb7cde4b0" } });
    // @ts-expect-error a Signer gives bytes, not a promise of them
    const wrong: Signer = asyncMac;
    wrong.sign(bytes);
  });
});
