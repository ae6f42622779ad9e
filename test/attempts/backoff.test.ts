// How consecutive failures are answered (NIST SP 800-63B section 3.2.2, RFC 4226 section 7.3).
import fc from "fast-check";
import { type AttemptPolicy, createGuardMachine, type GuardOutcome, type GuardTransition } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { reasonOf } from "../support/reason.ts";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const key = { type: "totp", secret: hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") } as const;
const WRONG = "000000";

/** Fails as soon as it may, until it is disabled; returns the wait after each failure. */
function waits(attempts?: AttemptPolicy): (number | null)[] {
  const machine = createGuardMachine({ attempts });
  const seen: (number | null)[] = [];
  let state: string | null = null;
  let now = NOW;
  for (;;) {
    const step: GuardTransition = machine.attempt(state, { key, code: WRONG, now });
    expect(reasonOf(step.outcome)).toBe("mismatch");
    const { retryAfterMs } = step.outcome as Exclude<GuardOutcome, { ok: true }>;
    state = step.state;
    seen.push(retryAfterMs);
    if (retryAfterMs === null) return seen;
    if (retryAfterMs > 0) {
      // Not a millisecond earlier.
      const early = machine.attempt(state, { key, code: WRONG, now: now + retryAfterMs - 1 });
      expect(early.outcome).toEqual({ ok: false, reason: "throttled", retryAfterMs: 1 });
      expect(early.state).toBe(state);
    }
    now += retryAfterMs;
  }
}

describe("consecutive failures", () => {
  it("cost nothing four times, then 30 s, twice as much each time up to an hour, and the hundredth disables (H16, N7, N8)", () => {
    const seen = waits();
    expect(seen).toHaveLength(100);
    expect(seen.slice(0, 13)).toEqual([
      0,
      0,
      0,
      0,
      30_000,
      60_000,
      120_000,
      240_000,
      480_000,
      960_000,
      1_920_000,
      HOUR,
      HOUR,
    ]);
    expect(seen.slice(13, 99)).toEqual(Array(86).fill(HOUR));
    expect(seen[99]).toBe(null);
  });

  it("cost what the policy says", () => {
    const backoff = { freeFailures: 1, firstWaitMs: 1000, maxWaitMs: 5000, disableAfter: 6 };
    expect(waits(backoff)).toEqual([0, 1000, 2000, 4000, 5000, null]);
    expect(waits({ disableAfter: 1 })).toEqual([null]);
    expect(waits({ freeFailures: 0, disableAfter: 3 })).toEqual([30_000, 60_000, null]);
    // More free failures than are allowed at all: no wait, and disabled all the same.
    expect(waits({ freeFailures: 99, disableAfter: 5 })).toEqual([0, 0, 0, 0, null]);
    expect(waits({ firstWaitMs: HOUR, maxWaitMs: HOUR, disableAfter: 7 })).toEqual([0, 0, 0, 0, HOUR, HOUR, null]);
  });

  it("never cost less than the ones before, more than the policy's most, or go on for ever", () => {
    const backoffs = fc
      .record({
        freeFailures: fc.integer({ min: 0, max: 99 }),
        firstWaitMs: fc.integer({ min: 1000, max: HOUR }),
        more: fc.integer({ min: 0, max: 23 * HOUR }),
        disableAfter: fc.integer({ min: 1, max: 100 }),
      })
      .map(({ more, ...backoff }) => ({ ...backoff, maxWaitMs: backoff.firstWaitMs + more }));
    const law = fc.property(backoffs, (backoff) => {
      const seen = waits(backoff);
      expect(seen).toHaveLength(backoff.disableAfter);
      const [last, ...rest] = seen.reverse();
      expect(last).toBe(null);
      const ascending = rest.reverse() as number[];
      expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
      for (const [i, wait] of ascending.entries()) {
        if (i < backoff.freeFailures) expect(wait).toBe(0);
        else expect(wait).toBeGreaterThanOrEqual(backoff.firstWaitMs);
        expect(wait).toBeLessThanOrEqual(backoff.maxWaitMs);
      }
    });
    fc.assert(law, { numRuns: 100 });
  });
});

describe("an attempt policy that is out of range", () => {
  it.each<readonly [string, unknown]>([
    ["attempts", null],
    ["attempts", 5],
    ["attempts", "strict"],
    ["tries", { tries: 5 }],
    ["attempts.freeFailures", { freeFailures: -1 }],
    ["attempts.freeFailures", { freeFailures: 100 }],
    ["attempts.freeFailures", { freeFailures: 4.5 }],
    ["attempts.freeFailures", { freeFailures: "4" }],
    ["attempts.firstWaitMs", { firstWaitMs: 0 }],
    ["attempts.firstWaitMs", { firstWaitMs: 999 }],
    ["attempts.firstWaitMs", { firstWaitMs: HOUR + 1, maxWaitMs: 2 * HOUR }],
    ["attempts.firstWaitMs", { firstWaitMs: Number.NaN }],
    ["attempts.maxWaitMs", { maxWaitMs: 29_999 }],
    ["attempts.maxWaitMs", { maxWaitMs: 86_400_001 }],
    ["attempts.maxWaitMs", { maxWaitMs: Number.POSITIVE_INFINITY }],
    ["attempts.maxWaitMs", { firstWaitMs: 60_000, maxWaitMs: 59_999 }],
    ["attempts.disableAfter", { disableAfter: 0 }],
    ["attempts.disableAfter", { disableAfter: 101 }],
    ["attempts.disableAfter", { disableAfter: Number.POSITIVE_INFINITY }],
    ["attempts.disableAfter", { disableAfter: null }],
  ])("is refused by name: %s", (argument, attempts) => {
    expect(() => createGuardMachine({ attempts: attempts as AttemptPolicy })).toThrow(
      refusal("invalid-argument", argument),
    );
  });
});
