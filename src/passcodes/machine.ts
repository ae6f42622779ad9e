// Sent codes without their store: pure functions of a state.
import { checkOptions, type Options, refuse } from "../check.ts";
import { readSymbols } from "../encoding/alphabet.ts";
import { decideOnRow, isNonce, stateOfRow } from "../store/step/envelope.ts";
import type { Transition } from "../store/step/machine.ts";
import { checkIdentifier, checkSubject } from "../store/store-key.ts";
import { checkNow } from "../time.ts";
import { checkTransaction } from "../transaction/transaction.ts";
import {
  decideAttempt,
  decideForget,
  decideGiveBack,
  decideReport,
  decideSend,
  decideUnlock,
  type PasscodeMachineEvent,
  passcodeStatus,
  type SendDecision,
} from "./decisions.ts";
import type { PasscodeOutcome, PasscodeStatus, SentCodeBinding } from "./outcome.ts";
import { type CheckedFormat, checkPasscodePolicy, PASSCODE_OPTIONS, type PasscodePolicy } from "./policy.ts";
import type { PasscodeDraw } from "./sent-code-changes.ts";
import type { CheckedBinding } from "./sent-codes.ts";

/** What a machine of sent codes decided. */
export type PasscodeTransition<Outcome> = Transition<Outcome, PasscodeMachineEvent>;

/**
 * The decisions of {@link createPasscodes} without its store: pure functions of a state, which is text for your own table.
 * A state may also be the record that a store has written for the same subject and purpose. `now` is in milliseconds since 1970.
 */
export interface PasscodeMachine {
  /** Whether a code may be sent. Deliver it once the new state is stored, and only if the outcome is `ok`. */
  send(
    state: string | null,
    request: SentCodeBinding & PasscodeDraw & { readonly now: number },
  ): PasscodeTransition<SendDecision>;
  /** Notes that no channel took the code with this nonce. Another one may be sent, and replaces it first. The send still counts. */
  giveBack(
    state: string | null,
    request: SentCodeBinding & { readonly nonce: string; readonly now: number },
  ): PasscodeTransition<void>;
  /** Decides on a code that a user typed. */
  attempt(
    state: string | null,
    attempt: SentCodeBinding & { readonly code: unknown; readonly now: number },
  ): PasscodeTransition<PasscodeOutcome>;
  /** "This was not me": ends the codes and reports it. */
  report(state: string | null, now: number): PasscodeTransition<void>;
  /** Ends the codes. Keeps the failures. */
  forget(state: string | null, now: number): PasscodeTransition<void>;
  /** Forgives all failures. A code that was used or tried too often stays so. */
  unlock(state: string | null, now: number): PasscodeTransition<void>;
  /** What is known. Changes nothing. */
  status(state: string | null, now: number): PasscodeStatus;
}

type Request<Fields> = SentCodeBinding & Fields & { readonly now: number };

export const TARGET_OPTIONS = { subject: true, purpose: true } as const;
export const BINDING_OPTIONS: Options<SentCodeBinding> = { ...TARGET_OPTIONS, context: true, transaction: true };
const SEND_OPTIONS: Options<Request<PasscodeDraw>> = { ...BINDING_OPTIONS, code: true, nonce: true, now: true };
const GIVE_BACK_OPTIONS: Options<Request<{ nonce: string }>> = { ...BINDING_OPTIONS, nonce: true, now: true };
const ATTEMPT_OPTIONS: Options<Request<{ code: unknown }>> = { ...BINDING_OPTIONS, code: true, now: true };

/**
 * Sent codes without a store, for an application that keeps the state in its own table: one row for each subject and purpose,
 * written with a conditional UPDATE. Most people should use {@link createPasscodes}, with `rowStore` for their own table. The
 * machine draws nothing: pass what {@link drawPasscode} returns to `send`.
 *
 * @example
 * ```ts
 * import { createPasscodeMachine, drawPasscode } from "otp-core/passcodes";
 *
 * const machine = createPasscodeMachine({ pepper: new Uint8Array(32).fill(7) }); // yours is random
 * const login = { subject: "user-1", purpose: "login" };
 * const { code, nonce } = drawPasscode();
 * const { state } = machine.send(null, { ...login, code, nonce, now: 1_000 });
 * console.log(machine.attempt(state, { ...login, code, now: 2_000 }).outcome); // { ok: true, at: 2000 }
 * ```
 *
 * @throws OtpError `invalid-argument` for a policy out of range, `weak-secret` for a short pepper. The methods throw
 * `invalid-argument` for any other argument than a code, `pepper-missing` for a state under an unknown pepper, and
 * `state-invalid` for a text that is not a state.
 */
export function createPasscodeMachine(policy: PasscodePolicy): PasscodeMachine {
  checkOptions(policy, PASSCODE_OPTIONS, "policy");
  const checked = checkPasscodePolicy(policy);
  const { alphabet, length } = checked.sent;
  return {
    send(state, request) {
      checkOptions(request, SEND_OPTIONS, "request");
      const [binding, draw] = [checkBinding(request), checkDraw(checked.sent, request)];
      const now = checkNow(request.now);
      return decideOnRow(state, (text) => decideSend(checked, text, binding, draw, now));
    },
    giveBack(state, request) {
      checkOptions(request, GIVE_BACK_OPTIONS, "request");
      checkBinding(request);
      const [nonce, now] = [checkNonce(request.nonce), checkNow(request.now)];
      const { outcome: _, ...decision } = decideOnRow(state, (text) => decideGiveBack(checked, text, nonce, now));
      return { ...decision, outcome: undefined };
    },
    attempt(state, attempt) {
      checkOptions(attempt, ATTEMPT_OPTIONS, "attempt");
      const symbols = readSymbols(attempt.code, alphabet, length);
      const [binding, now] = [checkBinding(attempt), checkNow(attempt.now)];
      return decideOnRow(state, (text) => decideAttempt(checked, text, binding, symbols, now));
    },
    report: (state, now) => decideOnRow(state, (text) => decideReport(checked, text, checkNow(now))),
    forget: (state, now) => decideOnRow(state, (text) => decideForget(checked, text, checkNow(now))),
    unlock: (state, now) => decideOnRow(state, (text) => decideUnlock(checked, text, checkNow(now))),
    status: (state, now) => passcodeStatus(checked, stateOfRow(state), checkNow(now)),
  };
}

/** What `drawPasscode` returned for this format. */
export function checkDraw({ alphabet, length }: CheckedFormat, { code, nonce }: PasscodeDraw): PasscodeDraw {
  const isDrawn = readSymbols(code, alphabet, length) === code && /[0-9]/.test(code);
  if (!isDrawn) refuse("code", "one of drawPasscode");
  return { code, nonce: checkNonce(nonce) };
}

export function checkNonce(nonce: unknown): string {
  if (!isNonce(nonce)) refuse("nonce", "one of drawPasscode");
  return nonce;
}

/** An empty context is one that was forgotten, and refused as an empty subject is. */
export function checkBinding(request: SentCodeBinding): CheckedBinding {
  const { subject, purpose, context, transaction } = request;
  return {
    subject: checkSubject(subject),
    purpose: checkIdentifier(purpose, "purpose"),
    context: context === undefined ? null : checkIdentifier(context, "context"),
    transaction: transaction === undefined ? null : checkTransaction(transaction),
  };
}
