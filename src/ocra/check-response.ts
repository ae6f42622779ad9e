// Decides on a response that a user typed. The decision has no clock, no store and no random generator.
import { countFailure, countSuccess, refuseUnseen, rejectReplay, rejectUncounted } from "../attempts/decisions.ts";
import type { AsyncSigner, Signer } from "../hmac/signer.ts";
import { boundTexts, isAlive, type OcraTransition, stateAt, transition, unchanged } from "./decisions.ts";
import { type FixedInput, isChallenge, messageTemplate } from "./message.ts";
import type { OcraGuardOutcome } from "./outcome.ts";
import type { CheckedOcraGuardPolicy } from "./policy.ts";
import { type Position, positionsAround } from "./positions.ts";
import { search } from "./responses.ts";
import type { IssuedChallenge, OcraState } from "./state.ts";

/** A response that is to be checked. */
export interface ResponseAttempt {
  readonly subject: string;
  /** What the user typed, as `readResponse` has read it. */
  readonly typed: string;
  readonly signer: Signer | AsyncSigner;
  readonly pin: FixedInput["pin"];
  readonly session: FixedInput["session"];
  /** The canonical text of the transaction. `null`: none. */
  readonly transaction: string | null;
}

/** Checks a response to the challenge. A promise for an asynchronous signer. */
export function checkResponse(
  policy: CheckedOcraGuardPolicy,
  state: string | null,
  attempt: ResponseAttempt,
  now: number,
): OcraTransition<OcraGuardOutcome> | Promise<OcraTransition<OcraGuardOutcome>> {
  const before = stateAt(state, now);
  const closed = refuseUnseen(policy.attempts, before.attempts, now);
  if (closed !== null) {
    if (closed.attempts === before.attempts) return unchanged(state, closed);
    // The clock went back: the moments are stored anew.
    return transition(policy, { ...before, attempts: closed.attempts }, closed.outcome, closed.events, now);
  }
  const { issued } = before;
  if (issued === null) return unchanged(state, rejectUncounted(before.attempts, "absent", now));
  // A challenge of another suite: the host has changed the suite meanwhile.
  const alive = isAlive(issued, now) && isChallenge(issued.challenge, policy.suite, 1);
  if (!alive) return unchanged(state, rejectUncounted(before.attempts, "expired", now));

  const template = messageTemplate(policy.text, policy.suite, { ...attempt, challenge: issued.challenge });
  const positions = candidates(policy, before, issued, now);
  const bound = boundTexts(attempt, issued.challenge, issued.expiresAt);
  // Compared whether the response matches or not.
  const sameTransaction = policy.digester.find([issued.digest], bound, issued.fingerprint) === 0;
  const judge = (index: number) => {
    const matched = index < 0 ? null : (positions[index] as Position);
    return judgeResponse(policy, state, before, { issued, matched, sameTransaction }, now);
  };
  const index = search(attempt.typed, template, positions, attempt.signer, policy.suite);
  return index instanceof Promise ? index.then(judge) : judge(index);
}

/** The counters and time steps to try. For a challenge that was answered, the counter of that answer, to recognise a double click. */
function candidates(
  { suite, lookAhead, window }: CheckedOcraGuardPolicy,
  { counter }: OcraState,
  { used }: IssuedChallenge,
  now: number,
): readonly Position[] {
  const step = suite.period === null ? null : Math.floor(now / (suite.period * 1000));
  if (!suite.counter) return positionsAround({ counter: null, step }, 0, window);
  return used
    ? positionsAround({ counter: counter - 1, step }, 0, window)
    : positionsAround({ counter, step }, lookAhead, window);
}

interface Finding {
  readonly issued: IssuedChallenge;
  readonly matched: Position | null;
  readonly sameTransaction: boolean;
}

function judgeResponse(
  policy: CheckedOcraGuardPolicy,
  state: string | null,
  before: OcraState,
  { issued, matched, sameTransaction }: Finding,
  now: number,
): OcraTransition<OcraGuardOutcome> {
  if (matched === null) {
    const reason = "mismatch";
    const failure = countFailure(policy.attempts, before.attempts, { reason, candidates: policy.candidates }, now);
    return transition(policy, { ...before, attempts: failure.attempts }, failure.outcome, failure.events, now);
  }
  if (issued.used) return unchanged(state, rejectReplay(before.attempts, 0, now));
  const retryAfterMs = waitForUnusedStep(policy, before, issued, matched, now);
  if (retryAfterMs !== null) return unchanged(state, rejectReplay(before.attempts, retryAfterMs, now));
  if (!sameTransaction) {
    return unchanged(state, { outcome: { ok: false, reason: "other-transaction", retryAfterMs: 0 }, events: [] });
  }
  const next: OcraState = {
    issued: { ...issued, used: true },
    counter: matched.counter === null ? before.counter : Number(matched.counter) + 1,
    usedUntil: usedUntilAfter(policy, before, issued, matched),
    attempts: countSuccess(before.attempts, now),
  };
  const event = { type: "accepted", at: now, failures: before.attempts.failures } as const;
  return transition(policy, next, { ok: true, at: now }, [event], now);
}

/**
 * Whether a token may answer in the same way twice: if the host chose the challenge, it may issue the same one again, and nothing but
 * the time step makes the response another one. Then a time step accepts one response.
 */
function mayRepeat({ suite }: CheckedOcraGuardPolicy, { chosen }: IssuedChallenge): boolean {
  return chosen && !suite.counter;
}

/** How long to wait until a later time step can match, in milliseconds. `null`: this time step accepted no response yet. */
function waitForUnusedStep(
  policy: CheckedOcraGuardPolicy,
  { usedUntil }: OcraState,
  issued: IssuedChallenge,
  { step }: Position,
  now: number,
): number | null {
  const periodMs = Number(policy.suite.period) * 1000;
  if (!mayRepeat(policy, issued) || usedUntil === null || Number(step) * periodMs >= usedUntil) return null;
  const firstStep = Math.ceil(usedUntil / periodMs);
  return Math.max(0, (firstStep - policy.window) * periodMs - now);
}

/** When the time step ends that is used up by accepting this position. */
function usedUntilAfter(
  policy: CheckedOcraGuardPolicy,
  before: OcraState,
  issued: IssuedChallenge,
  { step }: Position,
): number | null {
  return mayRepeat(policy, issued) ? (Number(step) + 1) * Number(policy.suite.period) * 1000 : before.usedUntil;
}
