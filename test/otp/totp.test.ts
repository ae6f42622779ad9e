import fc from "fast-check";
import { hotp, timeStep, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { algorithms, digits, periods, secrets, times } from "../support/arbitrary-keys.ts";
import { SIGNERS } from "../support/engines.ts";
import { referenceDigits, referenceSteam, referenceValue } from "../support/reference.ts";
import { refusal } from "../support/refusal.ts";
import { scripted } from "../support/signers.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const epochs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000_000_000 }));

describe("totp", () => {
  it("is HOTP of the time step, for every key and clock (T3)", () => {
    const law = fc.property(
      fc.record({ secret: secrets, algorithm: algorithms, digits, period: periods, epoch: epochs }),
      times,
      (key, elapsedMs) => {
        const now = Math.min(elapsedMs + key.epoch * 1000, 8.64e15);
        const { period, epoch, ...parameters } = key;
        const code = totp(key, { now });
        expect(code).toBe(hotp(parameters, timeStep({ period, epoch }, { now })));
        const step = (BigInt(now) - BigInt(epoch) * 1000n) / (BigInt(period) * 1000n);
        expect(code).toBe(referenceDigits(referenceValue(key.secret, key.algorithm, step), key.digits));
      },
    );
    fc.assert(law, { numRuns: 300 });
  });

  it.each(SIGNERS)("gives the same code on the engine $name", async ({ prepare }) => {
    const law = fc.asyncProperty(secrets, algorithms, periods, times, async (bytes, algorithm, period, now) => {
      const expected = totp({ secret: bytes, algorithm, period }, { now });
      expect(await totp({ secret: prepare(bytes, algorithm), period }, { now })).toBe(expected);
    });
    await fc.assert(law);
  });

  it("shows one code during a step, and counts the next step after it", () => {
    const steps = scripted((counter) => Number(counter));
    const law = fc.property(periods, fc.integer({ min: 0, max: 20_000 }), fc.nat(), (period, step, into) => {
      const now = step * period * 1000 + (into % (period * 1000));
      expect(totp({ secret: steps, period, digits: 10 }, { now })).toBe(referenceDigits(step, 10));
    });
    fc.assert(law);
  });

  it("counts the steps from the epoch of the key (T0)", () => {
    const key = { secret: SECRET, digits: 8, epoch: 1_000_000_000 };
    expect(totp(key, { now: 1_000_000_059_000 })).toBe("94287082");
    expect(() => totp(key, { now: 999_999_999_999 })).toThrow(refusal("invalid-argument", "now"));
  });

  it("does not end in 2038, nor where the step leaves 32 bits (T8)", () => {
    const steps = scripted((counter) => Number(counter >> 32n));
    for (const [step, high] of [
      [2 ** 32 - 1, 0],
      [2 ** 32, 1],
      [8.64e12, 2011],
    ] as const) {
      expect(totp({ secret: steps, period: 1, digits: 10 }, { now: step * 1000 })).toBe(referenceDigits(high, 10));
    }
  });

  it("takes a complete key and ignores what has nothing to do with the code", () => {
    const row = { type: "totp", secret: SECRET, issuer: "Example", account: "alice", id: 12, counter: "x" } as const;
    expect(totp(row, { now: 59_000 })).toBe("287082");
    const bare = { algorithm: undefined, digits: undefined, period: undefined, epoch: undefined, encoder: undefined };
    expect(totp({ secret: SECRET, ...bare }, { now: 59_000 })).toBe("287082");
  });

  it("refuses an HOTP key", () => {
    expect(() => totp({ secret: SECRET, type: "hotp" } as never)).toThrow(refusal("invalid-argument", "type"));
  });
});

describe("the Steam encoder", () => {
  it("shows the value in base 26, five characters, the lowest first (H24)", () => {
    const law = fc.property(fc.nat({ max: 0x7fffffff }), (value) => {
      const code = totp({ secret: scripted(() => value), encoder: "steam" }, { now: 0 });
      expect(code).toBe(referenceSteam(value));
      expect(code).toMatch(/^[23456789BCDFGHJKMNPQRTVWXY]{5}$/);
    });
    fc.assert(law, { numRuns: 500 });
    expect(totp({ secret: scripted(() => 0), encoder: "steam" }, { now: 0 })).toBe("22222");
    expect(totp({ secret: scripted(() => 1), encoder: "steam" }, { now: 0 })).toBe("32222");
    expect(totp({ secret: scripted(() => 26 ** 5 - 1), encoder: "steam" }, { now: 0 })).toBe("YYYYY");
  });

  it.each(SIGNERS)("shows the same code on the engine $name", async ({ prepare }) => {
    const law = fc.asyncProperty(secrets, times, async (secret, now) => {
      const expected = referenceSteam(referenceValue(secret, "SHA1", Math.floor(now / 30_000)));
      expect(await totp({ secret: prepare(secret, "SHA1"), encoder: "steam" }, { now })).toBe(expected);
    });
    await fc.assert(law, { numRuns: 50 });
  });

  it("has five characters, whether the key says so or not, and no other number of them", () => {
    const steam = { secret: SECRET, encoder: "steam" } as const;
    expect(totp({ ...steam, digits: 5 }, { now: 0 })).toBe(totp(steam, { now: 0 }));
    for (const length of [4, 6, 0, Number.NaN]) {
      expect(() => totp({ ...steam, digits: length }, { now: 0 })).toThrow(refusal("invalid-argument", "digits"));
    }
  });

  it("runs on SHA-1 only", () => {
    const steam = { secret: SECRET, encoder: "steam" } as const;
    expect(totp({ ...steam, algorithm: "SHA1" }, { now: 0 })).toBe(totp(steam, { now: 0 }));
    for (const algorithm of ["SHA256", "SHA512"] as const) {
      expect(() => totp({ ...steam, algorithm }, { now: 0 })).toThrow(refusal("invalid-argument", "algorithm"));
    }
  });

  it("is the only encoder: another name is refused, not taken for digits", () => {
    for (const encoder of ["Steam", "STEAM", "yandex", "", null, 5, true]) {
      expect(() => totp({ secret: SECRET, encoder } as never, { now: 0 })).toThrow(
        refusal("invalid-argument", "encoder"),
      );
    }
  });
});
