// The decisions on sent codes, one function each: pure, without a clock, a store or a random generator.
import {
  countFailure,
  countSuccess,
  refuseUnseen,
  rejectReplay,
  rejectUncounted,
  unlockAttempts,
} from "../attempts/decisions.ts";
import type { WithoutSubject } from "../attempts/events.ts";
import { keepAttemptsUntil, lapseFailures } from "../attempts/expiry.ts";
import { type Refused, refused } from "../attempts/outcome.ts";
import { attemptStatus } from "../attempts/status.ts";
import type { Transition } from "../store/machine.ts";
import { findSentCode, type SentCodeFinding } from "./find-sent-code.ts";
import type { PasscodeEvent, PasscodeOutcome, PasscodeStatus, Sent } from "./outcome.ts";
import type { CheckedPasscodePolicy } from "./policy.ts";
import { addSentCode, endSentCodes, markUnconfirmed, type PasscodeDraw, whenSendable } from "./sent-code-changes.ts";
import type { CheckedBinding } from "./sent-codes.ts";
import { sentCodesAt, whyDead } from "./sent-codes.ts";
import { type Passcode, readPasscode, writePasscode } from "./state.ts";

/** An event without the purpose of its code. */
export type WithoutTarget<Event> = Event extends unknown ? Omit<Event, "purpose"> : never;
/** An event without its subject and purpose, which the record belongs to. */
export type PasscodeMachineEvent = WithoutTarget<WithoutSubject<PasscodeEvent>>;
/** A decision: what to store, and what to answer once it is stored. */
export type PasscodeDecision<Outcome> = Transition<Outcome, PasscodeMachineEvent>;

/** What a send resolves to before the code is delivered. */
export type SendDecision = Omit<Sent, "channel" | "deliveryId"> | Refused<"throttled" | "disabled">;

export function decideSend(
  policy: CheckedPasscodePolicy,
  state: string | null,
  bound: CheckedBinding,
  draw: PasscodeDraw,
  now: number,
): PasscodeDecision<SendDecision> {
  const passcode = passcodeAt(state, now);
  // A code that is sent during a wait could not be used.
  const unseen = refuseUnseen(policy.attempts, passcode.attempts, now);
  if (unseen !== null) {
    const { reason, retryAfterMs } = unseen.outcome;
    const retryAt = retryAfterMs === null ? null : now + retryAfterMs;
    const event = { type: "send-refused", at: now, reason, retryAt } as const;
    return keepAbsent(state, decide(policy, { ...passcode, attempts: unseen.attempts }, unseen.outcome, [event], now));
  }
  const { at: retryAt, reason } = whenSendable(policy.sent, passcode.sent, now);
  if (retryAt > now) {
    const event = { type: "send-refused", at: now, reason, retryAt } as const;
    return decide(policy, passcode, refused("throttled" as const, retryAt - now), [event], now);
  }
  // The failures stay, or every message would allow new guesses.
  const sent = addSentCode(policy.sent, passcode.sent, bound, draw, now);
  const expiresAt = now + policy.sent.ttlMs;
  const outcome = { ok: true, expiresAt, resendAt: whenSendable(policy.sent, sent, now).at } as const;
  return decide(policy, { ...passcode, sent }, outcome, [{ type: "sent", at: now, expiresAt }], now);
}

/** No channel took the code. The outcome is the moment from which on another one may be sent. */
export function decideGiveBack(
  policy: CheckedPasscodePolicy,
  state: string | null,
  nonce: string,
  now: number,
): PasscodeDecision<number> {
  const passcode = passcodeAt(state, now);
  const sent = markUnconfirmed(passcode.sent, nonce);
  const resendAt = Math.max(now, whenSendable(policy.sent, sent, now).at);
  return keepAbsent(state, decide(policy, { ...passcode, sent }, resendAt, [], now));
}

/** @param symbols - the code as `readSymbols` returned it. `null`: not a code. */
export function decideAttempt(
  policy: CheckedPasscodePolicy,
  state: string | null,
  bound: CheckedBinding,
  symbols: string | null,
  now: number,
): PasscodeDecision<PasscodeOutcome> {
  const passcode = passcodeAt(state, now);
  if (symbols === null) {
    const { outcome, events } = rejectUncounted(passcode.attempts, "malformed", now);
    return keepAbsent(state, decide(policy, passcode, outcome, events, now));
  }
  const unseen = refuseUnseen(policy.attempts, passcode.attempts, now);
  if (unseen !== null) {
    const { attempts, outcome, events } = unseen;
    return keepAbsent(state, decide(policy, { ...passcode, attempts }, outcome, events, now));
  }
  const finding = findSentCode(policy.sent, passcode.sent, bound, symbols, now);
  return keepAbsent(state, answer(policy, passcode, finding, now));
}

function answer(
  policy: CheckedPasscodePolicy,
  passcode: Passcode,
  finding: SentCodeFinding,
  now: number,
): PasscodeDecision<PasscodeOutcome> {
  const { attempts } = passcode;
  switch (finding.found) {
    case "accepted": {
      const accepted = { type: "accepted", at: now, failures: attempts.failures } as const;
      const events = finding.isTest ? ([accepted, { type: "test-code", at: now }] as const) : [accepted];
      const next = { attempts: countSuccess(attempts, now), sent: finding.sent };
      return decide(policy, next, { ok: true, at: now }, events, now);
    }
    case "replayed": {
      const { outcome, events } = rejectReplay(attempts, 0, now);
      return decide(policy, passcode, outcome, events, now);
    }
    case "superseded":
    case "other-context":
    case "other-transaction": {
      const event = { type: "refused", at: now, reason: finding.found } as const;
      return decide(policy, passcode, refused(finding.found, 0), [event], now);
    }
    default: {
      const failure = { reason: finding.found, candidates: policy.sent.keep };
      const counted = countFailure(policy.attempts, attempts, failure, now);
      return decide(policy, { attempts: counted.attempts, sent: finding.sent }, counted.outcome, counted.events, now);
    }
  }
}

/** Ends the codes because the user did not ask for them. Keeps the failures. */
export function decideReport(policy: CheckedPasscodePolicy, state: string | null, now: number): PasscodeDecision<void> {
  const { attempts, sent } = passcodeAt(state, now);
  const next = { attempts, sent: endSentCodes(sent) };
  return decide(policy, next, undefined, [{ type: "reported", at: now }], now);
}

/** Ends the codes. Keeps the failures, or it would be a way to more guesses. */
export function decideForget(policy: CheckedPasscodePolicy, state: string | null, now: number): PasscodeDecision<void> {
  const { attempts, sent } = passcodeAt(state, now);
  const forgottenAt = Math.max(attempts.forgottenAt ?? now, now);
  const next = { attempts: { ...attempts, forgottenAt }, sent: endSentCodes(sent) };
  return decide(policy, next, undefined, [{ type: "forgotten", at: now }], now);
}

/** Forgives the failures. */
export function decideUnlock(policy: CheckedPasscodePolicy, state: string | null, now: number): PasscodeDecision<void> {
  const { attempts, sent } = passcodeAt(state, now);
  const event = { type: "unlocked", at: now, failures: attempts.failures } as const;
  return keepAbsent(state, decide(policy, { attempts: unlockAttempts(attempts), sent }, undefined, [event], now));
}

export function passcodeStatus(policy: CheckedPasscodePolicy, state: string | null, now: number): PasscodeStatus {
  const { attempts, sent } = passcodeAt(state, now);
  const alive = sent.codes.find((code) => whyDead(code, policy.sent.triesPerCode, now) === null);
  const { at } = whenSendable(policy.sent, sent, now);
  return {
    ...attemptStatus(policy.attempts, attempts, now),
    expiresAt: alive?.expiresAt ?? null,
    resendAt: at > now ? at : null,
  };
}

/** What of the record counts now. */
function passcodeAt(state: string | null, now: number): Passcode {
  const { attempts, sent } = readPasscode(state);
  return { attempts: lapseFailures(attempts, now), sent: sentCodesAt(sent, now) };
}

function decide<Outcome>(
  policy: CheckedPasscodePolicy,
  passcode: Passcode,
  outcome: Outcome,
  events: readonly PasscodeMachineEvent[],
  now: number,
): PasscodeDecision<Outcome> {
  const expiresAt = keepAttemptsUntil(policy.attempts, passcode.attempts, now);
  return { state: writePasscode(passcode), expiresAt, outcome, events };
}

/** An absent record stays absent if nothing was counted. An existing one is written, to store a time that was corrected. */
function keepAbsent<Outcome>(state: string | null, decision: PasscodeDecision<Outcome>): PasscodeDecision<Outcome> {
  return state === null && decision.state === EMPTY ? { ...decision, state } : decision;
}

const EMPTY = /* @__PURE__ */ writePasscode(readPasscode(null));
