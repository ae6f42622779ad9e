// The decisions of an OCRA guard apart from that on a response: a state goes in, a state comes out.
import { forgetAttempts, unlockAttempts } from "../attempts/decisions.ts";
import { attemptStatus } from "../attempts/status.ts";
import type { OcraChallenge, OcraGuardStatus } from "./outcome.ts";
import type { CheckedOcraGuardPolicy } from "./policy.ts";
import { NOTHING_KNOWN } from "./state.ts";
import { boundTexts, isAlive, type OcraTransition, stateAt, transition } from "./transition.ts";

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
  const next = { ...NOTHING_KNOWN, attempts: forgetAttempts(stateAt(state, now).attempts, now) };
  return transition(policy, next, undefined, [{ type: "forgotten", at: now }], now);
}

/** Forgives all failures. What was used stays used. */
export function unlockSubject(
  policy: CheckedOcraGuardPolicy,
  state: string | null,
  now: number,
): OcraTransition<undefined> {
  const before = stateAt(state, now);
  const { failures } = before.attempts;
  const next = { ...before, attempts: unlockAttempts(before.attempts) };
  return transition(policy, next, undefined, [{ type: "unlocked", at: now, failures }], now);
}

/** What is known. Changes nothing. */
export function statusOf(policy: CheckedOcraGuardPolicy, state: string | null, now: number): OcraGuardStatus {
  const { issued, attempts } = stateAt(state, now);
  const open = issued !== null && !issued.used && isAlive(issued, now);
  return { ...attemptStatus(policy.attempts, attempts, now), expiresAt: open ? issued.expiresAt : null };
}
