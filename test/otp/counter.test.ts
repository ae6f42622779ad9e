import fc from "fast-check";
import { createHotpKey, timeRemainingMs, timeStep, totp, verifyHotp, verifyTotp } from "otp-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { periods, times } from "../support/arbitrary-keys.ts";
import { refusal } from "../support/refusal.ts";

afterEach(() => vi.restoreAllMocks());

describe("timeStep", () => {
  it("is floor((now - T0) / X), exactly, for every period, epoch and moment (T8)", () => {
    const law = fc.property(times, periods, fc.integer({ min: 0, max: 5_000_000_000 }), (elapsedMs, period, epoch) => {
      const now = Math.min(elapsedMs + epoch * 1000, 8.64e15);
      const exact = (BigInt(now) - BigInt(epoch) * 1000n) / (BigInt(period) * 1000n);
      expect(BigInt(timeStep({ period, epoch }, { now }))).toBe(exact);
    });
    fc.assert(law);
  });

  it("begins with the first millisecond of a step and ends with its last one", () => {
    const law = fc.property(periods, fc.integer({ min: 1, max: 90_000_000 }), (period, step) => {
      const start = step * period * 1000;
      expect(timeStep({ period }, { now: start })).toBe(step);
      expect(timeStep({ period }, { now: start - 1 })).toBe(step - 1);
      expect(timeStep({ period }, { now: start + period * 1000 - 1 })).toBe(step);
    });
    fc.assert(law);
  });

  it("is 0 at the epoch and counts from there (T0)", () => {
    expect(timeStep({ epoch: 1_000_000_000 }, { now: 1_000_000_000_000 })).toBe(0);
    expect(timeStep({ epoch: 1_000_000_000 }, { now: 1_000_000_029_999 })).toBe(0);
    expect(timeStep({ epoch: 1_000_000_000 }, { now: 1_000_000_030_000 })).toBe(1);
  });

  it("needs more than 32 bits some day, and has them (T8)", () => {
    expect(timeStep({ period: 1 }, { now: 2 ** 31 * 1000 })).toBe(2 ** 31);
    expect(timeStep({ period: 1 }, { now: 2 ** 32 * 1000 })).toBe(2 ** 32);
    expect(timeStep({ period: 1 }, { now: 8.64e15 })).toBe(8.64e12);
  });

  it("takes 30 seconds and 1970 where the key says nothing (T12)", () => {
    expect(timeStep({}, { now: 29_999 })).toBe(0);
    expect(timeStep({ period: undefined, epoch: undefined }, { now: 30_000 })).toBe(1);
  });

  it("reads Date.now(), once, where `now` is left out", () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(59_000);
    expect(timeStep({})).toBe(1);
    expect(timeStep({}, {})).toBe(1);
    expect(timeStep({}, { now: undefined })).toBe(1);
    expect(clock).toHaveBeenCalledTimes(3);
  });

  it("is 0 and not -0 where an argument is -0", () => {
    expect(timeStep({}, { now: -0 })).toBe(0);
    expect(timeStep({ epoch: -0 }, { now: -0 })).toBe(0);
    expect(timeRemainingMs({ epoch: -0 }, { now: -0 })).toBe(30_000);
    const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
    const options = { after: null, now: -0, window: -0, drift: -0 };
    expect(verifyTotp(key, "755224", options)).toEqual({ step: 0, drift: 0 });
    expect(verifyTotp(key, "755224", { ...options, after: -0 })).toBeNull();
    expect(verifyHotp(key, "755224", { counter: -0 })).toEqual({ nextCounter: 1 });
    expect(createHotpKey({ issuer: "Example", account: "alice", counter: -0 }).counter).toBe(0);
  });

  it("says which moments there are, and that they are not before the epoch (T1)", () => {
    for (const now of [-1, 8.64e15 + 1, 0.5]) {
      expect(() => timeStep({}, { now })).toThrow("now must be an integer from 0 to 8640000000000000");
    }
    expect(() => timeStep({ epoch: 1 }, { now: 0 })).toThrow("now must be at or after the key's epoch");
  });

  it("refuses a moment before the epoch: there are no negative steps (trap 43)", () => {
    expect(() => timeStep({ epoch: 60 }, { now: 59_999 })).toThrow(refusal("invalid-argument", "now"));
    expect(timeStep({ epoch: 60 }, { now: 60_000 })).toBe(0);
  });

  it("refuses a key that is no object", () => {
    for (const key of [undefined, null, 30, "30", true]) {
      expect(() => timeStep(key as never, { now: 0 })).toThrow(refusal("invalid-argument", "key"));
      expect(() => timeRemainingMs(key as never, { now: 0 })).toThrow(refusal("invalid-argument", "key"));
    }
  });
});

describe("timeRemainingMs", () => {
  it("is what is left until the next step begins, and at least one millisecond", () => {
    const law = fc.property(
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      periods,
      fc.integer({ min: 0, max: 2_000_000_000 }),
      (elapsedMs, period, epoch) => {
        const key = { period, epoch };
        const now = elapsedMs + epoch * 1000;
        const step = timeStep(key, { now });
        const remaining = timeRemainingMs(key, { now });
        expect(remaining).toBeGreaterThanOrEqual(1);
        expect(remaining).toBeLessThanOrEqual(period * 1000);
        expect(timeStep(key, { now: now + remaining })).toBe(step + 1);
        expect(timeStep(key, { now: now + remaining - 1 })).toBe(step);
      },
    );
    fc.assert(law);
  });

  it("is the whole period at the beginning of a step", () => {
    expect(timeRemainingMs({}, { now: 0 })).toBe(30_000);
    expect(timeRemainingMs({ period: 86_400 }, { now: 86_400_000 })).toBe(86_400_000);
    expect(timeRemainingMs({}, { now: 29_999 })).toBe(1);
  });

  it("reads Date.now() where `now` is left out", () => {
    vi.spyOn(Date, "now").mockReturnValue(59_000);
    expect(timeRemainingMs({})).toBe(1000);
    expect(timeRemainingMs({ period: 60 }, {})).toBe(1000);
    expect(timeRemainingMs({ period: 60 }, { now: undefined })).toBe(1000);
  });

  it("refuses a moment before the epoch (trap 43)", () => {
    expect(() => timeRemainingMs({ epoch: 60 }, { now: 59_999 })).toThrow(refusal("invalid-argument", "now"));
  });
});

describe("the clock of the other functions", () => {
  const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };

  it("is Date.now() where `now` is left out", () => {
    vi.spyOn(Date, "now").mockReturnValue(59_000);
    expect(totp(key)).toBe("287082");
    expect(totp(key, {})).toBe("287082");
    expect(verifyTotp(key, "287082", { after: null })).toEqual({ step: 1, drift: 0 });
  });

  it("is not read where `now` is given", () => {
    const clock = vi.spyOn(Date, "now");
    totp(key, { now: 59_000 });
    verifyTotp(key, "287082", { after: null, now: 59_000 });
    timeStep({}, { now: 59_000 });
    timeRemainingMs({}, { now: 59_000 });
    expect(clock).not.toHaveBeenCalled();
  });
});
