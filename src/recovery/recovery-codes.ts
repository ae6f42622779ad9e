import { checkInteger, checkOptions } from "../check.ts";
import type { Machine } from "../store/machine.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/runner.ts";
import { checkSubject } from "../store/store-key.ts";
import {
  forgetRecoveryStep,
  generateStep,
  type RecoveryMachineEvent,
  type RecoveryStatus,
  type RecoveryVerdict,
  readRecoveryCode,
  recoveryStatus,
  redeemRecoveryStep,
  unlockRecoveryStep,
} from "./decisions.ts";
import { checkCodes, checkRecoveryPolicy, drawRecoveryCodes, type RecoveryPolicy } from "./machine.ts";
import { MOST_CODES } from "./state.ts";

/** Whose recovery codes they are. */
interface Owner {
  readonly subject: string;
}

/** What happened to the codes of one subject, told after it was stored: tell the subject too. Never holds a code. */
export type RecoveryEvent = RecoveryMachineEvent & { readonly subject: string };

/** The policy for recovery codes, where they are remembered, and who is told. */
export interface RecoveryOptions extends RecoveryPolicy, ServiceOptions<RecoveryEvent> {
  /** Codes of a set: 1 to 50, and 10 unless told. */
  readonly count?: number | undefined;
}

/** Codes on paper for whoever has lost the other factor: each is redeemed once. */
export interface RecoveryCodes {
  /** A new set, to be shown once; the old one dies with the same write. Does not forgive failures. */
  generate(subject: string): Promise<string[]>;
  /** Checks a code that a user typed, in either case, with or without dashes, O for 0, I or L for 1. */
  redeem(attempt: { readonly subject: string; readonly code: string }): Promise<RecoveryVerdict>;
  /** What is known; changes nothing. */
  status(subject: string): Promise<RecoveryStatus>;
  /** Ends the set. Keeps the failures. */
  forget(subject: string): Promise<void>;
  /** Forgives the failures; for your support. What was used stays used. By themselves they lapse 30 days after the last one. */
  unlock(subject: string): Promise<void>;
}

const OPTIONS = { ...SERVICE_OPTIONS, pepper: true, backoff: true, count: true } as const;
const REDEEM_OPTIONS = { subject: true, code: true } as const;

/**
 * Recovery codes of 80 random bits, of which only keyed digests are stored. Let them be redeemed where the first factor was
 * given, on their own page, and tell the user each time. They are kept for years: in SQL rather than in Redis.
 *
 * @example
 * ```ts
 * import { createRecoveryCodes } from "otp-core/recovery";
 * import { memoryStore } from "otp-core/store";
 *
 * const recovery = createRecoveryCodes({ store: memoryStore(), pepper: new Uint8Array(32).fill(7) }); // yours is random
 * const [code = ""] = await recovery.generate("user-1");
 * console.log(await recovery.redeem({ subject: "user-1", code })); // { ok: true, remaining: 9 }
 * console.log((await recovery.redeem({ subject: "user-1", code })).reason); // replayed
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range, `weak-secret` for a short pepper. The methods reject with
 * `invalid-argument`, and as {@link transact} does when the store failed: never `ok` on doubt.
 */
export function createRecoveryCodes(options: RecoveryOptions): RecoveryCodes {
  checkOptions(options, OPTIONS);
  const runner = new MachineRunner<Owner, RecoveryMachineEvent>("recovery", options);
  const policy = checkRecoveryPolicy(options);
  const { count = 10 } = options;
  checkInteger(count, "count", 1, MOST_CODES);

  async function run<Outcome>(subject: string, machine: Machine<Outcome, RecoveryMachineEvent>): Promise<Outcome> {
    return runner.run({ subject: checkSubject(subject) }, machine);
  }

  return {
    async generate(subject) {
      const { codes, nonce } = drawRecoveryCodes(count);
      const symbols = checkCodes(codes);
      await run(subject, (state) => generateStep(policy, state, subject, symbols, nonce, runner.now()));
      return [...codes];
    },
    async redeem(attempt) {
      checkOptions(attempt, REDEEM_OPTIONS, "attempt");
      const { code } = attempt;
      const subject = checkSubject(attempt.subject);
      if (readRecoveryCode(code) !== null) {
        return run(subject, (state) => redeemRecoveryStep(policy, state, subject, code, runner.now()));
      }
      // What is no code at all is answered without the store, and not counted.
      const { outcome, events } = redeemRecoveryStep(policy, null, subject, code, runner.now());
      runner.emit({ subject }, events);
      return outcome;
    },
    async status(subject) {
      return runner.read({ subject: checkSubject(subject) }, (state) => recoveryStatus(policy, state, runner.now()));
    },
    async forget(subject) {
      await runner.write({ subject: checkSubject(subject) }, (state) => forgetRecoveryStep(state, runner.now()));
    },
    async unlock(subject) {
      await runner.write({ subject: checkSubject(subject) }, (state) => unlockRecoveryStep(state, runner.now()));
    },
  };
}
