// The decisions on sent codes, one function each: pure, without a clock, a store or a random generator.
import { keepAbsent } from "../attempts/absent-record.ts";
import {
  type AttemptDecision,
  countFailure,
  countSuccess,
  endCodes,
  refuseUnseen,
  rejectReplay,
  rejectUncounted,
  unlock,
} from "../attempts/decisions.ts";
import type { WithoutSubject } from "../attempts/events.ts";
import { keepAttemptsUntil, lapseFailures } from "../attempts/expiry.ts";
import { type Refused, refused } from "../attempts/outcome.ts";
import { attemptStatus } from "../attempts/status.ts";
import type { Transition } from "../store/step/machine.ts";
import { findSentCode } from "./find-sent-code.ts";
import type { PasscodeEvent, PasscodeOutcome, PasscodeStatus, Sent } from "./outcome.ts";
import type { CheckedPasscodePolicy } from "./policy.ts";
import { addSentCode, endSentCodes, markUnconfirmed, type PasscodeDraw, whenSendable } from "./sent-code-changes.ts";
import { type CheckedBinding, type SentCodes, sentCodesAt, whyDead } from "./sent-codes.ts";
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
  const { attempts, sent } = passcodeAt(state, now);
  // A code that is sent during a wait could not be used.
  const unseen = refuseUnseen(policy.attempts, attempts, now);
  if (unseen !== null) {
    const { reason, retryAfterMs } = unseen.outcome;
    const retryAt = retryAfterMs === null ? null : now + retryAfterMs;
    const events = [{ type: "send-refused", at: now, reason, retryAt }] as const;
    return keepAbsent(state, EMPTY, settle(policy, sent, { ...unseen, events }, now));
  }
  const { at: retryAt, reason } = whenSendable(policy.sent, sent, now);
  if (retryAt > now) {
    const events = [{ type: "send-refused", at: now, reason, retryAt }] as const;
    return settle(policy, sent, { attempts, outcome: refused("throttled" as const, retryAt - now), events }, now);
  }
  // The failures stay, or every message would allow new guesses.
  const next = addSentCode(policy.sent, sent, bound, draw, now);
  const expiresAt = now + policy.sent.ttlMs;
  const outcome = { ok: true, expiresAt, resendAt: whenSendable(policy.sent, next, now).at } as const;
  return settle(policy, next, { attempts, outcome, events: [{ type: "sent", at: now, expiresAt }] }, now);
}

/** No channel took the code. The outcome is the moment from which on another one may be sent. */
export function decideGiveBack(
  policy: CheckedPasscodePolicy,
  state: string | null,
  nonce: string,
  now: number,
): PasscodeDecision<number> {
  const { attempts, sent } = passcodeAt(state, now);
  const next = markUnconfirmed(sent, nonce);
  const resendAt = Math.max(now, whenSendable(policy.sent, next, now).at);
  return keepAbsent(state, EMPTY, settle(policy, next, { attempts, outcome: resendAt, events: [] }, now));
}

/** @param symbols - the code as `readSymbols` returned it. `null`: not a code. */
export function decideAttempt(
  policy: CheckedPasscodePolicy,
  state: string | null,
  bound: CheckedBinding,
  symbols: string | null,
  now: number,
): PasscodeDecision<PasscodeOutcome> {
  return keepAbsent(state, EMPTY, judge(policy, passcodeAt(state, now), bound, symbols, now));
}

function judge(
  policy: CheckedPasscodePolicy,
  { attempts, sent }: Passcode,
  bound: CheckedBinding,
  symbols: string | null,
  now: number,
): PasscodeDecision<PasscodeOutcome> {
  if (symbols === null) return settle(policy, sent, rejectUncounted(attempts, "malformed", now), now);
  const unseen = refuseUnseen(policy.attempts, attempts, now);
  if (unseen !== null) return settle(policy, sent, unseen, now);
  const finding = findSentCode(policy.sent, sent, bound, symbols, now);
  switch (finding.found) {
    case "accepted": {
      const accepted = { type: "accepted", at: now, failures: attempts.failures } as const;
      const events = finding.isTest ? ([accepted, { type: "test-code", at: now }] as const) : [accepted];
      const success = { attempts: countSuccess(attempts, now), outcome: { ok: true, at: now }, events } as const;
      return settle(policy, finding.sent, success, now);
    }
    case "replayed":
      return settle(policy, sent, rejectReplay(attempts, 0, now), now);
    case "superseded":
    case "other-context":
    case "other-transaction": {
      const events = [{ type: "refused", at: now, reason: finding.found }] as const;
      return settle(policy, sent, { attempts, outcome: refused(finding.found, 0), events }, now);
    }
    default: {
      const failure = { reason: finding.found, candidates: policy.sent.keep };
      return settle(policy, finding.sent, countFailure(policy.attempts, attempts, failure, now), now);
    }
  }
}

/** Ends the codes because the user did not ask for them. Keeps the failures. */
export function decideReport(policy: CheckedPasscodePolicy, state: string | null, now: number): PasscodeDecision<void> {
  const { attempts, sent } = passcodeAt(state, now);
  const events = [{ type: "reported", at: now }] as const;
  return settle(policy, endSentCodes(sent), { attempts, outcome: undefined, events }, now);
}

/** Ends the codes. Keeps the failures. */
export function decideForget(policy: CheckedPasscodePolicy, state: string | null, now: number): PasscodeDecision<void> {
  const { attempts, sent } = passcodeAt(state, now);
  return settle(policy, endSentCodes(sent), endCodes(attempts, now), now);
}

/** Forgives the failures. */
export function decideUnlock(policy: CheckedPasscodePolicy, state: string | null, now: number): PasscodeDecision<void> {
  const { attempts, sent } = passcodeAt(state, now);
  return keepAbsent(state, EMPTY, settle(policy, sent, unlock(attempts, now), now));
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

function settle<Outcome>(
  policy: CheckedPasscodePolicy,
  sent: SentCodes,
  { attempts, outcome, events }: AttemptDecision<Outcome, PasscodeMachineEvent>,
  now: number,
): PasscodeDecision<Outcome> {
  const expiresAt = keepAttemptsUntil(policy.attempts, attempts, now);
  return { state: writePasscode({ attempts, sent }), expiresAt, outcome, events };
}

const EMPTY = /* @__PURE__ */ writePasscode(readPasscode(null));
