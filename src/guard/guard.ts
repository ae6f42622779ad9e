import { checkOptions } from "../check.ts";
import type { Secret } from "../hmac/signer.ts";
import type { Key } from "../key/key.ts";
import type { Codes } from "../otp/options.ts";
import { readCodes } from "../otp/resync.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/runner.ts";
import { checkIdentifier } from "../store/store-key.ts";
import type { Machine } from "../store/transact.ts";
import { forgetStep, resyncStep, statusOf, unlockStep, verifyStep } from "./decisions.ts";
import type { GuardEvent, GuardStatus, GuardVerdict, MachineEvent } from "./outcome.ts";
import { checkPolicy, type GuardPolicy, POLICY_OPTIONS } from "./policy.ts";
import { prepareKey } from "./prepared-key.ts";

/** A guard's policy, its store, and who is told. */
export interface GuardOptions extends GuardPolicy, ServiceOptions<GuardEvent> {}

/** Lets every code pass once and not too many guesses, whatever happens at the same time. */
export interface Guard {
  /** Checks a code. Also for the confirmation of a new enrolment, which uses the code up for the first login too. */
  verify(attempt: { readonly id: string; readonly key: Key<Secret>; readonly code: string }): Promise<GuardVerdict>;
  /** Finds a clock or counter that is far off by codes in a row. Counts like an attempt. */
  resync(attempt: { readonly id: string; readonly key: Key<Secret>; readonly codes: Codes }): Promise<GuardVerdict>;
  /** Forgives the failures. Keeps step, counter and drift: nothing that was used can be used again. */
  unlock(id: string): Promise<void>;
  /** For a factor that was removed: leaves a tombstone. Its id must never be enrolled again. */
  forget(id: string): Promise<void>;
  /** What is known of a factor; changes nothing. */
  status(id: string): Promise<GuardStatus>;
}

const OPTIONS = { ...SERVICE_OPTIONS, ...POLICY_OPTIONS } as const;
const VERIFY_OPTIONS = { id: true, key: true, code: true } as const;
const RESYNC_OPTIONS = { id: true, key: true, codes: true } as const;

/**
 * A guard over a store. An `id` names the enrolled factor: immutable, your own, never an e-mail address or anything else a
 * client sends; a new enrolment takes a new id. Each attempt is one linearizable step: counted and decided in the same write,
 * before any answer leaves.
 *
 * @example
 * ```ts
 * import { totp } from "otp-core";
 * import { createGuard } from "otp-core/guard";
 * import { memoryStore } from "otp-core/store";
 *
 * const guard = createGuard({ store: memoryStore() });
 * const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
 * const code = totp(key);
 * console.log((await guard.verify({ id: "factor-7", key, code })).ok); // true
 * console.log((await guard.verify({ id: "factor-7", key, code })).reason); // replayed
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range. The methods reject with `invalid-argument` and the others for a
 * wrong id or key, with `signer-failed` when a handle failed, and as {@link transact} does when the store failed: never `ok` on doubt.
 */
export function createGuard(options: GuardOptions): Guard {
  checkOptions(options, OPTIONS);
  const { onEvent } = options;
  const runner = new MachineRunner<{ readonly subject: string }, MachineEvent>("guard", {
    ...options,
    onEvent:
      typeof onEvent !== "function"
        ? onEvent
        : ({ subject, ...event }) => onEvent({ ...event, id: subject } as GuardEvent),
  } as ServiceOptions<MachineEvent & { readonly subject: string }>);
  const policy = checkPolicy(options);

  const time = () => runner.now();
  const run = async <Outcome>(id: string, machine: Machine<Outcome, MachineEvent>) =>
    runner.run({ subject: checkIdentifier(id, "id") }, machine);

  /** What is no code at all is answered without the store, and not counted. */
  function malformed(id: string): GuardVerdict {
    runner.emit({ subject: id }, [{ type: "rejected", at: time(), reason: "malformed", failures: 0, retryAt: null }]);
    return { ok: false, reason: "malformed", retryAfterMs: 0 };
  }

  return {
    async verify(attempt) {
      checkOptions(attempt, VERIFY_OPTIONS, "attempt");
      const { id, code } = attempt;
      checkIdentifier(id, "id");
      const ready = prepareKey(attempt.key, policy.minSecretBytes);
      if (ready.format.read(code) < 0) return malformed(id);
      return run(id, (state) => verifyStep(policy, state, ready, code, time()));
    },
    async resync(attempt) {
      checkOptions(attempt, RESYNC_OPTIONS, "attempt");
      const { id, codes } = attempt;
      checkIdentifier(id, "id");
      const ready = prepareKey(attempt.key, policy.minSecretBytes);
      if (readCodes(codes, ready.format) === null) return malformed(id);
      return run(id, (state) => resyncStep(policy, state, ready, codes, time()));
    },
    async unlock(id) {
      await runner.write({ subject: checkIdentifier(id, "id") }, (state) => unlockStep(state, time()));
    },
    async forget(id) {
      await runner.write({ subject: checkIdentifier(id, "id") }, (state) => forgetStep(state, time()));
    },
    async status(id) {
      return runner.read({ subject: checkIdentifier(id, "id") }, (state) => statusOf(policy, state, time()));
    },
  };
}
