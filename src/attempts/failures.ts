import { type CheckedBackoff, waitAfter } from "./backoff.ts";
import type { Refused } from "./outcome.ts";

/** Failures in a row, and when the last one was, in milliseconds since 1970. */
export interface Failures {
  readonly failures: number;
  readonly failedAt: number | null;
}

/** A failure, its number in the row, and until when it has to be waited for. */
export interface RejectedEvent<Reason extends string> {
  readonly type: "rejected";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: Reason;
  readonly failures: number;
  readonly retryAt: number | null;
}

/** What is told of attempts that are not looked at. */
export type ClosedEvent =
  | { readonly type: "throttled"; readonly at: number; readonly failures: number; readonly retryAt: number }
  | { readonly type: "disabled"; readonly at: number; readonly failures: number; readonly first: boolean };

/** What is told of the codes of a subject beside success and failure. Times are milliseconds since 1970. */
export type AttemptEvent =
  | ClosedEvent
  | { readonly type: "replayed"; readonly at: number; readonly failures: number }
  | { readonly type: "unlocked"; readonly at: number; readonly failures: number }
  | { readonly type: "forgotten"; readonly at: number };

/** An attempt that is not looked at. */
export interface Closed {
  readonly outcome: Refused<"throttled" | "disabled">;
  readonly event: ClosedEvent;
  /** What is to be remembered as the moment of the last failure. */
  readonly failedAt: number | null;
}

/**
 * When there may be another attempt; null: not before `unlock`. A failure that lies in the future says that the clock went
 * back: no wait is longer than the policy's for this many failures.
 */
export function retryAtOf(backoff: CheckedBackoff, { failures, failedAt }: Failures, now: number): number | null {
  const wait = waitAfter(failures, backoff);
  if (wait === null) return null;
  return Math.min(failedAt ?? now, now) + wait;
}

/**
 * Disabled or waiting: the code is not even compared, so a right one is neither used up nor a reset (trap 27).
 *
 * @param retryAt - of {@link retryAtOf}.
 */
export function closedUntil(retryAt: number | null, { failures, failedAt }: Failures, now: number): Closed | null {
  if (retryAt === null) {
    const event = { type: "disabled", at: now, failures, first: false } as const;
    return { outcome: refused("disabled", null), event, failedAt };
  }
  if (retryAt <= now) return null;
  const event = { type: "throttled", at: now, failures, retryAt } as const;
  // A clock that went back: the moment is written anew, once, or the wait would start again with every attempt.
  return { outcome: refused("throttled", retryAt - now), event, failedAt: Math.min(failedAt ?? now, now) };
}

/** One failure more. */
export function countedFailure<Reason extends string>(
  backoff: CheckedBackoff,
  before: number,
  reason: Reason,
  at: number,
): { outcome: Refused<Reason>; counted: Failures; events: readonly (RejectedEvent<Reason> | ClosedEvent)[] } {
  const failures = before + 1;
  const wait = waitAfter(failures, backoff);
  const retryAt = wait === null || wait === 0 ? null : at + wait;
  const rejected = { type: "rejected", at, reason, failures, retryAt } as const;
  const disabled = { type: "disabled", at, failures, first: true } as const;
  return {
    outcome: refused(reason, wait),
    counted: { failures, failedAt: at },
    events: wait === null ? [rejected, disabled] : [rejected],
  };
}

export function refused<Reason extends string>(reason: Reason, retryAfterMs: number | null): Refused<Reason> {
  return { ok: false, reason, retryAfterMs };
}

/** None, as after a success. */
export const NO_FAILURES: Failures = { failures: 0, failedAt: null };

/** Failures lapse so long after the last one; a factor's never do. */
const LAPSE_MS = 30 * 86_400_000;
/** A record outlives whatever late copy of an old write is still under way, and every code that is sent. */
const DAY_MS = 86_400_000;

/** What of them counts now. Those from the future were now: the clock went back. */
export function standing({ failures, failedAt }: Failures, now: number): Failures {
  if (failedAt === null || failedAt + LAPSE_MS <= now) return NO_FAILURES;
  return { failures, failedAt: Math.min(failedAt, now) };
}

/** When a record that is written now, with these failures, may be dropped. */
export function keptUntil({ failedAt }: Failures, now: number): number {
  return Math.max(now + DAY_MS, failedAt === null ? 0 : failedAt + LAPSE_MS);
}

/** Where nothing was known and nothing was decided, nothing is written; else what a clock that went back has changed is, once. */
export function undecided<Step extends { readonly state: string | null }>(state: string | null, step: Step): Step {
  return state === null ? { ...step, state } : step;
}

/** What is known of the attempts. */
export interface AttemptStatus {
  readonly state: "open" | "waiting" | "disabled";
  /** In a row. */
  readonly failures: number;
  /** Milliseconds since 1970. */
  readonly retryAt: number | null;
}

export function attemptStatus(retryAt: number | null, failures: number, now: number): AttemptStatus {
  if (retryAt === null) return { state: "disabled", failures, retryAt };
  return retryAt > now ? { state: "waiting", failures, retryAt } : { state: "open", failures, retryAt: null };
}
