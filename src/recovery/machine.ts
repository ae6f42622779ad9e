import { type Backoff, checkBackoff } from "../attempts/backoff.ts";
import { type Pepper, Sealer } from "../attempts/pepper.ts";
import { checkInteger, checkOptions, refuse } from "../check.ts";
import { CROCKFORD } from "../encoding/alphabet.ts";
import { drawSymbols } from "../encoding/random.ts";
import { freshNonce, isNonce } from "../store/envelope.ts";
import { checkSubject } from "../store/store-key.ts";
import { checkNow } from "../time.ts";
import {
  type CheckedRecoveryPolicy,
  CODE_LENGTH,
  forgetRecoveryStep,
  generateStep,
  type RecoveryStatus,
  type RecoveryStep,
  type RecoveryVerdict,
  readRecoveryCode,
  recoveryStatus,
  redeemRecoveryStep,
  unlockRecoveryStep,
} from "./decisions.ts";
import { MOST_CODES } from "./state.ts";

/** How recovery codes are kept and how failures in a row are answered. */
export interface RecoveryPolicy {
  readonly pepper: Pepper;
  readonly backoff?: Backoff | undefined;
}

/** Of {@link drawRecoveryCodes}: used once, for one set. */
export interface RecoveryDraw {
  /** As they are shown: four groups of four. */
  readonly codes: readonly string[];
  readonly nonce: string;
}

/** The decisions of `createRecoveryCodes` without its store: pure functions of a state, which is text for a column of yours. */
export interface RecoveryMachine {
  /** A new set instead of the old one. Show it once the new state is stored. */
  generate(
    state: string | null,
    request: RecoveryDraw & { readonly subject: string; readonly now: number },
  ): RecoveryStep<void>;
  /** Decides on a code that a user typed. */
  redeem(
    state: string | null,
    attempt: { readonly subject: string; readonly code: string; readonly now: number },
  ): RecoveryStep<RecoveryVerdict>;
  /** Ends the set; keeps the failures. */
  forget(state: string | null, now: number): RecoveryStep<void>;
  /** Forgives the failures; what was used stays used. */
  unlock(state: string | null, now: number): RecoveryStep<void>;
  /** Reads the state; changes nothing. */
  status(state: string | null, now: number): RecoveryStatus;
}

const POLICY_OPTIONS = { pepper: true, backoff: true } as const;
const GENERATE_OPTIONS = { subject: true, codes: true, nonce: true, now: true } as const;
const REDEEM_OPTIONS = { subject: true, code: true, now: true } as const;

/**
 * The decisions on recovery codes, for people who keep the state in their own user row, written with a conditional UPDATE as for
 * `createGuardMachine`. It draws nothing itself: give `generate` a {@link drawRecoveryCodes}.
 *
 * @example
 * ```ts
 * import { createRecoveryMachine, drawRecoveryCodes } from "otp-core/recovery";
 *
 * const machine = createRecoveryMachine({ pepper: new Uint8Array(32).fill(7) }); // yours is random
 * const draw = drawRecoveryCodes();
 * const { state } = machine.generate(null, { ...draw, subject: "user-1", now: 1_000 });
 * const attempt = { subject: "user-1", code: draw.codes[0] ?? "", now: 2_000 };
 * console.log(machine.redeem(state, attempt).outcome); // { ok: true, remaining: 9 }
 * ```
 *
 * @throws OtpError `invalid-argument` for a policy out of range, `weak-secret` for a short pepper. The machine throws
 * `invalid-argument` for what it is not given by a user, and `state-invalid` for a text that is not its own.
 */
export function createRecoveryMachine(policy: RecoveryPolicy): RecoveryMachine {
  checkOptions(policy, POLICY_OPTIONS, "policy");
  const checked = checkRecoveryPolicy(policy);
  return {
    generate(state, request) {
      checkOptions(request, GENERATE_OPTIONS, "request");
      const { codes, nonce, now } = request;
      const subject = checkSubject(request.subject);
      if (!isNonce(nonce)) refuse("nonce", "one of drawRecoveryCodes");
      return generateStep(checked, state, subject, checkCodes(codes), nonce, checkNow(now));
    },
    redeem(state, attempt) {
      checkOptions(attempt, REDEEM_OPTIONS, "attempt");
      const subject = checkSubject(attempt.subject);
      return redeemRecoveryStep(checked, state, subject, attempt.code, checkNow(attempt.now));
    },
    forget: (state, now) => forgetRecoveryStep(state, checkNow(now)),
    unlock: (state, now) => unlockRecoveryStep(state, checkNow(now)),
    status: (state, now) => recoveryStatus(checked, state, checkNow(now)),
  };
}

/** The policy with its defaults; `policy` may have other fields, which whoever calls has checked. */
export function checkRecoveryPolicy({ pepper, backoff }: RecoveryPolicy): CheckedRecoveryPolicy {
  return { sealer: new Sealer(pepper), backoff: checkBackoff(backoff) };
}

/** The symbols of the codes. */
export function checkCodes(codes: unknown): string[] {
  const symbols = Array.isArray(codes) ? Array.from(codes, readRecoveryCode) : [];
  if (symbols.length < 1 || symbols.length > MOST_CODES || symbols.includes(null)) {
    refuse("codes", "those of drawRecoveryCodes");
  }
  return symbols as string[];
}

/**
 * Recovery codes of 80 random bits each, and a nonce, for {@link createRecoveryMachine}. `createRecoveryCodes` draws by itself.
 *
 * @param count - 1 to 50, and 10 unless told.
 *
 * @example
 * ```ts
 * import { drawRecoveryCodes } from "otp-core/recovery";
 *
 * const { codes } = drawRecoveryCodes(8);
 * console.log(codes.length, /^\w{4}-\w{4}-\w{4}-\w{4}$/.test(codes[0] ?? "")); // 8 true
 * ```
 *
 * @throws OtpError `invalid-argument` for the count; `random-unavailable` where there is no generator.
 */
export function drawRecoveryCodes(count = 10): RecoveryDraw {
  checkInteger(count, "count", 1, MOST_CODES);
  const group = () => drawSymbols(CROCKFORD.symbols, 4);
  const code = () => Array.from({ length: CODE_LENGTH / 4 }, group).join("-");
  return { codes: Array.from({ length: count }, code), nonce: freshNonce() };
}
