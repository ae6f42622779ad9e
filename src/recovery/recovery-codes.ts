// The service: recovery codes in a store.
import { checkOptions, type Options } from "../check.ts";
import { freshNonce } from "../store/step/envelope.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/step/runner.ts";
import { checkSubject } from "../store/store-key.ts";
import { drawCodes, readRecoveryCode } from "./code-form.ts";
import type { NewCodes } from "./code-set.ts";
import {
  decideForget,
  decideNewSet,
  decideRecovery,
  decideUnlock,
  type RecoveryMachineEvent,
  recoveryStatus,
} from "./decisions.ts";
import { adoptedCodes, drawnCodes } from "./machine.ts";
import type { RecoveryEvent, RecoveryOutcome, RecoveryStatus } from "./outcome.ts";
import { checkRecoveryPolicy, RECOVERY_OPTIONS, type RecoveryPolicy } from "./policy.ts";

/** The policy of recovery codes, where they are remembered, and who hears of events. */
export interface RecoveryOptions extends RecoveryPolicy, ServiceOptions<RecoveryEvent> {}

/** Codes that a user keeps for the day when the authenticator is lost. Each is accepted once. */
export interface RecoveryCodes {
  /** A new set, to be shown once. The old set ends in the same write. Failures stay. */
  generate(subject: string): Promise<string[]>;
  /**
   * Takes over codes that users already hold: 1 to 20 different texts of 8 to 64 letters and digits. The old set ends in the same
   * write. Only their digests are stored. A code that was used stays used if it is in the new set too.
   */
  adopt(set: { readonly subject: string; readonly codes: readonly string[] }): Promise<void>;
  /** Whether the code is accepted. Case, white space and dashes do not matter; O is read as 0, I and L as 1. */
  verify(attempt: { readonly subject: string; readonly code: unknown }): Promise<boolean>;
  /** The same with a reason. Test `.ok`: the outcome itself is always truthy. */
  attempt(attempt: { readonly subject: string; readonly code: unknown }): Promise<RecoveryOutcome>;
  /** Ends the set. Keeps the failures. */
  forget(subject: string): Promise<void>;
  /** Forgives all failures, once support has verified the user's identity. Used codes stay used. */
  unlock(subject: string): Promise<void>;
  /** What is known. Changes nothing. */
  status(subject: string): Promise<RecoveryStatus>;
}

const OPTIONS: Options<RecoveryOptions> = { ...SERVICE_OPTIONS, ...RECOVERY_OPTIONS };
const ATTEMPT_OPTIONS: Options<Parameters<RecoveryCodes["attempt"]>[0]> = { subject: true, code: true };
const ADOPT_OPTIONS: Options<Parameters<RecoveryCodes["adopt"]>[0]> = { subject: true, codes: true };

/**
 * Recovery codes, of which only keyed digests are stored. Ask for them on a page of their own, after the first factor, and tell the
 * user each time one is used. They are kept for years, so keep them in SQL rather than in Redis.
 *
 * Codes of 80 bits or more, which all generated codes are, are always looked at, even after many wrong codes, and a wrong one is
 * not counted. They cannot be guessed, and wrong codes cannot lock them. Adopted codes that are easier to guess obey `attempts`.
 *
 * @example
 * ```ts
 * import { createRecoveryCodes } from "otp-core/recovery";
 * import { memoryStore } from "otp-core/store";
 *
 * const recovery = createRecoveryCodes({ store: memoryStore(), pepper: new Uint8Array(32).fill(7) }); // yours is random
 * const [code] = await recovery.generate("user-1");
 * console.log(await recovery.verify({ subject: "user-1", code })); // true
 * console.log(await recovery.verify({ subject: "user-1", code })); // false
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range, `weak-secret` for a short pepper. The methods reject with
 * `invalid-argument`, `pepper-missing`, and as `transact` does when the store failed. A rejection is never an acceptance.
 */
export function createRecoveryCodes(options: RecoveryOptions): RecoveryCodes {
  checkOptions(options, OPTIONS);
  const policy = checkRecoveryPolicy(options);
  const runner = new MachineRunner<{ readonly subject: string }, RecoveryMachineEvent>("recovery", options);

  function store(subject: string, codes: NewCodes): Promise<void> {
    return runner.run({ subject }, (state) => decideNewSet(policy, state, subject, codes, runner.now()));
  }

  async function attempt(request: Parameters<RecoveryCodes["attempt"]>[0]): Promise<RecoveryOutcome> {
    checkOptions(request, ATTEMPT_OPTIONS, "attempt");
    const symbols = readRecoveryCode(request.code);
    const subject = checkSubject(request.subject);
    if (symbols !== null) {
      return runner.run({ subject }, (state) => decideRecovery(policy, state, subject, symbols, runner.now()));
    }
    // What is not a code is answered without the store, and not counted.
    const { outcome, events } = decideRecovery(policy, null, subject, symbols, runner.now());
    runner.emit({ subject }, events);
    return outcome;
  }

  return {
    attempt,
    async verify(request) {
      return (await attempt(request)).ok;
    },
    async generate(subject) {
      checkSubject(subject);
      const draw = drawCodes(policy.format);
      await store(subject, drawnCodes(draw));
      return [...draw.codes];
    },
    async adopt(set) {
      checkOptions(set, ADOPT_OPTIONS, "set");
      await store(checkSubject(set.subject), adoptedCodes({ codes: set.codes, nonce: freshNonce() }));
    },
    async forget(subject) {
      await runner.write({ subject: checkSubject(subject) }, (state) => decideForget(policy, state, runner.now()));
    },
    async unlock(subject) {
      await runner.write({ subject: checkSubject(subject) }, (state) => decideUnlock(policy, state, runner.now()));
    },
    async status(subject) {
      return runner.read({ subject: checkSubject(subject) }, (state) => recoveryStatus(policy, state, runner.now()));
    },
  };
}
