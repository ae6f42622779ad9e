import { totp } from "otp-core";
import { createGuardMachine, type GuardPolicy, type GuardStep, guessProbability } from "otp-core/guard";
import { describe, expect, it } from "vitest";
import { refusal } from "../refusal.ts";

const DAY_MS = 86_400_000;
const START = 1_700_000_000_000;

/** How many guesses the real machine compares, if an attacker tries as soon as he may and nobody else comes. */
function guessesAgainstTheMachine(policy: GuardPolicy, days: number): number {
  const machine = createGuardMachine(policy);
  const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
  let state: string | null = null;
  let guesses = 0;
  for (let now = START; now < START + days * DAY_MS; guesses++) {
    const window = [-30_000, 0, 30_000].map((ms) => totp(key, { now: now + ms }));
    const code = ["000000", "111111", "222222", "333333"].find((guess) => !window.includes(guess)) ?? "";
    const step: GuardStep = machine.verify(state, { key, code, now });
    expect(step.outcome.reason).toBe("mismatch");
    state = step.state;
    const wait = step.outcome.retryAfterMs ?? null;
    if (wait === null) return guesses + 1;
    now += wait;
  }
  return guesses;
}

describe("guessProbability", () => {
  it("is 0.03 % for a hundred guesses in a row, and 3.7 % a year when the owner logs in every day (H9)", () => {
    expect(guessProbability({ days: 36_500 })).toBeCloseTo(1 - (1 - 3e-6) ** 100, 12);
    expect(guessProbability({ days: 365, successesPerDay: 1 })).toBeCloseTo(0.037, 3);
  });

  it.each([
    [{}, 1],
    [{}, 30],
    [{ backoff: { freeFailures: 0, firstWaitMs: 60_000 } }, 2],
    [{ backoff: { disableAfter: 7 } }, 2],
    [{ backoff: { freeFailures: 10, maxWaitMs: 60_000 } }, 1],
  ])("counts as many guesses as the machine compares: %j over %d days", (policy, days) => {
    const guesses = guessesAgainstTheMachine(policy, days);
    expect(guessProbability({ policy, days })).toBeCloseTo(1 - (1 - 3e-6) ** guesses, 12);
  });

  it("grows with the window, the time and the owner's logins, and shrinks with the digits", () => {
    const base = guessProbability({ days: 30, successesPerDay: 1 });
    expect(guessProbability({ days: 60, successesPerDay: 1 })).toBeGreaterThan(base);
    expect(guessProbability({ days: 30, successesPerDay: 3 })).toBeGreaterThan(base);
    expect(guessProbability({ days: 30, successesPerDay: 1, policy: { window: 2 } })).toBeGreaterThan(base);
    expect(guessProbability({ days: 30, successesPerDay: 1, digits: 8 })).toBeLessThan(base);
    expect(guessProbability({ days: 30, successesPerDay: 1, policy: { window: 0 } })).toBeLessThan(base);
    expect(guessProbability({ days: 0 })).toBe(0);
  });

  it.each([
    ["days", [-1, Number.NaN, Number.POSITIVE_INFINITY, "1", null, undefined, 36_501]],
    ["successesPerDay", [-1, Number.NaN, "1", null, 1001]],
    ["digits", [5, 11, 6.5, "6", null]],
    ["policy", [null, 1]],
    ["day", [1]],
  ])("refuses a wrong %s by name", (name, values) => {
    for (const value of values) {
      expect(() => guessProbability({ days: 1, [name]: value } as never)).toThrow(refusal("invalid-argument", name));
    }
  });
});
