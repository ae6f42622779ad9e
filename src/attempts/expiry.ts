// How long attempts are remembered by services whose records expire.

import { DAY_MS } from "../time.ts";
import { emptyAt } from "./leaky-bucket.ts";
import { type CheckedAttempts, MONTH_MS } from "./policy.ts";
import { monthlyRate } from "./reopening.ts";
import type { AttemptState } from "./state.ts";

/** Consecutive failures lapse so long after the last one, where records expire. */
const LAPSE_MS = MONTH_MS;

/** Forgives consecutive failures whose last one was 30 days ago. For services whose records expire. */
export function lapseFailures(attempts: AttemptState, now: number): AttemptState {
  const { failedAt } = attempts;
  const lapsed = failedAt !== null && failedAt + LAPSE_MS <= now;
  return lapsed ? { ...attempts, failures: 0 } : attempts;
}

/**
 * When a record that is written now and holds nothing but attempts may be dropped. It outlives a late copy of an earlier write that
 * is still on its way.
 */
export function keepAttemptsUntil(policy: CheckedAttempts, attempts: AttemptState, now: number): number {
  const { failures, failedAt, monthly } = attempts;
  // A failure has a moment.
  const lapsed = failures === 0 ? 0 : (failedAt as number) + LAPSE_MS;
  return Math.max(now + DAY_MS, lapsed, policy === "host" ? 0 : emptyAt(monthly, monthlyRate(policy)));
}
