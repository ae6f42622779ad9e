// What a policy concedes: the numbers of DESIGN, the closed form by hand, and an attacker who really tries.
import fc from "fast-check";
import { createGuardMachine, type Exposure, type GuardPolicy, type GuardStep, guessProbability } from "otp-core/guard";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { scripted } from "../support/signers.ts";

const DAY_MS = 86_400_000;

describe("guessProbability", () => {
  it("is 0.03 % for a hundred guesses in a row, whatever the time after them (H9)", () => {
    const hundred = 1 - (1 - 3e-6) ** 100;
    expect(hundred).toBeCloseTo(0.0003, 6);
    for (const days of [4, 30, 365, 36_500]) expect(guessProbability({ days })).toBeCloseTo(hundred, 12);
  });

  it("is 3.7 % in a year whose days all have a login of the owner", () => {
    expect(guessProbability({ days: 365, successesPerDay: 1 })).toBeCloseTo(0.037, 3);
  });

  it("is nought in no time", () => {
    expect(guessProbability({ days: 0 })).toBe(0);
    expect(guessProbability({ days: 0, successesPerDay: 10 })).toBe(0);
  });

  it("falls with digits and grows with the window", () => {
    const at = (exposure: Partial<Exposure>) => guessProbability({ days: 30, successesPerDay: 1, ...exposure });
    expect(at({ digits: 8 })).toBeLessThan(at({ digits: 7 }));
    expect(at({ digits: 7 })).toBeLessThan(at({}));
    expect(at({ digits: 6 })).toBe(at({}));
    expect(at({ policy: { window: 0 } })).toBeLessThan(at({}));
    expect(at({ policy: { window: { past: 1, future: 0 } } })).toBeLessThan(at({}));
    expect(at({ policy: { window: 10 } }) / at({})).toBeCloseTo(7, 0);
  });

  it("never falls with days, logins, free failures or guesses, never grows with a wait, and stays a probability", () => {
    const policies = fc.record({
      freeFailures: fc.integer({ min: 0, max: 98 }),
      firstWaitMs: fc.integer({ min: 1000, max: 1_800_000 }),
      disableAfter: fc.integer({ min: 1, max: 99 }),
    });
    const law = fc.property(
      policies,
      fc.double({ min: 0, max: 400, noNaN: true }),
      fc.double({ min: 0, max: 20, noNaN: true }),
      (backoff, days, successesPerDay) => {
        const at = (changed: Partial<Exposure>) =>
          guessProbability({ days, successesPerDay, policy: { backoff }, ...changed });
        const plain = at({});
        expect(plain).toBeGreaterThanOrEqual(0);
        expect(plain).toBeLessThan(1);
        expect(at({ days: days + 1 })).toBeGreaterThanOrEqual(plain);
        const looser = { ...backoff, freeFailures: backoff.freeFailures + 1 };
        expect(at({ policy: { backoff: looser } })).toBeGreaterThanOrEqual(plain);
        const longer = { ...backoff, disableAfter: backoff.disableAfter + 1 };
        expect(at({ policy: { backoff: longer } })).toBeGreaterThanOrEqual(plain);
        const slower = { ...backoff, firstWaitMs: backoff.firstWaitMs * 2 };
        expect(at({ policy: { backoff: slower } })).toBeLessThanOrEqual(plain);
      },
    );
    fc.assert(law, { numRuns: 200 });
  });

  it("never falls where logins come twice as often", () => {
    const law = fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 500 }),
      (days, successesPerDay) => {
        const once = guessProbability({ days, successesPerDay });
        expect(guessProbability({ days, successesPerDay: successesPerDay * 2 })).toBeGreaterThanOrEqual(once);
      },
    );
    fc.assert(law, { numRuns: 100 });
  });

  it("does not read what is about HOTP, tokens or secrets", () => {
    const policy: GuardPolicy = { lookAhead: 100, resyncWindow: 0, learnDrift: { max: 5 }, minSecretBytes: 16 };
    expect(guessProbability({ days: 30, policy })).toBe(guessProbability({ days: 30 }));
  });
});

/** Guesses as soon as he may, and the owner logs in as often as is said; returns how many guesses were looked at. */
function attack(policy: GuardPolicy, days: number, successesPerDay: number): number {
  const machine = createGuardMachine(policy);
  // The owner's code is always the same, and the attacker's is never right.
  const key = { type: "totp", secret: scripted(() => 424_242) } as const;
  const end = days * DAY_MS;
  const every = successesPerDay === 0 ? Number.POSITIVE_INFINITY : DAY_MS / successesPerDay;
  let state: string | null = null;
  let guesses = 0;
  let now = 0;
  let login = every;
  while (now < end) {
    const step: GuardStep = machine.verify(state, { key, code: "000000", now: 1e12 + Math.ceil(now) });
    const { outcome } = step;
    if (outcome.reason === "mismatch") guesses++;
    state = step.state;
    const wait = outcome.retryAfterMs === null ? Number.POSITIVE_INFINITY : (outcome.retryAfterMs ?? 0);
    now += wait;
    if (now < login) continue;
    // The owner was there before: his guard may be waiting or disabled, so somebody unlocks it for him.
    now = login;
    login += every;
    if (now >= end) break;
    state = machine.unlock(state, 1e12 + Math.ceil(now)).state;
    const owner = machine.verify(state, { key, code: "424242", now: 1e12 + Math.ceil(now) });
    expect(owner.outcome.ok).toBe(true);
    state = owner.state;
  }
  return guesses;
}

/** How many guesses a probability stands for. */
function guessesIn(probability: number): number {
  return Math.round(Math.log1p(-probability) / Math.log1p(-3e-6));
}

describe("an attacker who really tries", () => {
  it.each([
    ["for an hour", {}, 1 / 24, 0],
    ["for four days", {}, 4, 0],
    ["for a month in which the owner logs in every day", {}, 30, 1],
    ["for a week in which the owner logs in ten times a day", {}, 7, 10],
    ["for a day and a half with a login a day: what is left over is a shorter budget", {}, 1.5, 1],
    ["for a week with a login every three days", {}, 7, 1 / 3],
    ["a strict guard", { backoff: { freeFailures: 0, maxWaitMs: DAY_MS, disableAfter: 20 } }, 30, 1],
    ["a lax guard", { backoff: { freeFailures: 99, firstWaitMs: 1000, maxWaitMs: 1000 } }, 2, 24],
  ] as readonly (readonly [string, GuardPolicy, number, number])[])(
    "has as many guesses as is said: %s",
    (_, policy, days, successesPerDay) => {
      const guesses = attack(policy, days, successesPerDay);
      expect(guesses).toBeGreaterThan(0);
      expect(guessesIn(guessProbability({ policy, days, successesPerDay }))).toBe(guesses);
    },
  );

  it("gets in as often as is said: a draw of two hundred thousand", () => {
    // Codes of one digit would be 10^-1 a candidate; here the attacker's single guess is right once in a hundred.
    const policy = { window: 0, backoff: { freeFailures: 4, disableAfter: 10 } } as const;
    const machine = createGuardMachine(policy);
    const days = 1;
    const codes = 200;
    let seed = 1;
    const draw = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * codes);
    };
    const ATTACKS = 5000;
    let broken = 0;
    for (let i = 0; i < ATTACKS; i++) {
      const key = { type: "totp", secret: scripted(() => draw()) } as const;
      let state: string | null = null;
      for (let now = 0; now < days * DAY_MS; ) {
        const step: GuardStep = machine.verify(state, { key, code: String(draw()).padStart(6, "0"), now });
        state = step.state;
        if (step.outcome.ok) broken++;
        if (step.outcome.ok || step.outcome.retryAfterMs === null) break;
        now += step.outcome.retryAfterMs;
      }
    }
    // Ten guesses of one in two hundred.
    const expected = 1 - (1 - 1 / codes) ** 10;
    const deviation = Math.sqrt((expected * (1 - expected)) / ATTACKS);
    expect(Math.abs(broken / ATTACKS - expected)).toBeLessThan(5 * deviation);
    // The same ten guesses are what guessProbability counts, at one in a million each.
    expect(guessProbability({ policy, days })).toBeCloseTo(1 - (1 - 1e-6) ** 10, 12);
  });
});

describe("an exposure that is out of range", () => {
  it.each<readonly [string, unknown]>([
    ["exposure", undefined],
    ["exposure", null],
    ["exposure", 30],
    ["attempts", { days: 1, attempts: 5 }],
    ["days", {}],
    ["days", { days: -1 }],
    ["days", { days: 36_501 }],
    ["days", { days: Number.NaN }],
    ["days", { days: "365" }],
    ["successesPerDay", { days: 1, successesPerDay: -1 }],
    ["successesPerDay", { days: 1, successesPerDay: 1001 }],
    ["successesPerDay", { days: 1, successesPerDay: Number.NaN }],
    ["successesPerDay", { days: 1, successesPerDay: null }],
    ["digits", { days: 1, digits: 5 }],
    ["digits", { days: 1, digits: 11 }],
    ["digits", { days: 1, digits: "6" }],
    ["policy", { days: 1, policy: null }],
    ["attempts", { days: 1, policy: { attempts: 5 } }],
    ["window", { days: 1, policy: { window: 11 } }],
    ["backoff.disableAfter", { days: 1, policy: { backoff: { disableAfter: 101 } } }],
  ])("is refused by name: %s", (argument, exposure) => {
    expect(() => guessProbability(exposure as Exposure)).toThrow(refusal("invalid-argument", argument));
  });
});
