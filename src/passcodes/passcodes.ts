import { checkOptions, refuse } from "../check.ts";
import { readSymbols } from "../encoding/alphabet.ts";
import { OtpError } from "../errors.ts";
import type { Machine } from "../store/machine.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/runner.ts";
import { forgetCodeStep, forgiveStep, issueStep, passcodeStatus, redeemStep } from "./decisions.ts";
import { checkBound, drawOf } from "./machine.ts";
import type {
  PasscodeBinding,
  PasscodeEvent,
  PasscodeIssue,
  PasscodeMachineEvent,
  PasscodeStatus,
  PasscodeTarget,
  PasscodeVerdict,
} from "./outcome.ts";
import { checkPasscodePolicy, PASSCODE_OPTIONS, type PasscodePolicy } from "./policy.ts";

/** The policy for codes that are sent, where they are remembered, and who is told. */
export interface PasscodeOptions extends PasscodePolicy, ServiceOptions<PasscodeEvent> {}

/** Codes that the server sends: each redeemed once, for what it was sent for, and not too many guesses. */
export interface Passcodes {
  /**
   * Draws a code and hands it to `deliver`, once and after it was counted as sent. The result does not hold it and may go to
   * the browser. A code that was sent before ends. Rejects with `delivery-failed` when `deliver` throws or rejects.
   */
  issue(request: PasscodeBinding & { readonly deliver: (code: string) => unknown }): Promise<PasscodeIssue>;
  /** Checks a code that a user typed. Wrong ones count for the subject and purpose, whatever code they were tried on. */
  redeem(attempt: PasscodeBinding & { readonly code: string }): Promise<PasscodeVerdict>;
  /** Ends the code that was sent. Keeps the failures: else it would be a way to more guesses. */
  forget(target: PasscodeTarget): Promise<void>;
  /** Forgives the failures; for your support. By themselves they lapse 30 days after the last one. */
  unlock(target: PasscodeTarget): Promise<void>;
  /** What is known; changes nothing. */
  status(target: PasscodeTarget): Promise<PasscodeStatus>;
}

const OPTIONS = { ...SERVICE_OPTIONS, ...PASSCODE_OPTIONS } as const;
const TARGET_OPTIONS = { subject: true, purpose: true } as const;
const ISSUE_OPTIONS = { ...TARGET_OPTIONS, context: true, deliver: true } as const;
const REDEEM_OPTIONS = { ...TARGET_OPTIONS, context: true, code: true } as const;

/**
 * Codes that the server sends by SMS, mail, voice or push. Only a keyed digest is stored. Issue for subjects that do not exist
 * as well, with a `deliver` that does nothing, or the time it takes tells who does. Limit what is sent by destination, by
 * address and in all with `createLimiter`: every message costs money.
 *
 * @example
 * ```ts
 * import { createPasscodes } from "otp-core/passcodes";
 * import { memoryStore } from "otp-core/store";
 *
 * const passcodes = createPasscodes({ store: memoryStore(), pepper: new Uint8Array(32).fill(7) }); // yours is random
 * let code = "";
 * const login = { subject: "user-1", purpose: "login" };
 * await passcodes.issue({ ...login, deliver: (sent) => (code = sent) });
 * console.log(await passcodes.redeem({ ...login, code })); // { ok: true }
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range, `weak-secret` for a short pepper. The methods reject with
 * `invalid-argument`, with `delivery-failed`, and as {@link transact} does when the store failed: never `ok` on doubt.
 */
export function createPasscodes(options: PasscodeOptions): Passcodes {
  checkOptions(options, OPTIONS);
  const runner = new MachineRunner<PasscodeTarget, PasscodeMachineEvent>("passcodes", options);
  const policy = checkPasscodePolicy(options);

  function run<Outcome>({ subject, purpose }: PasscodeTarget, machine: Machine<Outcome, PasscodeMachineEvent>) {
    return runner.run({ subject, purpose }, machine);
  }

  function checkTarget(target: PasscodeTarget): PasscodeTarget {
    checkOptions(target, TARGET_OPTIONS, "target");
    const { subject, purpose } = checkBound(target);
    return { subject, purpose };
  }

  return {
    async issue(request) {
      checkOptions(request, ISSUE_OPTIONS, "request");
      const { deliver } = request;
      if (typeof deliver !== "function") refuse("deliver", "a function that sends the code");
      const bound = checkBound(request);
      const draw = drawOf(policy);
      const outcome = await run(bound, (state) => issueStep(policy, state, bound, draw, runner.now()));
      if (outcome.ok) {
        try {
          await deliver(draw.code);
        } catch (cause) {
          throw new OtpError("delivery-failed", "deliver() failed; the code counts as sent", { cause });
        }
      }
      return outcome;
    },
    async redeem(attempt) {
      checkOptions(attempt, REDEEM_OPTIONS, "attempt");
      const { code } = attempt;
      const bound = checkBound(attempt);
      if (readSymbols(code, policy.alphabet, policy.length) !== null) {
        return run(bound, (state) => redeemStep(policy, state, bound, code, runner.now()));
      }
      // What is no code at all is answered without the store, and not counted.
      const { outcome, events } = redeemStep(policy, null, bound, code, runner.now());
      runner.emit({ subject: bound.subject, purpose: bound.purpose }, events);
      return outcome;
    },
    async forget(target) {
      await runner.write(checkTarget(target), (state) => forgetCodeStep(state, runner.now()));
    },
    async unlock(target) {
      await runner.write(checkTarget(target), (state) => forgiveStep(state, runner.now()));
    },
    async status(target) {
      return runner.read(checkTarget(target), (state) => passcodeStatus(policy, state, runner.now()));
    },
  };
}
