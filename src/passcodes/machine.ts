import { checkOptions, refuse } from "../check.ts";
import { readSymbols } from "../encoding/alphabet.ts";
import { drawSymbols } from "../encoding/random.ts";
import { OtpError } from "../errors.ts";
import { freshNonce, isNonce } from "../store/envelope.ts";
import { checkIdentifier, checkSubject } from "../store/store-key.ts";
import { checkNow } from "../time.ts";
import {
  forgetCodeStep,
  forgiveStep,
  issueStep,
  type PasscodeDraw,
  type PasscodeStep,
  passcodeStatus,
  redeemStep,
} from "./decisions.ts";
import type { PasscodeBinding, PasscodeIssue, PasscodeStatus, PasscodeVerdict } from "./outcome.ts";
import {
  type CheckedFormat,
  checkFormat,
  checkPasscodePolicy,
  FORMAT_OPTIONS,
  PASSCODE_OPTIONS,
  type PasscodeFormat,
  type PasscodePolicy,
} from "./policy.ts";

/** What a code is bound to, and what the time is. */
export interface PasscodeRequest extends PasscodeBinding {
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The decisions of `createPasscodes` without its store: pure functions of a state, which is text for a column of yours. */
export interface PasscodeMachine {
  /** Decides whether a code may be sent. Deliver it once the new state is stored, and only if the outcome is `ok`. */
  issue(state: string | null, request: PasscodeRequest & PasscodeDraw): PasscodeStep<PasscodeIssue>;
  /** Decides on a code that a user typed. */
  redeem(state: string | null, attempt: PasscodeRequest & { readonly code: string }): PasscodeStep<PasscodeVerdict>;
  /** Ends the code; keeps the failures and what was sent. */
  forget(state: string | null, now: number): PasscodeStep<void>;
  /** Forgives the failures; a code that was used or tried too often stays so. */
  unlock(state: string | null, now: number): PasscodeStep<void>;
  /** Reads the state; changes nothing. */
  status(state: string | null, now: number): PasscodeStatus;
}

const REQUEST_OPTIONS = { subject: true, purpose: true, context: true, code: true, now: true } as const;
const ISSUE_OPTIONS = { ...REQUEST_OPTIONS, nonce: true } as const;

/**
 * The decisions on codes that are sent, for people who keep the state in a row of their own: one row per subject and purpose,
 * written with a conditional UPDATE as for `createGuardMachine`. It draws nothing itself: give `issue` a {@link drawPasscode}.
 *
 * @example
 * ```ts
 * import { createPasscodeMachine, drawPasscode } from "otp-core/passcodes";
 *
 * const machine = createPasscodeMachine({ pepper: new Uint8Array(32).fill(7) }); // yours is random
 * const draw = { ...drawPasscode(), subject: "user-1", purpose: "login", now: 1_000 };
 * const { state } = machine.issue(null, draw);
 * const { nonce, ...attempt } = draw;
 * console.log(machine.redeem(state, attempt).outcome); // { ok: true }
 * ```
 *
 * @throws OtpError `invalid-argument` for a policy out of range, `weak-secret` for a short pepper. The machine throws
 * `invalid-argument` for what it is not given by a user, and `state-invalid` for a text that is not its own.
 */
export function createPasscodeMachine(policy: PasscodePolicy): PasscodeMachine {
  checkOptions(policy, PASSCODE_OPTIONS, "policy");
  const checked = checkPasscodePolicy(policy);
  return {
    issue(state, request) {
      checkOptions(request, ISSUE_OPTIONS, "request");
      const { code, nonce, now } = request;
      const symbols = readSymbols(code, checked.alphabet, checked.length);
      if (symbols === null || symbols !== code) refuse("code", "one of drawPasscode");
      if (!isNonce(nonce)) refuse("nonce", "one of drawPasscode");
      return issueStep(checked, state, checkBound(request), { code, nonce }, checkNow(now));
    },
    redeem(state, attempt) {
      checkOptions(attempt, REQUEST_OPTIONS, "attempt");
      return redeemStep(checked, state, checkBound(attempt), attempt.code, checkNow(attempt.now));
    },
    forget: (state, now) => forgetCodeStep(state, checkNow(now)),
    unlock: (state, now) => forgiveStep(state, checkNow(now)),
    status: (state, now) => passcodeStatus(checked, state, checkNow(now)),
  };
}

/** What a code is bound to. An empty context is one that somebody forgot to fill in, and refused as an empty id is. */
export function checkBound(request: PasscodeBinding): PasscodeBinding {
  const { subject, purpose, context } = request;
  checkSubject(subject);
  checkIdentifier(purpose, "purpose");
  if (context !== undefined) checkIdentifier(context, "context");
  return { subject, purpose, context };
}

/**
 * A code and a nonce for {@link createPasscodeMachine}, every code as likely as any other. `createPasscodes` draws by itself.
 *
 * @example
 * ```ts
 * import { drawPasscode } from "otp-core/passcodes";
 *
 * console.log(/^\d{8}$/.test(drawPasscode({ digits: 8 }).code)); // true
 * console.log(drawPasscode({ characters: 6 }).code.length); // 6
 * ```
 *
 * @throws OtpError `invalid-argument` for a format out of range; `random-unavailable` where there is no generator.
 */
export function drawPasscode(format: PasscodeFormat = {}): PasscodeDraw {
  checkOptions(format, FORMAT_OPTIONS, "format");
  return drawOf(checkFormat(format));
}

export function drawOf(format: CheckedFormat): PasscodeDraw {
  return { code: drawCode(format), nonce: freshNonce() };
}

/** A code of letters only is drawn again: Android offers only codes with a digit. Those that are left stay equally likely. */
function drawCode({ alphabet, length }: CheckedFormat): string {
  // Four letters of 32 have no digit in 22 % of the draws, so a generator that works needs a few draws at most.
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const code = drawSymbols(alphabet.symbols, length);
    if (HAS_DIGIT.test(code)) return code;
  }
  throw new OtpError("random-unavailable", "crypto.getRandomValues keeps filling in the same bytes");
}

const MAX_DRAWS = 64;
const HAS_DIGIT = /[0-9]/;
