// Counting of guesses, for every service: how consecutive failures and those of 30 days are answered.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countFailure,
  countMonthly,
  countSuccess,
  forget,
  forgiveFailures,
  refuseUnseen,
  rejectReplay,
  rejectUncounted,
} from "../../src/attempts/decisions.ts";
import { keepAttemptsUntil, lapseFailures } from "../../src/attempts/expiry.ts";
import { checkAttemptPolicy, checkAttempts, costOf, MONTH_MS, waitAfter } from "../../src/attempts/policy.ts";
import {
  type AttemptState,
  areAttemptsPossible,
  NO_ATTEMPTS,
  readAttemptFields,
  writeAttempts,
} from "../../src/attempts/state.ts";
import { attemptStatus } from "../../src/attempts/status.ts";
import { readFields, writeFields } from "../../src/store/state-text.ts";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const DEFAULTS = checkAttemptPolicy();
/** One failure leaks in 3.6 hours. */
const LEAK = MONTH_MS / 200;

const mismatch = (candidates = 3) => ({ reason: "mismatch", candidates }) as const;

/**
 * Fails as soon as it may, for so long or until the subject is disabled. The owner succeeds at these intervals, also during a wait:
 * that is more than a real owner can give to an attacker.
 */
function guess(
  policy: ReturnType<typeof checkAttemptPolicy>,
  forMs: number,
  candidates = 3,
  succeedEveryMs = Infinity,
) {
  let attempts = NO_ATTEMPTS;
  let guesses = 0;
  let now = NOW;
  let succeedAt = NOW + succeedEveryMs;
  while (now < NOW + forMs) {
    if (now >= succeedAt) {
      attempts = countSuccess(attempts, now);
      succeedAt += succeedEveryMs;
    }
    const refused = refuseUnseen(policy, attempts, now);
    const { attempts: next, outcome } = refused ?? countFailure(policy, attempts, mismatch(candidates), now);
    if (refused === null) guesses++;
    attempts = next;
    if (outcome.retryAfterMs === null) break;
    now = Math.min(now + Math.max(outcome.retryAfterMs, 1), Math.max(succeedAt, now + 1));
  }
  return { attempts, guesses, now };
}

describe("consecutive failures", () => {
  it("cost nothing four times, then 30 s, twice as much each time up to an hour, and the hundredth disables (H16, N7, N8)", () => {
    expect(Array.from({ length: 13 }, (_, i) => waitAfter(i + 1, DEFAULTS))).toEqual([
      ...[0, 0, 0, 0],
      ...[30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, HOUR, HOUR],
    ]);
    expect(waitAfter(99, DEFAULTS)).toBe(HOUR);
    expect(waitAfter(100, DEFAULTS)).toBeNull();
  });

  it("are not looked at before the wait is over, and are at that moment", () => {
    let attempts = NO_ATTEMPTS;
    for (let i = 0; i < 5; i++) attempts = countFailure(DEFAULTS, attempts, mismatch(), NOW).attempts;
    const early = refuseUnseen(DEFAULTS, attempts, NOW + 29_999);
    expect(early).toEqual({
      attempts,
      outcome: { ok: false, reason: "throttled", retryAfterMs: 1 },
      events: [{ type: "throttled", at: NOW + 29_999, failures: 5, retryAt: NOW + 30_000, by: "wait" }],
    });
    // Nothing is written by an attempt that is not looked at, so it does not prolong the wait.
    expect(early?.attempts).toBe(attempts);
    expect(refuseUnseen(DEFAULTS, attempts, NOW + 30_000)).toBeNull();
    expect(attemptStatus(DEFAULTS, attempts, NOW)).toMatchObject({ state: "waiting", retryAt: NOW + 30_000 });
    expect(attemptStatus(DEFAULTS, attempts, NOW + 30_000)).toMatchObject({ state: "open", retryAt: null });
  });

  it("disable at the last one, with an event that says so, until unlock", () => {
    const { attempts, guesses } = guess(DEFAULTS, 40 * DAY);
    expect(guesses).toBe(100);
    expect(refuseUnseen(DEFAULTS, attempts, NOW + 400 * DAY)).toEqual({
      attempts,
      outcome: { ok: false, reason: "disabled", retryAfterMs: null },
      events: [{ type: "disabled", at: NOW + 400 * DAY, failures: 100, first: false }],
    });
    expect(attemptStatus(DEFAULTS, attempts, NOW + 400 * DAY)).toMatchObject({ state: "disabled", retryAt: null });
    const unlocked = forgiveFailures(attempts);
    expect(refuseUnseen(DEFAULTS, unlocked, NOW + 400 * DAY)).toBeNull();
    expect(attemptStatus(DEFAULTS, unlocked, NOW)).toMatchObject({ failures: 0, monthlyFailures: 0 });
  });

  it("are told with their number, the wait, and that they disable", () => {
    const policy = checkAttemptPolicy({ freeFailures: 0, disableAfter: 2 });
    const first = countFailure(policy, NO_ATTEMPTS, mismatch(), NOW);
    expect(first.outcome).toEqual({ ok: false, reason: "mismatch", retryAfterMs: 30_000 });
    expect(first.events).toEqual([
      { type: "rejected", at: NOW, reason: "mismatch", failures: 1, retryAt: NOW + 30_000 },
    ]);
    const second = countFailure(policy, first.attempts, mismatch(), NOW + MINUTE);
    expect(second.outcome).toEqual({ ok: false, reason: "mismatch", retryAfterMs: null });
    expect(second.events).toEqual([
      { type: "rejected", at: NOW + MINUTE, reason: "mismatch", failures: 2, retryAt: null },
      { type: "disabled", at: NOW + MINUTE, failures: 2, first: true },
    ]);
  });

  it("are forgiven by a success", () => {
    const failed = countFailure(DEFAULTS, NO_ATTEMPTS, mismatch(), NOW).attempts;
    const status = attemptStatus(DEFAULTS, countSuccess(failed, NOW + 1), NOW + 1);
    expect(status).toMatchObject({ failures: 0, acceptedAt: NOW + 1, failedAt: NOW, monthlyFailures: 1 });
  });
});

describe("failures in 30 days", () => {
  it("are not forgiven by a success: the attacker's guesses stay counted", () => {
    // The owner succeeds every hour, which forgives the consecutive failures.
    const { guesses } = guess(DEFAULTS, 30 * DAY, 3, HOUR);
    expect(guesses).toBeGreaterThan(390);
    expect(guesses).toBeLessThanOrEqual(400);
    // Without the budget there would be thousands.
    const { guesses: unbounded } = guess(checkAttemptPolicy({ monthly: 10_000 }), 30 * DAY, 3, HOUR);
    expect(unbounded).toBeGreaterThan(4000);
  });

  it("make wait until one has leaked, 3.6 hours at 200, and unlock empties the bucket", () => {
    let attempts = NO_ATTEMPTS;
    for (let i = 0; i < 200; i++) {
      attempts = countSuccess(countFailure(DEFAULTS, attempts, mismatch(), NOW).attempts, NOW);
    }
    expect(refuseUnseen(DEFAULTS, attempts, NOW)).toEqual({
      attempts,
      outcome: { ok: false, reason: "throttled", retryAfterMs: LEAK },
      events: [{ type: "throttled", at: NOW, failures: 0, retryAt: NOW + LEAK, by: "monthly" }],
    });
    expect(attemptStatus(DEFAULTS, attempts, NOW)).toMatchObject({ state: "waiting", monthlyFailures: 200 });
    expect(refuseUnseen(DEFAULTS, attempts, NOW + LEAK - 1)).not.toBeNull();
    expect(refuseUnseen(DEFAULTS, attempts, NOW + LEAK)).toBeNull();
    expect(refuseUnseen(DEFAULTS, forgiveFailures(attempts), NOW)).toBeNull();
  });

  it("are not named if the wait of the consecutive ones ends at the same moment", () => {
    let attempts = NO_ATTEMPTS;
    for (let i = 0; i < 5; i++) attempts = countFailure(DEFAULTS, attempts, mismatch(), NOW).attempts;
    // The bucket leaks 200 of its level in each of the 30,000 ms of the wait.
    const at = (level: number) =>
      refuseUnseen(DEFAULTS, { ...attempts, monthly: { level, at: NOW, movedAt: null } }, NOW)?.events;
    const level = 199 * MONTH_MS + 200 * 30_000;
    const throttled = { type: "throttled", at: NOW, failures: 5 };
    expect(at(level)).toEqual([{ ...throttled, retryAt: NOW + 30_000, by: "wait" }]);
    expect(at(level + 1)).toEqual([{ ...throttled, retryAt: NOW + 30_001, by: "monthly" }]);
  });

  it("cost one for every three codes that the attempt was compared with, at least one", () => {
    expect([0, 1, 3, 4, 6, 7, 12, 101].map(costOf)).toEqual([1, 1, 1, 2, 2, 3, 4, 34]);
    const { attempts } = countFailure(DEFAULTS, NO_ATTEMPTS, mismatch(12), NOW);
    expect(attemptStatus(DEFAULTS, attempts, NOW)).toMatchObject({ failures: 1, monthlyFailures: 4 });
  });

  it.each([1, 3, 6, 12, 101, 1010])(
    "bound a year's guesses times %i candidates, whatever the owner does",
    (candidates) => {
      fc.assert(
        fc.property(fc.constantFrom(DAY, DAY / 3, DAY / 50, 10 * MINUTE), (every) => {
          const { guesses } = guess(DEFAULTS, 365 * DAY, candidates, every);
          // The bucket once, what leaks in a year, and the part of a last failure that did not fit.
          const failures = 200 + 365 * (200 / 30) + costOf(candidates);
          expect(guesses * costOf(candidates)).toBeLessThanOrEqual(failures);
          expect(guesses).toBeGreaterThan(0);
        }),
        { numRuns: 4 },
      );
    },
  );

  it("are filled by a device's failure without making the account wait", () => {
    const counted = countMonthly(DEFAULTS, NO_ATTEMPTS, 4, NOW);
    expect(attemptStatus(DEFAULTS, counted, NOW)).toMatchObject({ failures: 0, failedAt: null, monthlyFailures: 2 });
    expect(countMonthly("host", NO_ATTEMPTS, 4, NOW)).toBe(NO_ATTEMPTS);
    // A clock that went back: the moment of the bucket moves, and there still is no failure of the account.
    const back = countMonthly(DEFAULTS, counted, 1, NOW - DAY);
    expect(back).toMatchObject({ failedAt: null, monthly: { at: NOW - DAY, movedAt: NOW - DAY } });
  });
});

describe("clocks", () => {
  const five = () => {
    let attempts = NO_ATTEMPTS;
    for (let i = 0; i < 5; i++) attempts = countFailure(DEFAULTS, attempts, mismatch(), NOW).attempts;
    return attempts;
  };

  it("of two servers that differ by up to ten minutes do not shorten the wait", () => {
    const attempts = five();
    const behind = refuseUnseen(DEFAULTS, attempts, NOW - 5 * MINUTE);
    expect(behind?.outcome.retryAfterMs).toBe(5 * MINUTE + 30_000);
    expect(behind?.attempts).toBe(attempts);
  });

  it("of two servers never move the moment of the last failure back, so the longer wait counts from the later one", () => {
    const sixth = countFailure(DEFAULTS, five(), mismatch(), NOW + MINUTE).attempts;
    const seventh = countFailure(DEFAULTS, sixth, mismatch(), NOW - 5 * MINUTE);
    expect(seventh.attempts.failedAt).toBe(NOW + MINUTE);
    expect(seventh.outcome.retryAfterMs).toBe(6 * MINUTE + 2 * MINUTE);
  });

  it("that went back are believed once: the wait starts again from now, and is written once", () => {
    const attempts = five();
    const earlier = NOW - DAY;
    const first = refuseUnseen(DEFAULTS, attempts, earlier);
    expect(first?.outcome.retryAfterMs).toBe(30_000);
    expect(first?.attempts).toMatchObject({ failedAt: earlier, monthly: { at: earlier, movedAt: earlier } });
    const moved = first?.attempts as AttemptState;
    expect(refuseUnseen(DEFAULTS, moved, earlier + 29_999)?.attempts).toBe(moved);
    expect(refuseUnseen(DEFAULTS, moved, earlier + 30_000)).toBeNull();
  });

  it("that go back again within ten minutes are not believed, and this makes no wait longer than ten minutes", () => {
    const moved = { ...five(), monthly: { level: 0, at: 0, movedAt: NOW - DAY } };
    expect(refuseUnseen(DEFAULTS, moved, NOW - DAY)?.outcome.retryAfterMs).toBe(10 * MINUTE + 30_000);
    expect(refuseUnseen(DEFAULTS, moved, NOW - DAY + 10 * MINUTE)?.outcome.retryAfterMs).toBe(30_000);
  });

  it("that went back cost no wait where none is due", () => {
    const once = countFailure(DEFAULTS, NO_ATTEMPTS, mismatch(), NOW).attempts;
    for (const earlier of [NOW - MINUTE, NOW - DAY]) {
      expect(refuseUnseen(DEFAULTS, once, earlier)).toBeNull();
      const again = countFailure(DEFAULTS, once, mismatch(), earlier);
      expect(again.outcome.retryAfterMs).toBe(0);
    }
  });

  it("never give more looks in a span than the waits allow, for servers ten minutes apart", () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 2 * MINUTE }), fc.integer({ min: 0, max: 10 * MINUTE })),
      {
        minLength: 1,
        maxLength: 300,
        size: "max",
      },
    );
    fc.assert(
      fc.property(steps, (history) => {
        let attempts = NO_ATTEMPTS;
        let time = NOW;
        let looks = 0;
        for (const [late, skew] of history) {
          time += late;
          if (refuseUnseen(DEFAULTS, attempts, time + skew) !== null) continue;
          looks++;
          attempts = countFailure(DEFAULTS, attempts, mismatch(), time + skew).attempts;
        }
        // The waits before the last look fit into the time that went by and the skew.
        let waits = 0;
        for (let failures = 1; failures < looks; failures++) waits += waitAfter(failures, DEFAULTS) ?? 0;
        expect(waits).toBeLessThanOrEqual(time - NOW + 10 * MINUTE);
      }),
    );
  });
});

describe("what is not counted", () => {
  it("leaves the attempts as they are", () => {
    const failed = countFailure(DEFAULTS, NO_ATTEMPTS, mismatch(), NOW).attempts;
    expect(rejectUncounted(failed, "malformed", NOW)).toEqual({
      attempts: failed,
      outcome: { ok: false, reason: "malformed", retryAfterMs: 0 },
      events: [{ type: "rejected", at: NOW, reason: "malformed", failures: 1, retryAt: null }],
    });
    expect(rejectReplay(failed, 0, NOW)).toEqual({
      attempts: failed,
      outcome: { ok: false, reason: "replayed", retryAfterMs: 0 },
      events: [{ type: "replayed", at: NOW, failures: 1, retryAt: null }],
    });
    expect(rejectReplay(failed, 5, NOW).events).toEqual([{ type: "replayed", at: NOW, failures: 1, retryAt: NOW + 5 }]);
  });

  it("is everything where the host limits guesses itself", () => {
    const { attempts, outcome, events } = countFailure("host", NO_ATTEMPTS, mismatch(), NOW);
    expect(attempts).toBe(NO_ATTEMPTS);
    expect(outcome).toEqual({ ok: false, reason: "mismatch", retryAfterMs: 0 });
    expect(events).toEqual([{ type: "rejected", at: NOW, reason: "mismatch", failures: 0, retryAt: null }]);
    const disabled = guess(DEFAULTS, 40 * DAY).attempts;
    expect(refuseUnseen("host", disabled, NOW)).toBeNull();
    expect(attemptStatus("host", disabled, NOW)).toMatchObject({ state: "open", monthlyFailures: 0, retryAt: null });
  });
});

describe("forgotten attempts", () => {
  it("keep nothing but the moment, which never moves back (field B3)", () => {
    const disabled = guess(DEFAULTS, 40 * DAY).attempts;
    const forgotten = forget(disabled, NOW).attempts;
    expect(forgotten).toEqual({ ...NO_ATTEMPTS, forgottenAt: NOW });
    expect(refuseUnseen(DEFAULTS, forgotten, NOW)).toBeNull();
    expect(forget(forgotten, NOW - 1).attempts.forgottenAt).toBe(NOW);
    expect(forget(forgotten, NOW + 1).attempts.forgottenAt).toBe(NOW + 1);
  });

  it("lapse 30 days after the last failure, where records expire", () => {
    const failed = countFailure(DEFAULTS, NO_ATTEMPTS, mismatch(), NOW).attempts;
    expect(lapseFailures(failed, NOW + MONTH_MS - 1)).toBe(failed);
    expect(lapseFailures(failed, NOW + MONTH_MS).failures).toBe(0);
    expect(lapseFailures(NO_ATTEMPTS, NOW)).toBe(NO_ATTEMPTS);
  });

  it("are kept for a day, for 30 days after a failure, and until the bucket is empty", () => {
    const failed = countFailure(DEFAULTS, NO_ATTEMPTS, mismatch(), NOW).attempts;
    const much = countFailure(DEFAULTS, NO_ATTEMPTS, mismatch(1010), NOW).attempts;
    expect(keepAttemptsUntil(DEFAULTS, NO_ATTEMPTS, NOW)).toBe(NOW + DAY);
    expect(keepAttemptsUntil(DEFAULTS, failed, NOW)).toBe(NOW + MONTH_MS);
    // The 30 days count from the failure, and not from a later write.
    expect(keepAttemptsUntil(DEFAULTS, failed, NOW + 5 * DAY)).toBe(NOW + MONTH_MS);
    expect(keepAttemptsUntil(DEFAULTS, countSuccess(much, NOW), NOW)).toBe(NOW + 337 * LEAK);
    expect(keepAttemptsUntil("host", countSuccess(much, NOW), NOW)).toBe(NOW + DAY);
  });
});

describe("the state of attempts", () => {
  const moments = fc.option(fc.maxSafeNat());
  const states: fc.Arbitrary<AttemptState> = fc
    .record({
      failures: fc.integer({ min: 0, max: 100 }),
      failedAt: moments,
      acceptedAt: moments,
      monthly: fc.record({ level: fc.maxSafeNat(), at: fc.maxSafeNat(), movedAt: moments }),
      forgottenAt: moments,
    })
    .map((state) => (state.failedAt === null ? { ...state, failures: 0 } : state));

  it("is read as it was written, among the fields of another state", () => {
    fc.assert(
      fc.property(states, (state) => {
        const text = writeFields(["3", writeAttempts(state), "x"]);
        const read = readAttemptFields(readFields(text), 1);
        expect(read).toEqual(state);
        expect(areAttemptsPossible(read)).toBe(true);
      }),
    );
  });

  it.each([
    ["101", "1", "-", "0", "0", "-", "-"],
    ["1", "-", "-", "0", "0", "-", "-"],
    ["-1", "1", "-", "0", "0", "-", "-"],
    ["0.5", "1", "-", "0", "0", "-", "-"],
    ["0", "-1", "-", "0", "0", "-", "-"],
    ["0", "-", "0.5", "0", "0", "-", "-"],
    ["0", "-", "-", "-1", "0", "-", "-"],
    ["0", "-", "-", "x", "0", "-", "-"],
    ["0", "-", "-", "0", "-1", "-", "-"],
    ["0", "-", "-", "0", "0", "x", "-"],
    ["0", "-", "-", "0", "0", "-", "1e300"],
  ])("is refused as %s,%s,%s,%s,%s,%s,%s, which no decision writes", (...fields) => {
    expect(areAttemptsPossible(readAttemptFields(fields, 0))).toBe(false);
  });

  it("is not taken for another one when fields are missing", () => {
    const read = readAttemptFields([], 0);
    expect(writeAttempts(read)).not.toBe("");
  });
});

describe("the policy", () => {
  it.each([
    [{ freeFailures: -1 }, "attempts.freeFailures"],
    [{ freeFailures: 100 }, "attempts.freeFailures"],
    [{ firstWaitMs: 999 }, "attempts.firstWaitMs"],
    [{ firstWaitMs: 3_600_001 }, "attempts.firstWaitMs"],
    [{ maxWaitMs: 29_999 }, "attempts.maxWaitMs"],
    [{ maxWaitMs: 86_400_001 }, "attempts.maxWaitMs"],
    [{ disableAfter: 0 }, "attempts.disableAfter"],
    [{ disableAfter: 101 }, "attempts.disableAfter"],
    [{ monthly: 9 }, "attempts.monthly"],
    [{ monthly: 10_001 }, "attempts.monthly"],
    [{ monthly: "200" }, "attempts.monthly"],
    [{ weekly: 3 }, "weekly"],
    ["hosts", "attempts"],
    [null, "attempts"],
  ])("refuses %j and names %s", (attempts, argument) => {
    expect(() => checkAttempts(attempts)).toThrow(refusal("invalid-argument", argument));
  });

  it("has the defaults of NIST, and takes another default of `monthly`", () => {
    expect(checkAttempts(undefined)).toEqual({
      freeFailures: 4,
      firstWaitMs: 30_000,
      maxWaitMs: HOUR,
      disableAfter: 100,
      monthly: 200,
    });
    expect(checkAttempts({}, 100)).toMatchObject({ monthly: 100 });
    expect(checkAttempts({ monthly: 10 }, 100)).toMatchObject({ monthly: 10 });
    expect(checkAttempts("host")).toBe("host");
  });
});
