// What the decisions of an OCRA guard have in common: reading a state at a moment, and writing the next one.
import { keepAttemptsUntil, lapseFailures } from "../attempts/expiry.ts";
import { MAX_CLOCK_SKEW_MS } from "../attempts/leaky-bucket.ts";
import { MONTH_MS } from "../attempts/policy.ts";
import type { Transition } from "../store/transact.ts";
import type { OcraDecisionEvent } from "./outcome.ts";
import { type CheckedOcraGuardPolicy, MAX_TTL_MS } from "./policy.ts";
import { type IssuedChallenge, type OcraState, readOcraState, writeOcraState } from "./state.ts";

/** What to store, and what to answer and to report once it is stored. */
export type OcraTransition<Outcome> = Transition<Outcome, OcraDecisionEvent>;

/** The next state, and what to answer and to report once it is stored. */
export function transition<Outcome>(
  policy: CheckedOcraGuardPolicy,
  next: OcraState,
  outcome: Outcome,
  events: readonly OcraDecisionEvent[],
  now: number,
): OcraTransition<Outcome> {
  return { state: writeOcraState(next), expiresAt: keepUntil(policy, next, now), outcome, events };
}

/** A refusal that leaves the record as it is. */
export function unchanged<Outcome>(
  state: string | null,
  { outcome, events }: { readonly outcome: Outcome; readonly events: readonly OcraDecisionEvent[] },
): OcraTransition<Outcome> {
  return { state, expiresAt: null, outcome, events };
}

/** The state at this moment: failures of 30 days ago are forgiven. */
export function stateAt(state: string | null, now: number): OcraState {
  const read = readOcraState(state);
  return { ...read, attempts: lapseFailures(read.attempts, now) };
}

/** A challenge that would end later than any policy allows was issued before the clock went back. It is not answered any more. */
export function isAlive({ expiresAt }: IssuedChallenge, now: number): boolean {
  return now < expiresAt && expiresAt - now <= MAX_TTL_MS + MAX_CLOCK_SKEW_MS;
}

/** What a challenge is bound to. Without a transaction the list is shorter, so no transaction can stand for none. */
export function boundTexts(
  { subject, transaction }: { readonly subject: string; readonly transaction: string | null },
  challenge: string,
  expiresAt: number,
): readonly string[] {
  return ["ocra/1", subject, challenge, String(expiresAt), ...(transaction === null ? [] : [transaction])];
}

/**
 * When the record may be dropped. A counter is kept for good. What was used or forgotten is kept for longer than any window reaches
 * back: ten steps of 48 hours.
 */
function keepUntil(policy: CheckedOcraGuardPolicy, { counter, usedUntil, attempts }: OcraState, now: number) {
  if (counter > 0) return null;
  const usedUp = Math.max(usedUntil ?? 0, attempts.forgottenAt ?? 0);
  return Math.max(keepAttemptsUntil(policy.attempts, attempts, now), usedUp === 0 ? 0 : usedUp + MONTH_MS);
}
