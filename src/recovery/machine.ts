// Recovery codes without their store: pure functions of a state.
import { checkOptions, type Options, refuse } from "../check.ts";
import { decideOnRow, isNonce, stateOfRow } from "../store/step/envelope.ts";
import type { Transition } from "../store/step/machine.ts";
import { checkSubject } from "../store/store-key.ts";
import { checkNow } from "../time.ts";
import {
  bitsOf,
  checkAdoptedCodes,
  checkDrawnCodes,
  estimateBits,
  type RecoveryDraw,
  readRecoveryCode,
} from "./code-form.ts";
import type { NewCodes } from "./code-set.ts";
import {
  decideForget,
  decideNewSet,
  decideRecovery,
  decideUnlock,
  type RecoveryMachineEvent,
  recoveryStatus,
} from "./decisions.ts";
import type { RecoveryOutcome, RecoveryStatus } from "./outcome.ts";
import { checkRecoveryPolicy, RECOVERY_OPTIONS, type RecoveryPolicy } from "./policy.ts";

/** What a machine of recovery codes decided. */
export type RecoveryTransition<Outcome> = Transition<Outcome, RecoveryMachineEvent>;

/**
 * The decisions of {@link createRecoveryCodes} without its store: pure functions of a state, which is text for a column of your
 * own. A state may also be the record that a store has written for the same subject. `now` is in milliseconds since 1970.
 */
export interface RecoveryMachine {
  /** A new set instead of the old one. Show it once the new state is stored. */
  generate(
    state: string | null,
    request: RecoveryDraw & { readonly subject: string; readonly now: number },
  ): RecoveryTransition<void>;
  /** Takes over codes that users hold already, instead of the old set. The nonce is that of a `drawRecoveryCodes`. */
  adopt(
    state: string | null,
    request: RecoveryDraw & { readonly subject: string; readonly now: number },
  ): RecoveryTransition<void>;
  /** Decides on a code that a user typed. */
  attempt(
    state: string | null,
    attempt: { readonly subject: string; readonly code: unknown; readonly now: number },
  ): RecoveryTransition<RecoveryOutcome>;
  /** Ends the set. Keeps the failures. */
  forget(state: string | null, now: number): RecoveryTransition<void>;
  /** Forgives all failures. Used codes stay used. */
  unlock(state: string | null, now: number): RecoveryTransition<void>;
  /** What is known. Changes nothing. */
  status(state: string | null, now: number): RecoveryStatus;
}

type SetRequest = Parameters<RecoveryMachine["generate"]>[1];

const SET_OPTIONS: Options<SetRequest> = { subject: true, codes: true, nonce: true, now: true };
const ATTEMPT_OPTIONS: Options<Parameters<RecoveryMachine["attempt"]>[1]> = { subject: true, code: true, now: true };

/**
 * Recovery codes without a store, for an application that keeps the state in its own table, written with a conditional UPDATE.
 * Most people should use {@link createRecoveryCodes}, with `rowStore` for their own table. The machine draws nothing: pass what
 * {@link drawRecoveryCodes} returns to `generate`.
 *
 * @example
 * ```ts
 * import { createRecoveryMachine, drawRecoveryCodes } from "otp-core/recovery";
 *
 * const machine = createRecoveryMachine({ pepper: new Uint8Array(32).fill(7) }); // yours is random
 * const draw = drawRecoveryCodes();
 * const { state } = machine.generate(null, { ...draw, subject: "user-1", now: 1_000 });
 * const attempt = { subject: "user-1", code: draw.codes[0], now: 2_000 };
 * console.log(machine.attempt(state, attempt).outcome); // { ok: true, remaining: 9, at: 2000 }
 * ```
 *
 * @throws OtpError `invalid-argument` for a policy out of range, `weak-secret` for a short pepper. The methods throw
 * `invalid-argument` for any other argument than a code, `pepper-missing` for a state under an unknown pepper, and
 * `state-invalid` for a text that is not a state.
 */
export function createRecoveryMachine(policy: RecoveryPolicy): RecoveryMachine {
  checkOptions(policy, RECOVERY_OPTIONS, "policy");
  const checked = checkRecoveryPolicy(policy);
  return {
    generate(state, request) {
      const subject = checkSetRequest(request);
      const [codes, now] = [drawnCodes(request), checkNow(request.now)];
      return decideOnRow(state, (text) => decideNewSet(checked, text, subject, codes, now));
    },
    adopt(state, request) {
      const subject = checkSetRequest(request);
      const [codes, now] = [adoptedCodes(request), checkNow(request.now)];
      return decideOnRow(state, (text) => decideNewSet(checked, text, subject, codes, now));
    },
    attempt(state, attempt) {
      checkOptions(attempt, ATTEMPT_OPTIONS, "attempt");
      const subject = checkSubject(attempt.subject);
      const [code, now] = [readRecoveryCode(attempt.code), checkNow(attempt.now)];
      return decideOnRow(state, (text) => decideRecovery(checked, text, subject, code, now));
    },
    forget: (state, now) => decideOnRow(state, (text) => decideForget(checked, text, checkNow(now))),
    unlock: (state, now) => decideOnRow(state, (text) => decideUnlock(checked, text, checkNow(now))),
    status: (state, now) => recoveryStatus(checked, stateOfRow(state), checkNow(now)),
  };
}

function checkSetRequest(request: SetRequest): string {
  checkOptions(request, SET_OPTIONS, "request");
  if (!isNonce(request.nonce)) refuse("nonce", "one of drawRecoveryCodes");
  return checkSubject(request.subject);
}

export function drawnCodes({ codes, nonce }: RecoveryDraw): NewCodes {
  const { symbols, length } = checkDrawnCodes(codes);
  return { symbols, nonce, length, bits: bitsOf(length) };
}

export function adoptedCodes({ codes, nonce }: RecoveryDraw): NewCodes {
  const symbols = checkAdoptedCodes(codes);
  return { symbols, nonce, length: null, bits: estimateBits(symbols) };
}
