// What the functions of OCRA return: at once for a secret that signs at once, a promise for one that signs elsewhere.
import type { AsyncSigner, Rejected, Secret, Signer, SyncSecret } from "otp-core";
import type * as entry from "otp-core/ocra";
import {
  attemptOcra,
  challenge,
  createOcraGuard,
  type OcraGuardOutcome,
  type OcraMatch,
  type OcraOutcome,
  type OcraSuite,
  ocra,
  parseSuite,
  type VerifyOcraOptions,
  verifyOcra,
} from "otp-core/ocra";
import { memoryStore } from "otp-core/store";
import { describe, expectTypeOf, it } from "vitest";

declare const text: string;
declare const bytes: Uint8Array;
declare const signer: Signer;
declare const asyncSigner: AsyncSigner;
declare const syncSecret: SyncSecret;
declare const secret: Secret;
const options = { challenge: "12345678" } as const;

describe("otp-core/ocra", () => {
  it("gives everything at once for text, bytes and signers", () => {
    for (const sync of [text, bytes, signer, syncSecret]) {
      expectTypeOf(ocra(text, sync, options)).toEqualTypeOf<string>();
      expectTypeOf(verifyOcra(text, sync, 5, options)).toEqualTypeOf<OcraMatch | null>();
      expectTypeOf(attemptOcra(text, sync, null, options)).toEqualTypeOf<OcraOutcome>();
    }
  });

  it("gives promises for asynchronous signers", () => {
    expectTypeOf(ocra(text, asyncSigner, options)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(verifyOcra(text, asyncSigner, {}, options)).toEqualTypeOf<Promise<OcraMatch | null>>();
    expectTypeOf(attemptOcra(text, asyncSigner, {}, options)).toEqualTypeOf<Promise<OcraOutcome>>();
  });

  it("asks for await if the secret may be either, because a promise is truthy", () => {
    expectTypeOf(ocra(text, secret, options)).toEqualTypeOf<string | Promise<string>>();
    expectTypeOf(verifyOcra(text, secret, "", options)).toEqualTypeOf<PromiseLike<OcraMatch | null>>();
    expectTypeOf(attemptOcra(text, secret, "", options)).toEqualTypeOf<OcraOutcome | Promise<OcraOutcome>>();
  });

  it("has outcomes that one field tells apart", () => {
    expectTypeOf<Extract<OcraOutcome, { ok: false }>>().toEqualTypeOf<Rejected<"malformed" | "mismatch">>();
    expectTypeOf<OcraMatch>().toEqualTypeOf<{
      readonly nextCounter: number | bigint | null;
      readonly step: number | bigint | null;
    }>();
  });

  it("needs a challenge, and nothing else for every suite", () => {
    expectTypeOf<VerifyOcraOptions["challenge"]>().toEqualTypeOf<string>();
    // @ts-expect-error: no challenge
    ocra(text, text, {});
    // @ts-expect-error: a step may not be text
    ocra(text, text, { challenge: "1", step: "5" });
    expectTypeOf(challenge).toEqualTypeOf<(suite: string) => string>();
    expectTypeOf(parseSuite).toEqualTypeOf<(suite: string) => OcraSuite>();
  });

  it("has a guard whose verdict is a boolean, and whose outcome has a reason", () => {
    const guard = createOcraGuard({ store: memoryStore(), suite: text, pepper: bytes });
    const attempt = { subject: "user-1", secret, code: {} };
    expectTypeOf(guard.verify(attempt)).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf(guard.attempt(attempt)).toEqualTypeOf<Promise<OcraGuardOutcome>>();
    expectTypeOf(guard.challenge({ subject: "user-1" })).toEqualTypeOf<
      Promise<{ readonly challenge: string; readonly expiresAt: number }>
    >();
    // @ts-expect-error: an amount is text
    guard.challenge({ subject: "user-1", transaction: { amount: 12.5, currency: "EUR", payee: "x" } });
    // @ts-expect-error: no pepper
    createOcraGuard({ store: memoryStore(), suite: text });
  });

  it("exports these values and no others", () => {
    expectTypeOf<keyof typeof entry>().toEqualTypeOf<
      "attemptOcra" | "challenge" | "createOcraGuard" | "ocra" | "parseSuite" | "transactionText" | "verifyOcra"
    >();
  });
});
