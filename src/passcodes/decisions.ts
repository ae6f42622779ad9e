import {
  attemptStatus,
  type Closed,
  closedUntil,
  countedFailure,
  keptUntil,
  NO_FAILURES,
  refused,
  retryAtOf,
  standing,
  undecided,
} from "../attempts/failures.ts";
import { readSymbols } from "../encoding/alphabet.ts";
import type { Transition } from "../store/machine.ts";
import type {
  PasscodeBinding,
  PasscodeIssue,
  PasscodeMachineEvent,
  PasscodeStatus,
  PasscodeVerdict,
} from "./outcome.ts";
import { type CheckedPasscodePolicy, LONGEST_TTL_MS, SENDS_PERIOD_MS } from "./policy.ts";
import { type Passcode, readPasscode, type SealedCode, writePasscode } from "./state.ts";

// The decisions on codes that are sent, one function each: state in, state out, no clock, no store and no dice of their own.

/** A decision: what to store, and what to answer once it is stored. */
export type PasscodeStep<Outcome> = Transition<Outcome, PasscodeMachineEvent>;

/** Of `drawPasscode`: used once, for one issue. */
export interface PasscodeDraw {
  readonly code: string;
  readonly nonce: string;
}

export function issueStep(
  policy: CheckedPasscodePolicy,
  state: string | null,
  bound: PasscodeBinding,
  { code, nonce }: PasscodeDraw,
  now: number,
): PasscodeStep<PasscodeIssue> {
  const passcode = passcodeAt(state, now);
  // What is sent now could not be redeemed.
  const closed = closedFor(policy, passcode, now);
  if (closed !== null) {
    const { reason, retryAfterMs } = closed.outcome;
    return unsent(state, passcode, reason, retryAfterMs === null ? null : now + retryAfterMs, now);
  }
  const again = sendableAt(policy, passcode.sentAt);
  if (again.at > now) return unsent(state, passcode, again.bound, again.at, now);

  const expiresAt = now + policy.ttlMs;
  const digest = policy.sealer.seal(sealedParts(bound, nonce, code));
  const sentAt = [now, ...passcode.sentAt].slice(0, policy.maxSends);
  // The failures stay: else five more guesses could be had for every message (trap 32).
  const next: Passcode = { ...passcode, code: { nonce, digest, expiresAt, tries: 0, used: false }, sentAt };
  const outcome = { ok: true, expiresAt, resendAt: sendableAt(policy, sentAt).at } as const;
  return changed(next, outcome, [{ type: "issued", at: now, expiresAt }], now);
}

export function redeemStep(
  policy: CheckedPasscodePolicy,
  state: string | null,
  bound: PasscodeBinding,
  typed: unknown,
  now: number,
): PasscodeStep<PasscodeVerdict> {
  const symbols = readSymbols(typed, policy.alphabet, policy.length);
  const passcode = passcodeAt(state, now);
  const { code, failures } = passcode;
  if (symbols === null) {
    const event = { type: "rejected", at: now, reason: "malformed", failures, retryAt: null } as const;
    return undecided(state, changed(passcode, refused("malformed", 0), [event], now));
  }
  const closed = closedFor(policy, passcode, now);
  if (closed !== null) return undecided(state, changed(passcode, closed.outcome, [closed.event], now));

  // Signed and compared where no code is too: the time must not tell who has one.
  const { nonce = "", digest = null } = code ?? {};
  const match = policy.sealer.find([digest], sealedParts(bound, nonce, symbols)) === 0 ? code : null;
  if (match?.used) return changed(passcode, refused("replayed", 0), [{ type: "replayed", at: now, failures }], now);
  const dead = code === null ? "absent" : whyDead(policy, code, now);
  if (match !== null && dead === null) {
    const next = { ...passcode, ...NO_FAILURES, code: { ...match, used: true } };
    return changed(next, { ok: true }, [{ type: "redeemed", at: now, failures }], now);
  }
  // Counted whatever the reason is, so that no wait and no answer tells whether there was a code to guess.
  const { outcome, counted, events } = countedFailure(policy.backoff, failures, dead ?? ("mismatch" as const), now);
  const tried = dead === null ? code && { ...code, tries: code.tries + 1 } : code;
  return changed({ ...passcode, ...counted, code: tried }, outcome, events, now);
}

/** Ends the code and keeps the failures: else it would be a way to get more guesses. */
export function forgetCodeStep(state: string | null, now: number): PasscodeStep<void> {
  const next = { ...passcodeAt(state, now), code: null };
  return changed(next, undefined, [{ type: "forgotten", at: now }], now);
}

export function forgiveStep(state: string | null, now: number): PasscodeStep<void> {
  const passcode = passcodeAt(state, now);
  const event = { type: "unlocked", at: now, failures: passcode.failures } as const;
  return undecided(state, changed({ ...passcode, ...NO_FAILURES }, undefined, [event], now));
}

export function passcodeStatus(policy: CheckedPasscodePolicy, state: string | null, now: number): PasscodeStatus {
  const passcode = passcodeAt(state, now);
  const { code, failures, sentAt } = passcode;
  const { at } = sendableAt(policy, sentAt);
  return {
    ...attemptStatus(retryAtOf(policy.backoff, passcode, now), failures, now),
    expiresAt: code !== null && whyDead(policy, code, now) === null ? code.expiresAt : null,
    resendAt: at > now ? at : null,
  };
}

// ---- what the steps are made of

/** What of the record counts now. */
function passcodeAt(state: string | null, now: number): Passcode {
  const { code, sentAt, ...failures } = readPasscode(state);
  const issuedAt = sentAt[0] ?? now;
  if (issuedAt <= now) {
    // No code lives for longer, and no store has to keep it for longer: what it does then must change nothing.
    const remembered = now < issuedAt + LONGEST_TTL_MS ? code : null;
    return { code: remembered, sentAt, ...standing(failures, now) };
  }
  // The clock went back, and what lies in the future was now; but a code must not get another life of some hours that way.
  const alive = (expiresAt: number) => (issuedAt - now < expiresAt - issuedAt ? now + expiresAt - issuedAt : now);
  return {
    code: code && { ...code, expiresAt: alive(code.expiresAt) },
    sentAt: sentAt.map((at) => Math.min(at, now)),
    ...standing(failures, now),
  };
}

function closedFor({ backoff }: CheckedPasscodePolicy, passcode: Passcode, now: number): Closed | null {
  return closedUntil(retryAtOf(backoff, passcode, now), passcode, now);
}

/** Why nothing that is typed can redeem this code any more; null: it is alive. */
function whyDead(policy: CheckedPasscodePolicy, code: SealedCode, now: number) {
  if (code.used) return "absent";
  if (code.tries >= policy.attempts) return "exhausted";
  return now >= code.expiresAt ? "expired" : null;
}

/** From when on another code may be sent, and what forbids it until then. */
function sendableAt({ resendAfterMs, maxSends }: CheckedPasscodePolicy, sentAt: readonly number[]) {
  // Where nothing was sent, long enough before 1970: no pause is longer than the period.
  const never = -SENDS_PERIOD_MS;
  const byPause = (sentAt[0] ?? never) + resendAfterMs;
  const byPeriod = (sentAt[maxSends - 1] ?? never) + SENDS_PERIOD_MS;
  return byPeriod > byPause ? ({ at: byPeriod, bound: "sends" } as const) : ({ at: byPause, bound: "resend" } as const);
}

/**
 * What is signed. The context is in there and not in the store's key: a code that was phished into another session is refused,
 * and all sessions share one budget. Without a context the list is shorter, so that it is no context that anybody can name.
 */
function sealedParts({ subject, purpose, context }: PasscodeBinding, nonce: string, code: string): readonly string[] {
  return ["passcode/1", purpose, subject, ...(context === undefined ? [] : [context]), nonce, code];
}

type UnsentReason = "resend" | "sends" | "throttled" | "disabled";

function unsent(
  state: string | null,
  passcode: Passcode,
  reason: UnsentReason,
  retryAt: number | null,
  now: number,
): PasscodeStep<PasscodeIssue> {
  const outcome = retryAt === null ? refused("disabled" as const, null) : refused("throttled" as const, retryAt - now);
  return undecided(state, changed(passcode, outcome, [{ type: "refused", at: now, reason, retryAt }], now));
}

function changed<Outcome>(
  passcode: Passcode,
  outcome: Outcome,
  events: readonly PasscodeMachineEvent[],
  now: number,
): PasscodeStep<Outcome> {
  return { state: writePasscode(passcode), expiresAt: keptUntil(passcode, now), outcome, events };
}
