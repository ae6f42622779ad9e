import { checkOptions } from "../check.ts";
import type { AsyncSigner, Secret, SyncSecret } from "../hmac/signer.ts";
import type { Key } from "../key/key.ts";
import type { Codes } from "../otp/options.ts";
import type { Transition } from "../store/transact.ts";
import { checkNow } from "../time.ts";
import { type GuardStep, resyncStep, statusOf, unlockStep, verifyStep } from "./decisions.ts";
import type { GuardStatus, MachineEvent } from "./outcome.ts";
import { checkPolicy, type GuardPolicy, POLICY_OPTIONS } from "./policy.ts";
import { prepareKey } from "./prepared-key.ts";

/** One code that a user typed, and when. */
export interface MachineAttempt<S extends Secret = Secret> {
  readonly key: Key<S>;
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Codes in a row that a user typed, and when. */
export interface MachineResync<S extends Secret = Secret> {
  readonly key: Key<S>;
  readonly codes: Codes;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A guard without its store: pure functions of a state, which is text for a column of yours. */
export interface GuardMachine {
  /** Decides on a code. */
  verify(state: string | null, attempt: MachineAttempt<SyncSecret>): GuardStep;
  /** The same for a handle that signs asynchronously. */
  verify(state: string | null, attempt: MachineAttempt<AsyncSigner>): Promise<GuardStep>;
  /** The same for either. */
  verify(state: string | null, attempt: MachineAttempt): GuardStep | Promise<GuardStep>;
  /** Decides on codes in a row. */
  resync(state: string | null, attempt: MachineResync<SyncSecret>): GuardStep;
  /** The same for a handle that signs asynchronously. */
  resync(state: string | null, attempt: MachineResync<AsyncSigner>): Promise<GuardStep>;
  /** The same for either. */
  resync(state: string | null, attempt: MachineResync): GuardStep | Promise<GuardStep>;
  /** Forgives the failures. Keeps step, counter and drift. */
  unlock(state: string | null, now: number): Transition<void, MachineEvent>;
  /** Reads the state; changes nothing. */
  status(state: string | null, now: number): GuardStatus;
}

const VERIFY_OPTIONS = { key: true, code: true, now: true } as const;
const RESYNC_OPTIONS = { key: true, codes: true, now: true } as const;

/**
 * The guard's decisions for people who keep the state in their own user row. Write the new state with one conditional UPDATE
 * (`... SET otp_state = :next WHERE id = :id AND otp_state IS NOT DISTINCT FROM :old`), on a connection of its own that commits
 * at once, and answer only if it changed one row; else read the row and decide again. Never write blindly, and never inside the
 * request's transaction: a rollback would forget the guess.
 *
 * @example
 * ```ts
 * import { createGuardMachine } from "otp-core/guard";
 *
 * const machine = createGuardMachine();
 * const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
 * const first = machine.verify(null, { key, code: "287082", now: 59_000 });
 * const second = machine.verify(first.state, { key, code: "287082", now: 59_000 });
 * console.log(first.outcome.ok, second.outcome.reason); // true replayed
 * ```
 *
 * @throws OtpError `invalid-argument` for a policy out of range. The machine throws `state-invalid` for a text that is not its.
 */
export function createGuardMachine(policy: GuardPolicy = {}): GuardMachine {
  checkOptions(policy, POLICY_OPTIONS, "policy");
  const checked = checkPolicy(policy);
  const machine = {
    verify(state: string | null, attempt: MachineAttempt) {
      checkOptions(attempt, VERIFY_OPTIONS, "attempt");
      const ready = prepareKey(attempt.key, checked.minSecretBytes);
      return verifyStep(checked, state, ready, attempt.code, checkNow(attempt.now));
    },
    resync(state: string | null, attempt: MachineResync) {
      checkOptions(attempt, RESYNC_OPTIONS, "attempt");
      const ready = prepareKey(attempt.key, checked.minSecretBytes);
      return resyncStep(checked, state, ready, attempt.codes, checkNow(attempt.now));
    },
    unlock: (state: string | null, now: number) => unlockStep(state, checkNow(now)),
    status: (state: string | null, now: number) => statusOf(checked, state, checkNow(now)),
  };
  return machine as GuardMachine;
}
