// The decisions of an OCRA guard apart from that on a response: a state goes in, a state comes out.
import { forget, unlock } from "../attempts/decisions.ts";
import { keepAttemptsUntil, lapseFailures } from "../attempts/expiry.ts";
import { MAX_CLOCK_SKEW_MS } from "../attempts/leaky-bucket.ts";
import { MONTH_MS } from "../attempts/policy.ts";
import { attemptStatus } from "../attempts/status.ts";
import type { Transition } from "../store/step/machine.ts";
import type { OcraChallenge, OcraDecisionEvent, OcraGuardStatus } from "./outcome.ts";
import { type CheckedOcraGuardPolicy, MAX_TTL_MS } from "./policy.ts";
import { type IssuedChallenge, NOTHING_KNOWN, type OcraState, readOcraState, writeOcraState } from "./state.ts";

/** What to store, and what to answer and to report once it is stored. */
export type OcraTransition<Outcome> = Transition<Outcome, OcraDecisionEvent>;

/** A challenge that is to be issued. */
export interface ChallengeRequest {
  readonly subject: string;
  readonly challenge: string;
  /** Whether the host chose it. */
  readonly chosen: boolean;
  /** The canonical text of the transaction. `null`: none. */
  readonly transaction: string | null;
}

/** Issues a challenge. The one before it ends. */
export function issueChallenge(
  policy: CheckedOcraGuardPolicy,
  state: string | null,
  request: ChallengeRequest,
  now: number,
): OcraTransition<OcraChallenge> {
  const { challenge, chosen } = request;
  const expiresAt = now + policy.ttlMs;
  const { digester } = policy;
  const digest = digester.digest(boundTexts(request, challenge, expiresAt));
  const issued = { challenge, chosen, expiresAt, fingerprint: digester.fingerprint, digest, used: false };
  const next = { ...stateAt(state, now), issued };
  return transition(policy, next, { challenge, expiresAt }, [{ type: "challenged", at: now, expiresAt }], now);
}

/** Ends the challenge, and forgets the counter, the used time steps and the failures. */
export function forgetSubject(
  policy: CheckedOcraGuardPolicy,
  state: string | null,
  now: number,
): OcraTransition<undefined> {
  const { attempts, outcome, events } = forget(stateAt(state, now).attempts, now);
  return transition(policy, { ...NOTHING_KNOWN, attempts }, outcome, events, now);
}

/** Forgives all failures. What was used stays used. */
export function unlockSubject(
  policy: CheckedOcraGuardPolicy,
  state: string | null,
  now: number,
): OcraTransition<undefined> {
  const before = stateAt(state, now);
  const { attempts, outcome, events } = unlock(before.attempts, now);
  return transition(policy, { ...before, attempts }, outcome, events, now);
}

/** What is known. Changes nothing. */
export function statusOf(policy: CheckedOcraGuardPolicy, state: string | null, now: number): OcraGuardStatus {
  const { issued, attempts } = stateAt(state, now);
  const open = issued !== null && !issued.used && isAlive(issued, now);
  return { ...attemptStatus(policy.attempts, attempts, now), expiresAt: open ? issued.expiresAt : null };
}

// ---- what all decisions have in common, that on a response too

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
