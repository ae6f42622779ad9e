import {
  type HotpParameters,
  hotp,
  resyncHotp,
  resyncTotp,
  type TotpParameters,
  timeStep,
  totp,
  verifyHotp,
  verifyTotp,
} from "otp-core";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

// What every function that takes a key says to a wrong one. The numbers have a table of their own in test/otp.

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

type Use<P> = readonly [name: string, use: (key: P) => unknown];
const TOTP: readonly Use<TotpParameters>[] = [
  ["totp", (key) => totp(key, { now: 0 })],
  ["verifyTotp", (key) => verifyTotp(key, "755224", { after: null, now: 0 })],
  ["resyncTotp", (key) => resyncTotp(key, ["755224", "287082"], { after: null, now: 30_000 })],
];
const HOTP: readonly Use<HotpParameters>[] = [
  ["hotp", (key) => hotp(key, 0)],
  ["verifyHotp", (key) => verifyHotp(key, "755224", { counter: 0 })],
  ["resyncHotp", (key) => resyncHotp(key, ["755224", "287082"], { counter: 0 })],
];
const BOTH: readonly Use<never>[] = [...TOTP, ...HOTP];
const wrong = (key: unknown) => key as never;

describe.each(BOTH)("%s and its key", (_, use) => {
  it("refuses what is no object", () => {
    for (const key of [undefined, null, SECRET, 1, true, () => SECRET]) {
      expect(() => use(wrong(key))).toThrow(refusal("invalid-argument", "key"));
    }
  });

  it("refuses a key without a secret (trap 38)", () => {
    expect(() => use(wrong({}))).toThrow(refusal("invalid-argument", "secret"));
    expect(() => use(wrong([]))).toThrow(refusal("invalid-argument", "secret"));
    expect(() => use(wrong({ secret: null }))).toThrow(refusal("invalid-argument", "secret"));
    expect(() => use(wrong({ secret: "" }))).toThrow(refusal("invalid-secret", "secret"));
  });

  it("ignores fields of other names: a key may be a row with columns of its own", () => {
    expect(use(wrong({ secret: SECRET, id: 7, createdAt: new Date(0), issuer: 1, account: ":" }))).toEqual(
      use(wrong({ secret: SECRET })),
    );
  });

  it("reads undefined as left out, and null as nothing it knows: that is for parseKey", () => {
    const undefineds = {
      type: undefined,
      algorithm: undefined,
      digits: undefined,
      period: undefined,
      epoch: undefined,
    };
    expect(use(wrong({ secret: SECRET, ...undefineds, encoder: undefined }))).toEqual(use(wrong({ secret: SECRET })));
    for (const field of ["type", "algorithm", "digits", "encoder"]) {
      expect(() => use(wrong({ secret: SECRET, [field]: null }))).toThrow(refusal("invalid-argument", field));
    }
  });

  it("accepts a frozen key and leaves it as it is", () => {
    const key = Object.freeze({ secret: SECRET, digits: 6 });
    expect(use(wrong(key))).toEqual(use(wrong({ secret: SECRET })));
    expect(key).toStrictEqual({ secret: SECRET, digits: 6 });
  });
});

describe("the type of a key", () => {
  it.each(TOTP)("%s takes a TOTP key, or one that does not say", (_, use) => {
    expect(use({ type: "totp", secret: SECRET })).toEqual(use({ secret: SECRET }));
    for (const type of ["hotp", "TOTP", "", 1, {}]) {
      expect(() => use(wrong({ type, secret: SECRET }))).toThrow(refusal("invalid-argument", "type"));
    }
  });

  it.each(HOTP)("%s takes a HOTP key, or one that does not say", (_, use) => {
    expect(use({ type: "hotp", secret: SECRET })).toEqual(use({ secret: SECRET }));
    for (const type of ["totp", "HOTP", "", 1, {}]) {
      expect(() => use(wrong({ type, secret: SECRET }))).toThrow(refusal("invalid-argument", "type"));
    }
  });
});

describe("the Steam encoder", () => {
  it.each(TOTP)("%s takes five characters, said or unsaid, on SHA-1", (_, use) => {
    const key = { secret: SECRET, encoder: "steam" } as const;
    expect(use({ ...key, digits: 5, algorithm: "SHA1" })).toEqual(use(key));
    for (const digits of [4, 6, 8, "5", null]) {
      expect(() => use(wrong({ ...key, digits }))).toThrow(refusal("invalid-argument", "digits"));
    }
    for (const algorithm of ["SHA256", "SHA512"] as const) {
      expect(() => use({ ...key, algorithm })).toThrow(refusal("invalid-argument", "algorithm"));
      expect(() => use(wrong({ ...key, secret: hmac(SECRET, algorithm) }))).toThrow(
        refusal("invalid-argument", "algorithm"),
      );
    }
    expect(use(wrong({ ...key, secret: hmac(SECRET) }))).toEqual(use(key));
  });

  it.each(TOTP)("%s knows no other encoder, and five digits with none", (_, use) => {
    for (const encoder of ["Steam", "", 1, {}]) {
      expect(() => use(wrong({ secret: SECRET, encoder }))).toThrow(refusal("invalid-argument", "encoder"));
    }
    expect(() => use({ secret: SECRET, digits: 5 })).toThrow(refusal("invalid-argument", "digits"));
  });

  it.each(HOTP)("%s knows none at all", (_, use) => {
    expect(() => use(wrong({ secret: SECRET, encoder: "steam" }))).toThrow(refusal("invalid-argument", "encoder"));
    expect(() => use({ secret: SECRET, digits: 5 })).toThrow(refusal("invalid-argument", "digits"));
  });
});

describe("a short secret (trap 39)", () => {
  const verifications = [...TOTP.slice(1), ...HOTP.slice(1)] as readonly Use<never>[];
  const bytes = (length: number) => new Uint8Array(length).fill(7);

  it.each(verifications)("%s tolerates ten bytes, of old enrolments, and refuses nine", (_, use) => {
    expect(use(wrong({ secret: bytes(10) }))).toBeNull();
    expect(() => use(wrong({ secret: "GEZDGNBVGY3TQOJQ" }))).not.toThrow();
    expect(() => use(wrong({ secret: bytes(9) }))).toThrow(refusal("weak-secret", "secret"));
    expect(() => use(wrong({ secret: "GEZDGNBVGY3TQOI" }))).toThrow(refusal("weak-secret", "secret"));
  });

  it("may be shorter or must be longer by name", () => {
    const code = totp({ secret: bytes(1) }, { now: 0 });
    const options = { after: null, now: 0 };
    expect(verifyTotp({ secret: bytes(1) }, code, { ...options, minSecretBytes: 1 })).not.toBeNull();
    expect(() => verifyTotp({ secret: bytes(15) }, code, { ...options, minSecretBytes: 16 })).toThrow(
      refusal("weak-secret"),
    );
    expect(verifyTotp({ secret: bytes(16) }, code, { ...options, minSecretBytes: 16 })).toBeNull();
    const counted = hotp({ secret: bytes(9) }, 3);
    expect(verifyHotp({ secret: bytes(9) }, counted, { counter: 3, minSecretBytes: 9 })).toEqual({
      nextCounter: 4,
    });
  });

  it("is counted in bytes, not in characters of base32", () => {
    // 16 characters are 10 bytes.
    expect(() =>
      verifyTotp({ secret: "GEZDGNBVGY3TQOJQ" }, "755224", { after: null, now: 0, minSecretBytes: 16 }),
    ).toThrow(refusal("weak-secret", "secret"));
  });

  it("is not checked for the length of the bytes behind a signer", () => {
    const secret = hmac(bytes(1));
    const code = totp({ secret }, { now: 0 });
    expect(verifyTotp({ secret }, code, { after: null, now: 0 })).not.toBeNull();
  });
});

describe("the clock of a key", () => {
  it("needs no secret: a page can show the countdown", () => {
    expect(timeStep({ period: 60, epoch: 30 }, { now: 90_000 })).toBe(1);
    for (const key of [undefined, null, 30, "30"]) {
      expect(() => timeStep(wrong(key), { now: 0 })).toThrow(refusal("invalid-argument", "key"));
    }
  });
});

describe("a handle as the secret", () => {
  it("may be given together with the name of its own algorithm", () => {
    const secret = hmac(SECRET, "SHA256");
    expect(totp({ secret, algorithm: "SHA256" }, { now: 0 })).toBe(totp({ secret }, { now: 0 }));
  });

  it("is an object: a function that can sign is none", () => {
    const secret = Object.assign(() => 0, { algorithm: "SHA1", sign: () => new Uint8Array(20) }) as never;
    expect(() => totp({ secret }, { now: 0 })).toThrow(refusal("invalid-argument", "secret"));
  });
});
