import fc from "fast-check";
import {
  attemptHotp,
  attemptTotp,
  type CreateHotpKeyOptions,
  type CreateTotpKeyOptions,
  createHotpKey,
  createTotpKey,
  decodeBase32,
  hotp,
  parseKey,
  totp,
} from "otp-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ALGORITHMS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";

const LABELS = { issuer: "Example", account: "alice@example.com" };
const DIGEST_BYTES = { SHA1: 20, SHA256: 32, SHA512: 64 } as const;

const label = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !text.includes(":"));
const common = {
  issuer: label,
  account: label,
  algorithm: fc.option(fc.constantFrom(...ALGORITHMS), { nil: undefined }),
  digits: fc.option(fc.integer({ min: 6, max: 10 }), { nil: undefined }),
};
const totpOptions = fc.record(
  { ...common, period: fc.option(fc.integer({ min: 1, max: 86400 }), { nil: undefined }) },
  { requiredKeys: ["issuer", "account"] },
) as fc.Arbitrary<CreateTotpKeyOptions>;
const hotpOptions = fc.record(
  { ...common, counter: fc.option(fc.maxSafeNat(), { nil: undefined }) },
  { requiredKeys: ["issuer", "account"] },
) as fc.Arbitrary<CreateHotpKeyOptions>;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a created key", () => {
  it("is JSON, and comes back from it as the same key", () => {
    fc.assert(
      fc.property(fc.oneof(totpOptions.map(createTotpKey), hotpOptions.map(createHotpKey)), (key) => {
        const stored: unknown = JSON.parse(JSON.stringify(key));
        expect(stored).toEqual(key);
        expect(parseKey(stored)).toEqual(key);
        expect(parseKey(key)).toEqual(key);
      }),
    );
  });

  it("is a TOTP key whose codes verify, once (T13)", () => {
    fc.assert(
      fc.property(totpOptions, fc.nat({ max: 4e12 }), (options, now) => {
        const key = createTotpKey(options);
        const code = totp(key, { now });
        expect(code).toMatch(new RegExp(`^\\d{${options.digits ?? 6}}$`));
        const verdict = attemptTotp(key, code, { after: null, now, window: 0 });
        expect(verdict).toEqual({ ok: true, step: Math.floor(now / 1000 / (options.period ?? 30)), drift: 0 });
        if (verdict.ok) {
          expect(attemptTotp(key, code, { after: verdict.step, now, window: 0 })).toEqual({
            ok: false,
            reason: "replayed",
          });
        }
      }),
    );
  });

  it("is a HOTP key whose codes verify from its counter on", () => {
    fc.assert(
      fc.property(hotpOptions, (options) => {
        const key = createHotpKey(options);
        const counter = key.counter ?? Number.NaN;
        expect(attemptHotp(key, hotp(key, counter), { counter, lookAhead: 0 })).toEqual({
          ok: true,
          nextCounter: counter + 1,
        });
      }),
    );
  });

  it("has a secret as long as the digest: 20, 32 or 64 bytes (T9, trap 39, trap 71)", () => {
    for (const algorithm of ALGORITHMS) {
      for (const create of [createTotpKey, createHotpKey]) {
        expect(decodeBase32(create({ ...LABELS, algorithm }).secret)).toHaveLength(DIGEST_BYTES[algorithm]);
      }
    }
  });

  it("has a secret of its own (H6, T2)", () => {
    const secrets = [createTotpKey, createHotpKey].flatMap((create) =>
      Array.from({ length: 100 }, () => create(LABELS).secret),
    );
    expect(new Set(secrets).size).toBe(200);
  });

  it("is a new object that keeps nothing of the options", () => {
    const options = { ...LABELS, digits: 8 };
    const key = createTotpKey(options);
    options.digits = 6;
    options.issuer = "Other";
    expect(key).toMatchObject({ issuer: "Example", digits: 8 });
    expect(createTotpKey(Object.freeze({ ...LABELS }))).toMatchObject(LABELS);
  });
});

describe("createTotpKey", () => {
  it("writes every field out, so that a stored key means the same for ever (T4, T12)", () => {
    const secret = expect.stringMatching(/^[A-Z2-7]{32}$/);
    const rest = { type: "totp", secret, algorithm: "SHA1", digits: 6, period: 30 };
    expect(createTotpKey(LABELS)).toStrictEqual({ ...rest, ...LABELS });
    const undefineds = { algorithm: undefined, digits: undefined, period: undefined };
    expect(createTotpKey({ ...LABELS, ...undefineds })).toStrictEqual({ ...rest, ...LABELS });
  });

  it("takes what it is told", () => {
    const options = { ...LABELS, algorithm: "SHA512", digits: 10, period: 86400 } as const;
    expect(createTotpKey(options)).toStrictEqual({ type: "totp", secret: expect.any(String), ...options });
    expect(createTotpKey({ ...LABELS, period: 1 }).period).toBe(1);
  });

  it.each([
    ["period", [0, -1, 86401, 1.5, Number.NaN, Infinity, "30", null, {}, 30n, 2 ** 53]],
    ["digits", [0, 5, 11, 100, 6.5, -6, Number.NaN, Infinity, "6", null, {}, 6n]],
    ["algorithm", ["sha1", "SHA-1", "SHA224", "MD5", "", null, 1, {}, "constructor", "__proto__"]],
    ["issuer", [undefined, null, "", 1, {}, "a:b", "a\n", ["Example"]]],
    ["account", [undefined, null, "", 1, {}, "a:b", "\0", ["alice"]]],
  ])("refuses a wrong %s", (field, values) => {
    for (const value of values) {
      expect(() => createTotpKey({ ...LABELS, [field]: value })).toThrow(refusal("invalid-argument", field));
    }
  });

  it.each(["secret", "type", "counter", "epoch", "encoder", "Issuer", "label", "window"])(
    "refuses the option %s",
    (name) => {
      expect(() => createTotpKey({ ...LABELS, [name]: undefined })).toThrow(refusal("invalid-argument", name));
      expect(() => createTotpKey({ ...LABELS, [name]: 1 })).toThrow(refusal("invalid-argument", name));
    },
  );
});

describe("createHotpKey", () => {
  it("writes every field out, the counter too", () => {
    const secret = expect.stringMatching(/^[A-Z2-7]{32}$/);
    const rest = { type: "hotp", secret, algorithm: "SHA1", digits: 6, counter: 0 };
    expect(createHotpKey(LABELS)).toStrictEqual({ ...rest, ...LABELS });
    const undefineds = { algorithm: undefined, digits: undefined, counter: undefined };
    expect(createHotpKey({ ...LABELS, ...undefineds })).toStrictEqual({ ...rest, ...LABELS });
  });

  it("takes what it is told", () => {
    const options = { ...LABELS, algorithm: "SHA256", digits: 8, counter: Number.MAX_SAFE_INTEGER } as const;
    expect(createHotpKey(options)).toStrictEqual({ type: "hotp", secret: expect.any(String), ...options });
    expect(Object.is(createHotpKey({ ...LABELS, counter: -0 }).counter, 0)).toBe(true);
  });

  it.each([
    ["counter", [-1, 1.5, Number.NaN, Infinity, 2 ** 53, "0", null, {}, 0n]],
    ["digits", [5, 11, "6", null]],
    ["algorithm", ["sha1", "MD5", null]],
    ["issuer", [undefined, "", "a:b"]],
    ["account", [undefined, "", "a:b"]],
  ])("refuses a wrong %s", (field, values) => {
    for (const value of values) {
      expect(() => createHotpKey({ ...LABELS, [field]: value })).toThrow(refusal("invalid-argument", field));
    }
  });

  it.each(["secret", "type", "period", "epoch", "encoder", "Counter"])("refuses the option %s", (name) => {
    expect(() => createHotpKey({ ...LABELS, [name]: 1 })).toThrow(refusal("invalid-argument", name));
  });
});

describe.each([
  ["createTotpKey", createTotpKey as (options: unknown) => unknown, "period"],
  ["createHotpKey", createHotpKey as (options: unknown) => unknown, "counter"],
])("%s", (_, create, own) => {
  it("refuses options that are no object", () => {
    for (const options of [undefined, null, 1, "Example", true, () => LABELS]) {
      expect(() => create(options)).toThrow(refusal("invalid-argument", "options"));
    }
  });

  it("draws nothing before everything is checked", () => {
    const getRandomValues = vi.fn();
    vi.stubGlobal("crypto", { getRandomValues });
    for (const wrong of [{ issuer: "" }, { account: ":" }, { digits: 5 }, { algorithm: "MD5" }, { [own]: -1 }]) {
      expect(() => create({ ...LABELS, ...wrong })).toThrow(refusal("invalid-argument"));
    }
    expect(getRandomValues).not.toHaveBeenCalled();
  });
});
