// What a policy concedes: the documented figures, the closed form by hand, and attackers and owners over a simulated year.
import fc from "fast-check";
import {
  type AttemptPolicy,
  createGuardMachine,
  type Exposure,
  type GuardPolicy,
  type GuardTransition,
  guessProbability,
} from "otp-core/guard";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { scripted } from "../support/signers.ts";

const DAY_MS = 86_400_000;
/** The likeliest code of six digits: 2,148 of the 2^31 truncated values have it (RFC 4226 section 5.3). */
const SINGLE = 2148 / 2 ** 31;

const chance = (guesses: number, candidates: number) => 1 - (1 - candidates * SINGLE) ** guesses;

describe("guessProbability", () => {
  it("is 0.03 % for a hundred consecutive guesses, whatever the time after them (H9)", () => {
    for (const days of [4, 30, 365, 36_500]) expect(guessProbability({ days })).toBeCloseTo(chance(100, 3), 12);
    expect(chance(100, 3)).toBeCloseTo(0.0003, 6);
  });

  it("is 0.8 % in a year, however often the owner logs in: 200 guesses, and what leaks", () => {
    for (const successesPerDay of [3, 50, 1000]) {
      expect(guessProbability({ days: 365, successesPerDay })).toBeCloseTo(chance(2633, 3), 12);
    }
    expect(chance(2633, 3)).toBeCloseTo(0.0079, 4);
  });

  it("is 5.7 % and more without the budget of 30 days, which is why there is one", () => {
    const attempts = { monthly: 10_000 };
    expect(guessProbability({ days: 365, successesPerDay: 3, attempts })).toBeGreaterThan(0.057);
  });

  it("counts the guesses between the owner's log-ins, at equal distances: that is when the waits allow the most", () => {
    // Twice 22 in twelve hours: eleven in 3810 s, whose waits double, and then one an hour.
    expect(guessProbability({ days: 1, successesPerDay: 1, attempts: { monthly: 10_000 } })).toBeCloseTo(
      chance(44, 3),
      12,
    );
  });

  it("is 0 in no time", () => {
    expect(guessProbability({ days: 0 })).toBe(0);
    expect(guessProbability({ days: 0, successesPerDay: 10 })).toBe(0);
  });

  it("depends on the digits, the window or the look-ahead, and the keys", () => {
    const at = (exposure: Partial<Exposure>) => guessProbability({ days: 3, ...exposure });
    expect(at({ digits: 8 })).toBeLessThan(at({ digits: 7 }));
    expect(at({ digits: 7 })).toBeLessThan(at({}));
    expect(at({ digits: 6 })).toBe(at({}));
    expect(at({ digits: 10 })).toBeLessThan(at({ digits: 9 }));
    expect(at({ encoder: "steam" })).toBeLessThan(at({ digits: 7 }));
    expect(at({ encoder: "steam" })).toBeGreaterThan(at({ digits: 8 }));
    expect(at({ window: 0 })).toBeLessThan(at({}));
    expect(at({ window: { past: 1, future: 0 } })).toBeLessThan(at({}));
    expect(at({ window: 10 }) / at({})).toBeGreaterThan(2);
    expect(at({ keys: 3 })).toBe(at({ candidates: 9 }));
    expect(at({ type: "hotp" })).toBe(at({ candidates: 11 }));
    expect(at({ type: "hotp", lookAhead: 20, keys: 2 })).toBe(at({ candidates: 42 }));
    expect(at({ type: "totp", lookAhead: 20 })).toBe(at({}));
    expect(at({ candidates: 3, window: 10, keys: 5 })).toBe(at({}));
  });

  it("never falls with days, logins, free failures or guesses, never grows with a wait, and stays a probability", () => {
    const policies = fc.record({
      freeFailures: fc.integer({ min: 0, max: 98 }),
      firstWaitMs: fc.integer({ min: 1000, max: 1_800_000 }),
      disableAfter: fc.integer({ min: 1, max: 99 }),
      monthly: fc.integer({ min: 10, max: 9999 }),
    });
    const law = fc.property(
      policies,
      fc.double({ min: 0, max: 400, noNaN: true }),
      fc.double({ min: 0, max: 20, noNaN: true }),
      (attempts, days, successesPerDay) => {
        const at = (changed: Partial<Exposure>) => guessProbability({ days, successesPerDay, attempts, ...changed });
        const plain = at({});
        expect(plain).toBeGreaterThanOrEqual(0);
        expect(plain).toBeLessThan(1);
        expect(at({ days: days * 2 })).toBeGreaterThanOrEqual(plain);
        expect(at({ successesPerDay: successesPerDay * 2 })).toBeGreaterThanOrEqual(plain);
        expect(at({ attempts: { ...attempts, freeFailures: attempts.freeFailures + 1 } })).toBeGreaterThanOrEqual(
          plain,
        );
        expect(at({ attempts: { ...attempts, disableAfter: attempts.disableAfter + 1 } })).toBeGreaterThanOrEqual(
          plain,
        );
        expect(at({ attempts: { ...attempts, monthly: attempts.monthly + 1 } })).toBeGreaterThanOrEqual(plain);
        expect(at({ attempts: { ...attempts, firstWaitMs: attempts.firstWaitMs * 2 } })).toBeLessThanOrEqual(plain);
      },
    );
    fc.assert(law, { numRuns: 200 });
  });
});

/** A user's authenticators, as a guard gets them. Every code of the owner is 424242, and the attacker's is never right. */
interface Scene {
  readonly name: string;
  readonly type: "totp" | "hotp";
  readonly keys: number;
  /** Found by resync before the attack begins. */
  readonly drift: number;
  readonly candidates: number;
}

const SCENES: readonly Scene[] = [
  { name: "one key", type: "totp", keys: 1, drift: 0, candidates: 3 },
  { name: "three keys", type: "totp", keys: 3, drift: 0, candidates: 9 },
  { name: "a drift", type: "totp", keys: 1, drift: 20, candidates: 6 },
  { name: "HOTP", type: "hotp", keys: 1, drift: 0, candidates: 11 },
];
const START = 1_800_000_000_000;
const RIGHT = "424242";
const WRONG = "000000";

function userOf({ type, keys, drift }: Scene, policy: GuardPolicy) {
  const machine = createGuardMachine(policy);
  const key = { type, secret: scripted(() => 424_242) } as const;
  const named = Object.fromEntries(Array.from({ length: keys }, (_, i) => [`key${i}`, key]));
  let state: string | null = null;
  const attempt = (code: string, now: number) => {
    const transition: GuardTransition = machine.attempt(state, { keys: named, code, now: Math.ceil(now) });
    ({ state } = transition);
    return transition;
  };
  if (drift !== 0) {
    const shown = scripted((step) =>
      step === BigInt(START / 30_000 + drift) ? 2 : step === BigInt(START / 30_000 + drift - 1) ? 1 : 3,
    );
    const codes = ["000001", "000002"] as const;
    const found = machine.resync(null, { key: { type: "totp", secret: shown }, keyName: "key0", codes, now: START });
    expect(found.outcome.ok).toBe(true);
    ({ state } = found);
  }
  return { attempt };
}

/**
 * The most guesses that an attacker gets in so many days. The attacker guesses as soon as it is possible, and stops in time before
 * a login of the owner, because a login forgives the consecutive failures. An owner who has to wait comes back when the wait ends.
 */
function attack(scene: Scene, attempts: AttemptPolicy, days: number, successesPerDay: number): number {
  const { attempt } = userOf(scene, { attempts });
  const end = START + days * DAY_MS;
  const every = successesPerDay === 0 ? Number.POSITIVE_INFINITY : DAY_MS / successesPerDay;
  const { freeFailures = 4, firstWaitMs = 30_000, maxWaitMs = 3_600_000, disableAfter = 100 } = attempts;
  let guesses = 0;
  let failures = 0;
  let login = START + every;
  for (let now = START; now < end; ) {
    const wait = failures < freeFailures ? 0 : Math.min(firstWaitMs * 2 ** (failures - freeFailures), maxWaitMs);
    const lastOne = failures === disableAfter - 1;
    if (login < end && (now + wait >= login || lastOne)) {
      now = Math.max(now, login);
      const { outcome } = attempt(RIGHT, now);
      if (outcome.ok) {
        failures = 0;
        while (login <= now) login += every;
      } else now += outcome.retryAfterMs ?? Number.POSITIVE_INFINITY;
      continue;
    }
    const { outcome } = attempt(WRONG, now);
    if (outcome.ok) throw new Error("the attacker got in");
    if (outcome.reason === "mismatch") {
      guesses++;
      failures++;
    }
    now += outcome.retryAfterMs ?? Number.POSITIVE_INFINITY;
  }
  return guesses;
}

describe.each(SCENES)("a year of an attacker at full speed against $name", (scene) => {
  it.each([0, 1, 3, 50])(
    "whose owner logs in %i times a day: less than the function says, and less than 1 percent",
    (logins) => {
      const { type, candidates } = scene;
      const guesses = attack(scene, {}, 365, logins);
      const said = guessProbability({ days: 365, successesPerDay: logins, type, candidates });
      expect(chance(guesses, candidates)).toBeLessThanOrEqual(said);
      expect(said).toBeLessThan(0.01);
      // The bound is sharp.
      expect(chance(guesses, candidates)).toBeGreaterThan(said * 0.8);
    },
  );
});

describe("an attacker who really tries", () => {
  const one = SCENES[0] as Scene;
  it.each([
    ["for an hour", {}, 1 / 24, 0],
    ["for four days", {}, 4, 0],
    ["for a week in which the owner logs in every day", {}, 7, 1],
    ["for a week in which the owner logs in ten times a day", {}, 7, 10],
    ["for a week with a login every three days", {}, 7, 1 / 3],
    ["a strict guard", { freeFailures: 0, maxWaitMs: DAY_MS, disableAfter: 20 }, 30, 1],
    ["a lax guard", { freeFailures: 99, firstWaitMs: 1000, maxWaitMs: 1000, monthly: 10_000 }, 2, 24],
  ] as readonly (readonly [string, AttemptPolicy, number, number])[])(
    "has at most as many guesses as the function says, and most of them: %s",
    (_, attempts, days, successesPerDay) => {
      const guesses = attack(one, attempts, days, successesPerDay);
      const said = guessProbability({ attempts, days, successesPerDay });
      expect(chance(guesses, 3)).toBeLessThanOrEqual(said);
      expect(chance(guesses, 3)).toBeGreaterThan(said / 2);
    },
  );

  it("gets in as often as the number of guesses says: five thousand attacks", () => {
    // Codes of one in two hundred, so that attacks succeed often enough to be counted.
    const policy = { window: 0, attempts: { freeFailures: 4, disableAfter: 10 } } as const;
    const machine = createGuardMachine(policy);
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
      for (let now = 0; now < DAY_MS; ) {
        const step: GuardTransition = machine.attempt(state, { key, code: String(draw()).padStart(6, "0"), now });
        state = step.state;
        if (step.outcome.ok) broken++;
        if (step.outcome.ok || step.outcome.retryAfterMs === null) break;
        now += step.outcome.retryAfterMs;
      }
    }
    const expected = 1 - (1 - 1 / codes) ** 10;
    const deviation = Math.sqrt((expected * (1 - expected)) / ATTACKS);
    expect(Math.abs(broken / ATTACKS - expected)).toBeLessThan(5 * deviation);
    // The same ten guesses are what the function counts.
    const { attempts, window } = policy;
    expect(guessProbability({ attempts, window, days: 1 })).toBeCloseTo(chance(10, 1), 12);
  });
});

describe("an honest owner", () => {
  it.each([
    ["one key", 1],
    ["one key", 3],
    ["one key", 10],
    ["one key", 50],
    ["three keys", 10],
    ["a drift", 10],
    ["HOTP", 10],
  ])(
    "of %s who logs in %i times a day and mistypes one code in twenty never waits because of monthly",
    (name, logins) => {
      const scene = SCENES.find((each) => each.name === name) ?? (SCENES[0] as Scene);
      const { attempt } = userOf(scene, {});
      let seed = logins;
      let refused = 0;
      for (let login = 1; login <= 365 * logins; login++) {
        let now = START + (login * DAY_MS) / logins;
        for (let accepted = false; !accepted; now += 31_000) {
          seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
          const { outcome, events } = attempt(seed / 2 ** 32 < 0.05 ? WRONG : RIGHT, now);
          accepted = outcome.ok;
          refused += events.filter((event) => event.type === "throttled" && event.by === "monthly").length;
        }
      }
      expect(refused).toBe(0);
    },
  );
});

describe("an exposure that is out of range", () => {
  it.each<readonly [string, unknown]>([
    ["exposure", undefined],
    ["exposure", null],
    ["exposure", 30],
    ["policy", { days: 1, policy: {} }],
    ["days", {}],
    ["days", { days: -1 }],
    ["days", { days: 36_501 }],
    ["days", { days: Number.NaN }],
    ["days", { days: "365" }],
    ["successesPerDay", { days: 1, successesPerDay: -1 }],
    ["successesPerDay", { days: 1, successesPerDay: 1001 }],
    ["successesPerDay", { days: 1, successesPerDay: Number.NaN }],
    ["successesPerDay", { days: 1, successesPerDay: null }],
    ["type", { days: 1, type: "motp" }],
    ["digits", { days: 1, digits: 5 }],
    ["digits", { days: 1, digits: 11 }],
    ["digits", { days: 1, digits: "6" }],
    ["encoder", { days: 1, encoder: "base10" }],
    ["window", { days: 1, window: 11 }],
    ["window", { days: 1, type: "hotp", window: -1 }],
    ["lookAhead", { days: 1, lookAhead: 101 }],
    ["keys", { days: 1, keys: 0 }],
    ["keys", { days: 1, keys: 11 }],
    ["candidates", { days: 1, candidates: 0 }],
    ["candidates", { days: 1, candidates: 10_001 }],
    ["attempts", { days: 1, attempts: null }],
    ["attempts", { days: 1, attempts: "host" }],
    ["attempts.disableAfter", { days: 1, attempts: { disableAfter: 101 } }],
  ])("is refused by name: %s", (argument, exposure) => {
    expect(() => guessProbability(exposure as Exposure)).toThrow(refusal("invalid-argument", argument));
  });
});
