// The service: the decisions of a guard, run on the records of a store.

import type { WithoutSubject } from "../attempts/events.ts";
import { checkOptions, type Options } from "../check.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/step/runner.ts";
import { checkSubject } from "../store/store-key.ts";
import { decideAttempt, decideForget, decideRemove, decideUnlock, type Success, statusOf } from "./decisions.ts";
import type { GuardEvent, GuardOutcome, GuardStatus } from "./outcome.ts";
import { checkPolicy, type GuardPolicy, POLICY_OPTIONS } from "./policy.ts";
import { checkKeyName, type PreparedRequest, prepareAttempt, prepareResync } from "./prepared-key.ts";
import type { GuardAttempt, GuardResync } from "./request.ts";

/** The policy of a guard, its store, and its listeners. */
export interface GuardOptions extends GuardPolicy, ServiceOptions<GuardEvent> {}

/** Accepts every code once and limits guessing, whatever happens at the same time. */
export interface Guard {
  /**
   * Whether the code is accepted. Most people should use this. Use it also to confirm a new enrolment: the code is then used up for
   * the first login as well.
   */
  verify(attempt: GuardAttempt): Promise<boolean>;
  /** The same with the authenticator's name or the reason. Test `.ok`: the outcome itself is always truthy. */
  attempt(attempt: GuardAttempt): Promise<GuardOutcome>;
  /**
   * Finds a clock or counter that is far off by consecutive codes. Counts like an attempt. Call it only on the user's request and
   * after another proof of identity.
   */
  resync(attempt: GuardResync): Promise<boolean>;
  /** Removes the position of one authenticator. Call it after you have deleted the key itself: a key that stays accepts its last codes again. */
  remove(target: { readonly subject: string; readonly keyName: string }): Promise<void>;
  /** Removes all positions and failures. Codes of steps that began before are never accepted again. The subject may enrol again. */
  forget(subject: string): Promise<void>;
  /** Forgives all failures, once support has verified the user's identity. Used codes stay used. */
  unlock(subject: string): Promise<void>;
  /** What is known of a subject. Changes nothing. */
  status(subject: string): Promise<GuardStatus>;
}

const OPTIONS: Options<GuardOptions> = { ...SERVICE_OPTIONS, ...POLICY_OPTIONS };
const ATTEMPT_OPTIONS: Options<GuardAttempt> = { subject: true, key: true, keys: true, code: true };
const RESYNC_OPTIONS: Options<GuardResync> = { subject: true, key: true, keyName: true, codes: true };
const REMOVE_OPTIONS = { subject: true, keyName: true } as const;

/**
 * A guard over a store. A `subject` is your own id of the user, never an e-mail address or anything else that a client sends. Each
 * attempt is one linearizable step: it is counted and decided in the same write, before any answer leaves.
 *
 * @example
 * ```ts
 * import { totp } from "otp-core";
 * import { createGuard } from "otp-core/guard";
 * import { memoryStore } from "otp-core/store";
 *
 * const guard = createGuard({ store: memoryStore() });
 * const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
 * const attempt = { subject: "user-7", key, code: totp(key) };
 * console.log(await guard.verify(attempt), await guard.verify(attempt)); // true false
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range. The methods reject with `invalid-argument`, `invalid-secret` or
 * `weak-secret` for a wrong subject or key, with `signer-failed` if a signer failed, and as `transact` of `otp-core/store` does if the store
 * failed. A call that rejects has accepted and counted nothing, except with `store-uncertain`.
 */
export function createGuard(options: GuardOptions): Guard {
  checkOptions(options, OPTIONS);
  const runner = new MachineRunner<{ readonly subject: string }, WithoutSubject<GuardEvent>>("guard", options);
  const policy = checkPolicy(options);

  async function decide(subject: string, request: PreparedRequest, success: Success): Promise<GuardOutcome> {
    const machine = (state: string | null) => decideAttempt(policy, state, request, success, runner.now());
    if (request.typed.length > 0) return runner.run({ subject }, machine);
    // Nothing can match, so the answer needs no record.
    const { outcome, events } = await machine(null);
    runner.emit({ subject }, events);
    return outcome;
  }

  const guard: Guard = {
    verify: async (attempt) => (await guard.attempt(attempt)).ok,
    async attempt(attempt) {
      checkOptions(attempt, ATTEMPT_OPTIONS, "attempt");
      const subject = checkSubject(attempt.subject);
      return decide(subject, prepareAttempt(attempt, policy.minSecretBytes), "accepted");
    },
    async resync(attempt) {
      checkOptions(attempt, RESYNC_OPTIONS, "attempt");
      const subject = checkSubject(attempt.subject);
      const { ok } = await decide(subject, prepareResync(attempt, policy.minSecretBytes), "resynced");
      return ok;
    },
    async remove(target) {
      checkOptions(target, REMOVE_OPTIONS, "target");
      const subject = checkSubject(target.subject);
      const keyName = checkKeyName(target.keyName);
      await runner.write({ subject }, (state) => decideRemove(state, keyName, runner.now()));
    },
    async forget(subject) {
      await runner.write({ subject: checkSubject(subject) }, (state) => decideForget(state, runner.now()));
    },
    async unlock(subject) {
      await runner.write({ subject: checkSubject(subject) }, (state) => decideUnlock(state, runner.now()));
    },
    async status(subject) {
      return runner.read({ subject: checkSubject(subject) }, (state) => statusOf(policy, state, runner.now()));
    },
  };
  return guard;
}
