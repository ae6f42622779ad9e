// A key is a plain object: JSON unless its secret is a handle.
import {
  type AsyncSigner,
  type Bytes,
  createHotpKey,
  createTotpKey,
  decodeBase32,
  type HotpKey,
  hotp,
  type Key,
  parseKey,
  randomBytes,
  resyncHotp,
  type Signer,
  type TotpKey,
  type TotpParameters,
  timeRemainingMs,
  timeStep,
  totp,
  verifyHotp,
  verifyTotp,
} from "otp-core";
import { describe, expectTypeOf, it } from "vitest";

declare const key: Key;
declare const totpKey: TotpKey;
declare const hotpKey: HotpKey;
declare const signer: Signer;

/** What JSON.parse(JSON.stringify(...)) brings back as it was; an undefined field is left out. */
type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json };
/** An interface has no index signature; what it holds is compared all the same. */
type Plain<T> = T extends unknown ? { [Name in keyof T]: T[Name] } : never;

describe("a key", () => {
  it("is JSON", () => {
    expectTypeOf<Plain<Key>>().toExtend<Json>();
    expectTypeOf<Plain<TotpKey>>().toExtend<Json>();
    expectTypeOf<Plain<HotpKey>>().toExtend<Json>();
    expectTypeOf<Plain<Key<Uint8Array>>>().not.toExtend<Json>();
    expectTypeOf<Plain<Key<Signer>>>().not.toExtend<Json>();
    expectTypeOf<Plain<Key<AsyncSigner>>>().not.toExtend<Json>();
    expectTypeOf<Key["secret"]>().toEqualTypeOf<string>();
  });

  it("is told apart by its type", () => {
    if (key.type === "totp") {
      expectTypeOf(key).toEqualTypeOf<TotpKey>();
      expectTypeOf(totp(key)).toEqualTypeOf<string>();
      // @ts-expect-error a TOTP key has no codes of a counter
      hotp(key, 0);
      // @ts-expect-error a TOTP key has no counter
      key.counter;
    } else {
      expectTypeOf(key).toEqualTypeOf<HotpKey>();
      expectTypeOf(hotp(key, key.counter ?? 0)).toEqualTypeOf<string>();
      // @ts-expect-error an HOTP key has no codes of a moment
      totp(key);
      // @ts-expect-error an HOTP key has no period
      key.period;
    }
    // @ts-expect-error one has to ask which it is
    totp(key);
    // @ts-expect-error one has to ask which it is
    verifyHotp(key, "123456", { counter: 0 });
  });

  it("cannot be changed", () => {
    // @ts-expect-error a key is read only
    totpKey.secret = "";
    // @ts-expect-error a key is read only
    hotpKey.counter = 1;
  });

  it("comes from JSON and from a new enrolment", () => {
    expectTypeOf(parseKey(JSON.parse("{}"))).toEqualTypeOf<Key>();
    expectTypeOf(createTotpKey({ issuer: "Example", account: "alice" })).toEqualTypeOf<TotpKey>();
    expectTypeOf(createHotpKey({ issuer: "Example", account: "alice", counter: 5 })).toEqualTypeOf<HotpKey>();
    // @ts-expect-error the account is missing
    createTotpKey({ issuer: "Example" });
    // @ts-expect-error a counter is not of TOTP
    createTotpKey({ issuer: "Example", account: "alice", counter: 0 });
    // @ts-expect-error a period is not of HOTP
    createHotpKey({ issuer: "Example", account: "alice", period: 30 });
    // @ts-expect-error a caller cannot choose the secret of a new key
    createTotpKey({ issuer: "Example", account: "alice", secret: "GEZDGNBV" });
  });

  it("must have a type when it is complete, and need not as a parameter", () => {
    // @ts-expect-error a complete key says what it is
    const incomplete: Key = { secret: "GEZDGNBV" };
    const parameters: TotpParameters = { secret: "GEZDGNBV" };
    expectTypeOf(totp(parameters)).toEqualTypeOf<string>();
    expectTypeOf(incomplete.secret).toEqualTypeOf<string>();
  });

  it("may hold undefined where a field is left out", () => {
    expectTypeOf(
      totp({ secret: "GEZDGNBV", algorithm: undefined, digits: undefined, period: undefined, epoch: undefined }),
    ).toEqualTypeOf<string>();
    // @ts-expect-error null is for parseKey
    totp({ secret: "GEZDGNBV", digits: null });
  });

  it("has no field of another name or kind", () => {
    // @ts-expect-error the secret is missing
    totp({});
    // @ts-expect-error it is called digits
    totp({ secret: "GEZDGNBV", digit: 6 });
    // @ts-expect-error digits are a number
    totp({ secret: "GEZDGNBV", digits: "6" });
    // @ts-expect-error in capitals and without a dash
    totp({ secret: "GEZDGNBV", algorithm: "SHA-1" });
    // @ts-expect-error in capitals
    totp({ secret: "GEZDGNBV", algorithm: "sha1" });
    // @ts-expect-error the only encoder is steam
    totp({ secret: "GEZDGNBV", encoder: "yandex" });
    // @ts-expect-error Steam is TOTP
    hotp({ secret: "GEZDGNBV", encoder: "steam" }, 0);
    // @ts-expect-error a number is no secret
    totp({ secret: 123456 });
    // @ts-expect-error an ArrayBuffer is no bytes
    totp({ secret: new ArrayBuffer(20) });
    // @ts-expect-error a key is not its secret
    totp("GEZDGNBV");
    // @ts-expect-error a bigint would not be JSON
    const big: HotpKey = { type: "hotp", secret: "GEZDGNBV", counter: 0n };
    expectTypeOf(big).toEqualTypeOf<HotpKey>();
  });

  it("may hold a handle where its type says so", () => {
    const prepared: TotpKey<Signer> = { ...totpKey, secret: signer };
    expectTypeOf(totp(prepared)).toEqualTypeOf<string>();
    // @ts-expect-error a bare Key holds text
    const stored: Key = prepared;
    expectTypeOf(stored).toEqualTypeOf<Key>();
  });
});

describe("the clock", () => {
  it("needs no secret", () => {
    expectTypeOf(timeStep({})).toEqualTypeOf<number>();
    expectTypeOf(timeStep({ period: 30, epoch: 0 }, { now: 0 })).toEqualTypeOf<number>();
    expectTypeOf(timeRemainingMs(totpKey)).toEqualTypeOf<number>();
    // @ts-expect-error an HOTP key has no clock
    timeStep(hotpKey);
    // @ts-expect-error a moment is a number of milliseconds
    timeStep({}, { now: new Date() });
    // @ts-expect-error a moment stands in an object
    timeStep({}, 59_000);
  });
});

describe("options", () => {
  const secret = { secret: "GEZDGNBVGY3TQOJQ" };

  it("must say what was accepted last (T13)", () => {
    // @ts-expect-error no options, no `after`
    verifyTotp(secret, "123456");
    // @ts-expect-error `after` is missing
    verifyTotp(secret, "123456", {});
    // @ts-expect-error `after` is missing
    verifyTotp(secret, "123456", { now: 0 });
    // @ts-expect-error undefined says nothing: null says that there is none
    verifyTotp(secret, "123456", { after: undefined });
    // @ts-expect-error a step is a number
    verifyTotp(secret, "123456", { after: 5n });
    // @ts-expect-error the counter is missing
    verifyHotp(secret, "123456", {});
  });

  it("have no other names", () => {
    // @ts-expect-error it is called window
    verifyTotp(secret, "123456", { after: null, windows: 1 });
    // @ts-expect-error it is called window and stands in the options of TOTP
    verifyHotp(secret, "123456", { counter: 0, window: 1 });
    // @ts-expect-error digits stand in the key
    totp(secret, { digits: 8 });
    // @ts-expect-error a window has two sides
    verifyTotp(secret, "123456", { after: null, window: { past: 1 } });
    // @ts-expect-error these are its sides
    verifyTotp(secret, "123456", { after: null, window: { past: 1, future: 1, present: 1 } });
    // @ts-expect-error a number from the environment is text
    verifyTotp(secret, "123456", { after: null, window: "1" });
  });

  it("may hold undefined where they are left out", () => {
    verifyTotp(secret, "123456", { after: null, now: undefined, window: undefined, drift: undefined });
    verifyHotp(secret, "123456", { counter: 0, lookAhead: undefined, minSecretBytes: undefined });
  });

  it("come after a code that a request held, of whatever type", () => {
    verifyTotp(secret, JSON.parse("123456"), { after: null });
    // @ts-expect-error one code is not enough
    resyncHotp(secret, ["123456"], { counter: 0 });
    // @ts-expect-error nor is an array of any length
    resyncHotp(secret, ["123456", "234567"].slice(), { counter: 0 });
    resyncHotp(secret, ["123456", "234567", "345678"], { counter: 0 });
  });
});

describe("Bytes", () => {
  /** What WebCrypto and fetch take since TypeScript 5.9, without lib "DOM". */
  type BufferSource = ArrayBufferView<ArrayBuffer> | ArrayBuffer;

  it("pass for a BufferSource", () => {
    expectTypeOf<Bytes>().toExtend<BufferSource>();
    expectTypeOf(decodeBase32("GEZDGNBV")).toExtend<BufferSource>();
    expectTypeOf(randomBytes(20)).toExtend<BufferSource>();
    expectTypeOf<Parameters<AsyncSigner["sign"]>[0]>().toExtend<BufferSource>();
    // A plain Uint8Array does not: it may stand on shared memory.
    expectTypeOf<Uint8Array>().not.toExtend<BufferSource>();
  });

  it("pass for a plain Uint8Array", () => {
    expectTypeOf<Bytes>().toExtend<Uint8Array>();
    expectTypeOf(totp({ secret: randomBytes(20) })).toEqualTypeOf<string>();
    expectTypeOf(totp({ secret: Buffer.alloc(20) })).toEqualTypeOf<string>();
  });
});
