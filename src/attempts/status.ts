// What a service tells about the attempts of a subject.

import { leak } from "./leaky-bucket.ts";
import { type CheckedAttempts, MONTH_MS } from "./policy.ts";
import { attemptsAt, laterOrNull, monthlyRate, reopening } from "./reopening.ts";
import type { AttemptState } from "./state.ts";

/** What is known of the attempts of a subject. Moments are milliseconds since 1970. */
export interface AttemptStatus {
  readonly state: "open" | "waiting" | "disabled";
  /** Consecutive failures. */
  readonly failures: number;
  /** Failures counted by `monthly` that have not leaked away yet. */
  readonly monthlyFailures: number;
  /** When the wait ends. `null`: no wait, or disabled. */
  readonly retryAt: number | null;
  readonly acceptedAt: number | null;
  readonly failedAt: number | null;
  /** When `forget` was called last. */
  readonly forgottenAt: number | null;
}

export function attemptStatus(policy: CheckedAttempts, before: AttemptState, now: number): AttemptStatus {
  const attempts = attemptsAt(before, now);
  const { failures, failedAt, acceptedAt, forgottenAt } = attempts;
  const known = { failures, acceptedAt, failedAt, forgottenAt };
  if (policy === "host") return { state: "open", monthlyFailures: 0, retryAt: null, ...known };
  const { level } = leak(attempts.monthly, monthlyRate(policy), now);
  const monthlyFailures = Math.ceil(level / MONTH_MS);
  const { retryAt } = reopening(policy, attempts, now);
  if (retryAt === null) return { state: "disabled", monthlyFailures, retryAt, ...known };
  return { state: retryAt > now ? "waiting" : "open", monthlyFailures, retryAt: laterOrNull(retryAt, now), ...known };
}
