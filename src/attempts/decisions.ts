// Whether an attempt is looked at, and what its result costs. A service is these decisions and one part that looks at a code.

import type { ClosedEvent, EventBase, RejectedEvent, WithoutSubject } from "./events.ts";
import { EMPTY_BUCKET, leak, takeTurns } from "./leaky-bucket.ts";
import { type Refused, refused } from "./outcome.ts";
import { type CheckedAttemptPolicy, type CheckedAttempts, costOf } from "./policy.ts";
import { attemptsAt, laterOrNull, monthlyRate, reopening } from "./reopening.ts";
import { type AttemptState, NO_ATTEMPTS } from "./state.ts";

/** What to remember, what to answer once it is stored, and what to report then. */
export interface AttemptDecision<Outcome, Event> {
  /** The same object as before if nothing changed. */
  readonly attempts: AttemptState;
  readonly outcome: Outcome;
  readonly events: readonly Event[];
}

/**
 * The refusal of an attempt that must not be looked at, or `null`. The code is not compared, so a valid code is not used up and
 * does not end the wait.
 */
export function refuseUnseen(
  policy: CheckedAttempts,
  before: AttemptState,
  now: number,
): AttemptDecision<Refused<"throttled" | "disabled">, WithoutSubject<ClosedEvent>> | null {
  if (policy === "host") return null;
  // Nothing closes a subject without failures.
  if (before.failures === 0 && before.monthly.level === 0) return null;
  const attempts = attemptsAt(before, now);
  const { failures } = attempts;
  const { retryAt, by } = reopening(policy, attempts, now);
  if (retryAt === null) {
    const event = { type: "disabled", at: now, failures, first: false } as const;
    return { attempts: before, outcome: refused("disabled", null), events: [event] };
  }
  if (retryAt <= now) return null;
  const event = { type: "throttled", at: now, failures, retryAt, by } as const;
  return { attempts, outcome: refused("throttled", retryAt - now), events: [event] };
}

/** Counts a failure. `candidates` is how many codes the attempt was compared with. */
export function countFailure<Reason extends string>(
  policy: CheckedAttempts,
  before: AttemptState,
  { reason, candidates }: { readonly reason: Reason; readonly candidates: number },
  now: number,
): AttemptDecision<Refused<Reason>, WithoutSubject<RejectedEvent<Reason> | ClosedEvent>> {
  if (policy === "host") return rejectUncounted(before, reason, now);
  // Field by field: this runs for every guess, and a rest of an object would take longer than a digest.
  const { monthly, failedAt, failures: failuresBefore, acceptedAt, forgottenAt } = attemptsAt(before, now);
  const failures = failuresBefore + 1;
  const attempts: AttemptState = {
    failures,
    failedAt: Math.max(failedAt ?? now, now),
    acceptedAt,
    monthly: fillMonthly(policy, monthly, candidates, now),
    forgottenAt,
  };
  const { retryAt } = reopening(policy, attempts, now);
  const rejected = { type: "rejected", at: now, reason, failures, retryAt: laterOrNull(retryAt, now) } as const;
  const disabled = { type: "disabled", at: now, failures, first: true } as const;
  return {
    attempts,
    outcome: refused(reason, retryAt === null ? null : retryAt - now),
    events: retryAt === null ? [rejected, disabled] : [rejected],
  };
}

/** A refusal that is not counted: not a code, or one that only its owner can know. */
export function rejectUncounted<Reason extends string>(
  attempts: AttemptState,
  reason: Reason,
  now: number,
): AttemptDecision<Refused<Reason>, WithoutSubject<RejectedEvent<Reason>>> {
  const event = { type: "rejected", at: now, reason, failures: attempts.failures, retryAt: null } as const;
  return { attempts, outcome: refused(reason, 0), events: [event] };
}

/** A code that was used before. It is not counted: only its owner, or someone who watched the owner, knows it. */
export function rejectReplay(
  attempts: AttemptState,
  retryAfterMs: number,
  now: number,
): AttemptDecision<Refused<"replayed">, WithoutSubject<EventBase<"replayed"> & ReplayDetails>> {
  const retryAt = laterOrNull(now + retryAfterMs, now);
  const event = { type: "replayed", at: now, failures: attempts.failures, retryAt } as const;
  return { attempts, outcome: refused("replayed", retryAfterMs), events: [event] };
}

interface ReplayDetails {
  readonly failures: number;
  readonly retryAt: number | null;
}

/** Forgives the consecutive failures. What `monthly` has counted stays, because the failures may be an attacker's. */
export function countSuccess(before: AttemptState, now: number): AttemptState {
  const { failedAt, monthly, forgottenAt } = before;
  return { failures: 0, failedAt, acceptedAt: now, monthly, forgottenAt };
}

/** Forgives all failures. */
export function forgiveFailures(before: AttemptState): AttemptState {
  return { ...before, failures: 0, monthly: EMPTY_BUCKET };
}

/** Forgives all failures, because the identity of the user was verified. */
export function unlock(
  before: AttemptState,
  now: number,
): AttemptDecision<undefined, WithoutSubject<EventBase<"unlocked"> & { readonly failures: number }>> {
  const event = { type: "unlocked", at: now, failures: before.failures } as const;
  return { attempts: forgiveFailures(before), outcome: undefined, events: [event] };
}

/** Notes that the codes end at this moment. Keeps the failures, or this would be a way to more guesses. */
export function endCodes(before: AttemptState, now: number): ForgetDecision {
  // The moment never moves back, because codes of earlier moments stay used up.
  const forgottenAt = Math.max(before.forgottenAt ?? now, now);
  return { attempts: { ...before, forgottenAt }, outcome: undefined, events: [{ type: "forgotten", at: now }] };
}

/** Forgets everything but the moment. */
export function forget(before: AttemptState, now: number): ForgetDecision {
  return endCodes({ ...NO_ATTEMPTS, forgottenAt: before.forgottenAt }, now);
}

type ForgetDecision = AttemptDecision<undefined, WithoutSubject<EventBase<"forgotten">>>;

/**
 * A failure of an attempt with a budget of its own, such as that of a trusted device. It fills `monthly`, and is not one of the
 * consecutive failures.
 */
export function countMonthly(
  policy: CheckedAttempts,
  before: AttemptState,
  candidates: number,
  now: number,
): AttemptState {
  if (policy === "host") return before;
  const attempts = attemptsAt(before, now);
  return { ...attempts, monthly: fillMonthly(policy, attempts.monthly, candidates, now) };
}

function fillMonthly(policy: CheckedAttemptPolicy, monthly: AttemptState["monthly"], candidates: number, now: number) {
  const rate = monthlyRate(policy);
  return takeTurns(leak(monthly, rate, now), rate, costOf(candidates));
}
