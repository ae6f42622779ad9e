// The decisions of a guard: attempts, and the part that looks at a code. State in, state out, without a clock and a store.

import {
  type AttemptDecision,
  countFailure,
  countSuccess,
  forget,
  refuseUnseen,
  rejectReplay,
  rejectUncounted,
  unlock,
} from "../attempts/decisions.ts";
import type { WithoutSubject } from "../attempts/events.ts";
import { refused } from "../attempts/outcome.ts";
import { attemptStatus } from "../attempts/status.ts";
import { DAY_MS } from "../time.ts";
import type { GuardEvent, GuardKeyStatus, GuardOutcome, GuardStatus, GuardTransition } from "./outcome.ts";
import type { CheckedPolicy } from "./policy.ts";
import { endPositions, type Position } from "./position.ts";
import type { PreparedKey, PreparedRequest } from "./prepared-key.ts";
import { type Finding, search } from "./search.ts";
import { type GuardState, positionOf, readState, replacePosition, writeState } from "./state.ts";

type MachineEvent = WithoutSubject<GuardEvent>;

/** What the event of a success is called. */
export type Success = "accepted" | "resynced";

/** Decides on what a user typed. A promise only if a signer had to be waited for. */
export function decideAttempt(
  policy: CheckedPolicy,
  text: string | null,
  { keys, typed }: PreparedRequest,
  success: Success,
  now: number,
): GuardTransition | Promise<GuardTransition> {
  const state = readState(text);
  if (keys.length === 0) return { ...unchanged(text, state, now), outcome: refused("absent", 0), events: [] };
  if (typed.length === 0) return settle(text, state, rejectUncounted(state.attempts, "malformed", now), now);
  const unseen = refuseUnseen(policy.attempts, state.attempts, now);
  if (unseen !== null) return settle(text, state, unseen, now);

  const { usedUntil } = state;
  const found = search({ policy, keys: typed, positionOf: (keyName) => positionOf(state, keyName), usedUntil, now });
  const judge = (finding: Finding) => judgeFinding(policy, text, state, keys, success, finding, now);
  return found instanceof Promise ? found.then(judge) : judge(found);
}

function judgeFinding(
  policy: CheckedPolicy,
  text: string | null,
  state: GuardState,
  keys: readonly PreparedKey[],
  success: Success,
  finding: Finding,
  now: number,
): GuardTransition {
  const { attempts } = state;
  const weak: MachineEvent[] = [];
  for (const { keyName, weakBytes } of keys) {
    if (weakBytes !== null) weak.push({ type: "weak-secret", at: now, keyName, bytes: weakBytes });
  }
  if (finding.found === "replayed")
    return settle(text, state, rejectReplay(attempts, finding.retryAfterMs, now), now, weak);
  if (finding.found === "mismatch") {
    const failure = { reason: "mismatch", candidates: finding.candidates } as const;
    return settle(text, state, countFailure(policy.attempts, attempts, failure, now), now, weak);
  }
  const { keyName, position, drift } = finding;
  // Field by field: this runs for every log-in, and copies of objects would take longer than a digest.
  const next: GuardState = {
    attempts: countSuccess(attempts, now),
    usedUntil: state.usedUntil,
    positions: replacePosition(state, keyName, position),
  };
  const { method } = position;
  const number = numberOf(position);
  const event: MachineEvent =
    success === "resynced"
      ? { type: success, at: now, method, keyName, position: number, drift }
      : { type: success, at: now, method, keyName, position: number, drift, failures: attempts.failures };
  return {
    state: writeState(next),
    expiresAt: expiryOf(next, now),
    outcome: { ok: true, keyName, at: now },
    events: weak.length === 0 ? [event] : [event, ...weak],
  };
}

/** The position of one authenticator ends. */
export function decideRemove(text: string | null, keyName: string, now: number): GuardTransition<void> {
  const state = readState(text);
  const event = { type: "removed", at: now, keyName } as const;
  const kept = positionOf(state, keyName) === null;
  const next = kept
    ? unchanged(text, state, now)
    : changed({ ...state, positions: replacePosition(state, keyName, null) }, now);
  return { ...next, outcome: undefined, events: [event] };
}

/** All positions and failures end. What remains is the moment before which every code is used up. */
export function decideForget(text: string | null, now: number): GuardTransition<void> {
  const state = readState(text);
  const positions = state.positions.map(({ position }) => position);
  const { attempts, ...answer } = forget(state.attempts, now);
  const next: GuardState = { attempts, usedUntil: endPositions(positions, state.usedUntil, now), positions: [] };
  return { ...changed(next, now), ...answer };
}

/** Forgives all failures. Used codes stay used. */
export function decideUnlock(text: string | null, now: number): GuardTransition<void> {
  const state = readState(text);
  const { attempts, ...answer } = unlock(state.attempts, now);
  const next = text === null ? unchanged(text, state, now) : changed({ ...state, attempts }, now);
  return { ...next, ...answer };
}

export function statusOf(policy: CheckedPolicy, text: string | null, now: number): GuardStatus {
  const state = readState(text);
  const keys = state.positions.map(({ keyName, position }) => [keyName, keyStatus(position, now)] as const);
  return { ...attemptStatus(policy.attempts, state.attempts, now), keys: Object.fromEntries(keys) };
}

function keyStatus(position: Position, now: number): GuardKeyStatus {
  if (position.method === "hotp") return position;
  const { method, step, endsAt, period, drift } = position;
  // By a clock that is ahead the step may have begun long ago.
  const end = endsAt - Math.max(drift, 0) * period * 1000;
  return { method, step, drift, retryAt: end - period * 1000 > now ? end : null };
}

function numberOf(position: Position): number {
  return position.method === "totp" ? position.step : position.counter;
}

function settle<Outcome extends GuardOutcome>(
  text: string | null,
  state: GuardState,
  { attempts, outcome, events }: AttemptDecision<Outcome, MachineEvent>,
  now: number,
  more: readonly MachineEvent[] = [],
): GuardTransition {
  const { usedUntil, positions } = state;
  const next = { attempts, usedUntil, positions };
  return {
    state: attempts === state.attempts ? text : writeState(next),
    expiresAt: expiryOf(next, now),
    outcome,
    events: more.length === 0 ? events : [...events, ...more],
  };
}

function unchanged(text: string | null, state: GuardState, now: number) {
  return { state: text, expiresAt: expiryOf(state, now) };
}

function changed(state: GuardState, now: number) {
  return { state: writeState(state), expiresAt: expiryOf(state, now) };
}

/** So long is remembered that a subject was forgotten. It outlives a late copy of an earlier write that is still on its way. */
const FORGOTTEN_MS = 30 * DAY_MS;

/** Positions and failures are kept for ever. */
function expiryOf({ attempts, positions }: GuardState, now: number): number | null {
  const { failures, acceptedAt, monthly } = attempts;
  const empty = positions.length === 0 && failures === 0 && acceptedAt === null && monthly.level === 0;
  return empty ? now + FORGOTTEN_MS : null;
}
