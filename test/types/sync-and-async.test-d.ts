// The type of the secret decides whether the answer is a value or a promise.
import { createHmac, createSecretKey, webcrypto } from "node:crypto";
import {
  type AsyncSigner,
  attemptHotp,
  attemptTotp,
  type Bytes,
  type HotpMatch,
  type HotpOutcome,
  hotp,
  resyncHotp,
  resyncTotp,
  type Secret,
  type Signer,
  type SyncSecret,
  type TotpKey,
  type TotpMatch,
  type TotpOutcome,
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
declare const asyncSigner: AsyncSigner;
declare const syncSecret: SyncSecret;
declare const secret: Secret;
declare const key: TotpKey;
declare const message: Bytes;

const AFTER = { after: null } as const;
const AT = { counter: 1 } as const;
const CODES = ["123456", "234567"] as const;

describe("text, bytes and handles that sign at once", () => {
  it("give everything at once", () => {
    for (const sync of [text, bytes, signer, syncSecret]) {
      expectTypeOf(hotp({ secret: sync }, 1)).toEqualTypeOf<string>();
      expectTypeOf(totp({ secret: sync })).toEqualTypeOf<string>();
      expectTypeOf(verifyTotp({ secret: sync }, text, AFTER)).toEqualTypeOf<TotpMatch | null>();
      expectTypeOf(verifyHotp({ secret: sync }, text, AT)).toEqualTypeOf<HotpMatch | null>();
      expectTypeOf(resyncTotp({ secret: sync }, CODES, AFTER)).toEqualTypeOf<TotpMatch | null>();
      expectTypeOf(resyncHotp({ secret: sync }, CODES, AT)).toEqualTypeOf<HotpMatch | null>();
      expectTypeOf(attemptTotp({ secret: sync }, text, AFTER)).toEqualTypeOf<TotpOutcome>();
      expectTypeOf(attemptHotp({ secret: sync }, text, AT)).toEqualTypeOf<HotpOutcome>();
    }
    expectTypeOf(totp(key)).toEqualTypeOf<string>();
    expectTypeOf(totp({ secret: hmac(text) })).toEqualTypeOf<string>();
    expectTypeOf(totp({ secret: nodeHmac(createSecretKey(text, "utf8"), "SHA256") })).toEqualTypeOf<string>();
  });
});

describe("handles that sign elsewhere", () => {
  it("give promises of the same", () => {
    expectTypeOf(hotp({ secret: asyncSigner }, 1)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(totp({ secret: asyncSigner })).toEqualTypeOf<Promise<string>>();
    expectTypeOf(verifyTotp({ secret: asyncSigner }, text, AFTER)).toEqualTypeOf<Promise<TotpMatch | null>>();
    expectTypeOf(verifyHotp({ secret: asyncSigner }, text, AT)).toEqualTypeOf<Promise<HotpMatch | null>>();
    expectTypeOf(resyncTotp({ secret: asyncSigner }, CODES, AFTER)).toEqualTypeOf<Promise<TotpMatch | null>>();
    expectTypeOf(resyncHotp({ secret: asyncSigner }, CODES, AT)).toEqualTypeOf<Promise<HotpMatch | null>>();
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
    expectTypeOf(attemptTotp({ secret }, text, AFTER)).toEqualTypeOf<TotpOutcome | Promise<TotpOutcome>>();
    expectTypeOf(attemptHotp({ secret }, text, AT)).toEqualTypeOf<HotpOutcome | Promise<HotpOutcome>>();
    expectTypeOf(await verifyTotp({ secret }, text, AFTER)).toEqualTypeOf<TotpMatch | null>();
    // @ts-expect-error it may be a promise
    attemptTotp({ secret }, text, AFTER).ok;
  });

  it("gives a match that must be awaited: the type has no other use", () => {
    expectTypeOf(verifyTotp({ secret }, text, AFTER)).toEqualTypeOf<PromiseLike<TotpMatch | null>>();
    expectTypeOf(verifyHotp({ secret }, text, AT)).toEqualTypeOf<PromiseLike<HotpMatch | null>>();
    expectTypeOf(resyncTotp({ secret }, CODES, AFTER)).toEqualTypeOf<PromiseLike<TotpMatch | null>>();
    expectTypeOf(resyncHotp({ secret }, CODES, AT)).toEqualTypeOf<PromiseLike<HotpMatch | null>>();
    // @ts-expect-error the match is behind a promise
    verifyTotp({ secret }, text, AFTER)?.step;
  });
});

describe("a boolean use of a verification", () => {
  it("is right for a synchronous secret", () => {
    if (verifyTotp(key, text, AFTER)) return;
    const match = verifyTotp(key, text, AFTER);
    expectTypeOf(match?.step).toEqualTypeOf<number | undefined>();
    expectTypeOf(verifyHotp({ secret: text }, text, AT)?.nextCounter).toEqualTypeOf<number | undefined>();
  });

  it("does not compile without `await` for a secret that is asynchronous, or may be", async () => {
    // @ts-expect-error forgotten await: a promise is always truthy
    if (verifyTotp({ secret: asyncSigner }, text, AFTER)) return;
    // @ts-expect-error forgotten await: a promise is always truthy
    if (verifyTotp({ secret }, text, AFTER)) return;
    // @ts-expect-error forgotten await: a promise is always truthy
    if (verifyHotp({ secret }, text, AT)) return;
    // @ts-expect-error forgotten await: a promise is always truthy
    if (resyncTotp({ secret }, CODES, AFTER)) return;
    // @ts-expect-error forgotten await: a promise is always truthy
    if (resyncHotp({ secret: asyncSigner }, CODES, AT)) return;
    if (await verifyTotp({ secret }, text, AFTER)) return;
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
      async: true,
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
    const wrong: Signer = asyncSigner;
    wrong.sign(message);
    // @ts-expect-error an AsyncSigner declares itself
    const undeclared: AsyncSigner = { algorithm: "SHA1", sign: async (message) => message };
    undeclared.sign(message);
  });
});
