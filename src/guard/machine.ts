// A guard without its store: pure functions of a state.

import { checkOptions, type Options } from "../check.ts";
import type { SyncSecret } from "../hmac/signer.ts";
import { decideOnRow, stateOfRow } from "../store/step/envelope.ts";
import { checkNow } from "../time.ts";
import { decideAttempt, decideForget, decideRemove, decideUnlock, statusOf } from "./decisions.ts";
import type { GuardStatus, GuardTransition } from "./outcome.ts";
import { checkPolicy, type GuardPolicy, POLICY_OPTIONS } from "./policy.ts";
import { checkKeyName, prepareAttempt, prepareResync } from "./prepared-key.ts";
import type { GuardAttempt, GuardResync } from "./request.ts";

/** Without the subject, because the state belongs to one, and with the moment in milliseconds since 1970. */
type InMachine<Request> = Request extends unknown ? Omit<Request, "subject"> & { readonly now: number } : never;

/**
 * A guard without its store: pure functions of a state. With `rowStore` you do not need it. A state may also be the record that a
 * store has written for the same subject.
 */
export interface GuardMachine {
  /** Decides on a code. Test `outcome.ok`: the transition and its outcome are always truthy. */
  attempt(state: string | null, attempt: InMachine<GuardAttempt<SyncSecret>>): GuardTransition;
  /** The same if one of the secrets may be an `AsyncSigner`. */
  attempt(state: string | null, attempt: InMachine<GuardAttempt>): GuardTransition | Promise<GuardTransition>;
  /** Decides on consecutive codes. */
  resync(state: string | null, attempt: InMachine<GuardResync<SyncSecret>>): GuardTransition;
  /** The same if the secret may be an `AsyncSigner`. */
  resync(state: string | null, attempt: InMachine<GuardResync>): GuardTransition | Promise<GuardTransition>;
  /** Removes the position of one authenticator. If its key is used again, its last codes are accepted again. */
  remove(state: string | null, target: { readonly keyName: string; readonly now: number }): GuardTransition<void>;
  /** Removes all positions and failures. Codes of steps that began before are never accepted again. */
  forget(state: string | null, now: number): GuardTransition<void>;
  /** Forgives all failures. Used codes stay used. */
  unlock(state: string | null, now: number): GuardTransition<void>;
  /** What is known. Changes nothing. */
  status(state: string | null, now: number): GuardStatus;
}

const ATTEMPT_OPTIONS: Options<InMachine<GuardAttempt>> = { key: true, keys: true, code: true, now: true };
const RESYNC_OPTIONS: Options<InMachine<GuardResync>> = { key: true, keyName: true, codes: true, now: true };
const REMOVE_OPTIONS = { keyName: true, now: true } as const;

/**
 * The decisions of a guard for programs that keep the state themselves. Most people should use `createGuard` with `rowStore`. Write
 * the new state with one conditional UPDATE that commits immediately (`... SET otp_state = :next WHERE id = :id AND otp_state IS NOT
 * DISTINCT FROM :old`), and answer only if it changed one row. Otherwise read the row and decide again. Never write it inside the
 * transaction of the request: a rollback would forget the guess.
 *
 * @example
 * ```ts
 * import { createGuardMachine } from "otp-core/guard";
 *
 * const machine = createGuardMachine();
 * const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
 * const first = machine.attempt(null, { key, code: "287082", now: 59_000 });
 * const second = machine.attempt(first.state, { key, code: "287082", now: 59_000 });
 * console.log(first.outcome.ok, second.outcome.ok); // true false
 * ```
 *
 * @throws OtpError `invalid-argument` for a policy out of range. The methods throw `invalid-argument`, `invalid-secret` or
 * `weak-secret` for a wrong key, `state-invalid` for a text that a guard did not write, and `signer-failed`.
 */
export function createGuardMachine(policy: GuardPolicy = {}): GuardMachine {
  checkOptions(policy, POLICY_OPTIONS, "policy");
  const checked = checkPolicy(policy);
  const machine = {
    attempt(state: string | null, attempt: InMachine<GuardAttempt>) {
      checkOptions(attempt, ATTEMPT_OPTIONS, "attempt");
      const request = prepareAttempt(attempt, checked.minSecretBytes);
      const now = checkNow(attempt.now);
      return decideOnRow(state, (text) => decideAttempt(checked, text, request, "accepted", now));
    },
    resync(state: string | null, attempt: InMachine<GuardResync>) {
      checkOptions(attempt, RESYNC_OPTIONS, "attempt");
      const request = prepareResync(attempt, checked.minSecretBytes);
      const now = checkNow(attempt.now);
      return decideOnRow(state, (text) => decideAttempt(checked, text, request, "resynced", now));
    },
    remove(state: string | null, target: { readonly keyName: string; readonly now: number }) {
      checkOptions(target, REMOVE_OPTIONS, "target");
      const [keyName, now] = [checkKeyName(target.keyName), checkNow(target.now)];
      return decideOnRow(state, (text) => decideRemove(text, keyName, now));
    },
    forget: (state: string | null, now: number) => decideOnRow(state, (text) => decideForget(text, checkNow(now))),
    unlock: (state: string | null, now: number) => decideOnRow(state, (text) => decideUnlock(text, checkNow(now))),
    status: (state: string | null, now: number) => statusOf(checked, stateOfRow(state), checkNow(now)),
  };
  return machine as GuardMachine;
}
