// How failures in a row are answered (NIST SP 800-63B section 3.2.2, RFC 4226 section 7.3).
import fc from "fast-check";
import { type Backoff, createGuardMachine, type GuardStep, type GuardVerdict } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const key = { type: "totp", secret: hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") } as const;
const WRONG = "000000";

/** Fails as soon as it may, until it is disabled; returns the wait after each failure. */
function waits(backoff?: Backoff): (number | null)[] {
  const machine = createGuardMachine({ backoff });
  const seen: (number | null)[] = [];
  let state: string | null = null;
  let now = NOW;
  for (;;) {
    const step: GuardStep = machine.verify(state, { key, code: WRONG, now });
    expect(step.outcome.reason).toBe("mismatch");
    const { retryAfterMs } = step.outcome as Exclude<GuardVerdict, { ok: true }>;
    state = step.state;
    seen.push(retryAfterMs);
    if (retryAfterMs === null) return seen;
    if (retryAfterMs > 0) {
      // Not a millisecond earlier.
      const early = machine.verify(state, { key, code: WRONG, now: now + retryAfterMs - 1 });
      expect(early.outcome).toEqual({ ok: false, reason: "throttled", retryAfterMs: 1 });
      expect(early.state).toBe(state);
    }
    now += retryAfterMs;
  }
}

describe("failures in a row", () => {
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

describe("a backoff that is out of range", () => {
  it.each<readonly [string, unknown]>([
    ["backoff", null],
    ["backoff", 5],
    ["backoff", "strict"],
    ["attempts", { attempts: 5 }],
    ["backoff.freeFailures", { freeFailures: -1 }],
    ["backoff.freeFailures", { freeFailures: 100 }],
    ["backoff.freeFailures", { freeFailures: 4.5 }],
    ["backoff.freeFailures", { freeFailures: "4" }],
    ["backoff.firstWaitMs", { firstWaitMs: 0 }],
    ["backoff.firstWaitMs", { firstWaitMs: 999 }],
    ["backoff.firstWaitMs", { firstWaitMs: HOUR + 1, maxWaitMs: 2 * HOUR }],
    ["backoff.firstWaitMs", { firstWaitMs: Number.NaN }],
    ["backoff.maxWaitMs", { maxWaitMs: 29_999 }],
    ["backoff.maxWaitMs", { maxWaitMs: 86_400_001 }],
    ["backoff.maxWaitMs", { maxWaitMs: Number.POSITIVE_INFINITY }],
    ["backoff.maxWaitMs", { firstWaitMs: 60_000, maxWaitMs: 59_999 }],
    ["backoff.disableAfter", { disableAfter: 0 }],
    ["backoff.disableAfter", { disableAfter: 101 }],
    ["backoff.disableAfter", { disableAfter: Number.POSITIVE_INFINITY }],
    ["backoff.disableAfter", { disableAfter: null }],
  ])("is refused by name: %s", (argument, backoff) => {
    expect(() => createGuardMachine({ backoff: backoff as Backoff })).toThrow(refusal("invalid-argument", argument));
  });
});
