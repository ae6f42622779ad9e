// When attempts of a subject are looked at again.

import { leak, MAX_CLOCK_SKEW_MS, waitForTurn, wentBack } from "./leaky-bucket.ts";
import { type CheckedAttemptPolicy, MONTH_MS, waitAfter } from "./policy.ts";
import type { AttemptState } from "./state.ts";

/** The attempts as the clock of this server sees them: moments far ahead are now, because the clock went back. */
export function attemptsAt(attempts: AttemptState, now: number): AttemptState {
  const { failedAt, monthly } = attempts;
  if (!wentBack(Math.max(failedAt ?? 0, monthly.at), monthly.movedAt, now)) return attempts;
  return {
    ...attempts,
    failedAt: failedAt === null ? null : Math.min(failedAt, now),
    monthly: { level: monthly.level, at: Math.min(monthly.at, now), movedAt: now },
  };
}

/** When an attempt is looked at again, and what forbids it until then. `null`: after `unlock`. */
export function reopening(policy: CheckedAttemptPolicy, { failures, failedAt, monthly }: AttemptState, now: number) {
  const wait = waitAfter(failures, policy);
  if (wait === null) return { retryAt: null, by: "wait" } as const;
  // A failure has a moment. One that lies further ahead will be moved back, so it makes no wait longer.
  const byWait = wait === 0 ? now : Math.min(failedAt as number, now + MAX_CLOCK_SKEW_MS) + wait;
  const rate = monthlyRate(policy);
  const byMonthly = now + waitForTurn(leak(monthly, rate, now), rate, now);
  return byMonthly > byWait
    ? ({ retryAt: byMonthly, by: "monthly" } as const)
    : ({ retryAt: byWait, by: "wait" } as const);
}

export function monthlyRate(policy: CheckedAttemptPolicy) {
  return { limit: policy.monthly, perMs: MONTH_MS };
}

/** A moment that lies ahead, or `null`. */
export function laterOrNull(retryAt: number | null, now: number): number | null {
  return retryAt !== null && retryAt > now ? retryAt : null;
}
