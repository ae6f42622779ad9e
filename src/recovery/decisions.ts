// The decisions on recovery codes, one function each: pure, without a clock, a store or a random generator.
import {
  countFailure,
  countSuccess,
  refuseUnseen,
  rejectReplay,
  rejectUncounted,
  unlockAttempts,
} from "../attempts/decisions.ts";
import type { WithoutSubject } from "../attempts/events.ts";
import { keepAttemptsUntil, lapseFailures } from "../attempts/expiry.ts";
import { refused } from "../attempts/outcome.ts";
import { attemptStatus } from "../attempts/status.ts";
import type { Transition } from "../store/machine.ts";
import { countRemaining, createCodeSet, findRecoveryCode, isStrong, type NewCodes } from "./code-set.ts";
import type { RecoveryEvent, RecoveryOutcome, RecoveryStatus } from "./outcome.ts";
import type { CheckedRecoveryPolicy } from "./policy.ts";
import { type Recovery, readRecovery, writeRecovery } from "./state.ts";

/** An event without its subject, which the record belongs to. */
export type RecoveryMachineEvent = WithoutSubject<RecoveryEvent>;
/** A decision: what to store, and what to answer once it is stored. */
export type RecoveryDecision<Outcome> = Transition<Outcome, RecoveryMachineEvent>;

/** A new set. The old one ends with the same write. The failures stay, or an attacker could start again. */
export function decideNewSet(
  policy: CheckedRecoveryPolicy,
  state: string | null,
  subject: string,
  codes: NewCodes,
  now: number,
): RecoveryDecision<void> {
  const set = createCodeSet(policy.digester, subject, codes, now);
  const type = codes.length === null ? "adopted" : "generated";
  const event = { type, at: now, count: codes.symbols.length } as const;
  return decide(policy, { ...recoveryAt(state, now), set }, undefined, [event], now);
}

/** @param symbols - the code as `readRecoveryCode` returned it. `null`: not a code. */
export function decideRecovery(
  policy: CheckedRecoveryPolicy,
  state: string | null,
  subject: string,
  symbols: string | null,
  now: number,
): RecoveryDecision<RecoveryOutcome> {
  const recovery = recoveryAt(state, now);
  const { attempts, set } = recovery;
  const reject = (reason: "malformed" | "mismatch") => {
    const { outcome, events } = rejectUncounted(attempts, reason, now);
    return keepAbsent(state, decide(policy, recovery, outcome, events, now));
  };
  if (symbols === null) return reject("malformed");
  const unseen = isStrong(set) ? null : refuseUnseen(policy.attempts, attempts, now);
  if (unseen !== null) {
    return decide(policy, { attempts: unseen.attempts, set }, unseen.outcome, unseen.events, now);
  }
  const finding = findRecoveryCode(policy.digester, set, subject, symbols);
  switch (finding.found) {
    case "absent":
      return keepAbsent(state, decide(policy, recovery, refused("absent", 0), [], now));
    case "malformed":
      return reject("malformed");
    case "replayed": {
      const { outcome, events } = rejectReplay(attempts, 0, now);
      return decide(policy, recovery, outcome, events, now);
    }
    case "mismatch": {
      if (isStrong(set)) return reject("mismatch");
      const candidates = countRemaining(set);
      const counted = countFailure(policy.attempts, attempts, { reason: "mismatch", candidates }, now);
      return decide(policy, { attempts: counted.attempts, set }, counted.outcome, counted.events, now);
    }
    case "accepted": {
      const { remaining } = finding;
      const forgiven = isStrong(set) ? unlockAttempts(attempts) : attempts;
      const next = { attempts: countSuccess(forgiven, now), set: finding.set };
      const event = { type: "accepted", at: now, remaining, failures: attempts.failures } as const;
      return decide(policy, next, { ok: true, remaining, at: now }, [event], now);
    }
  }
}

/** Ends the set. Keeps the failures. */
export function decideForget(policy: CheckedRecoveryPolicy, state: string | null, now: number): RecoveryDecision<void> {
  const { attempts } = recoveryAt(state, now);
  const forgottenAt = Math.max(attempts.forgottenAt ?? now, now);
  const next = { attempts: { ...attempts, forgottenAt }, set: null };
  return decide(policy, next, undefined, [{ type: "forgotten", at: now }], now);
}

/** Forgives the failures. */
export function decideUnlock(policy: CheckedRecoveryPolicy, state: string | null, now: number): RecoveryDecision<void> {
  const { attempts, set } = recoveryAt(state, now);
  const event = { type: "unlocked", at: now, failures: attempts.failures } as const;
  return keepAbsent(state, decide(policy, { attempts: unlockAttempts(attempts), set }, undefined, [event], now));
}

export function recoveryStatus(policy: CheckedRecoveryPolicy, state: string | null, now: number): RecoveryStatus {
  const { attempts, set } = recoveryAt(state, now);
  return {
    ...attemptStatus(policy.attempts, attempts, now),
    remaining: countRemaining(set),
    generatedAt: set?.generatedAt ?? null,
  };
}

/** What of the record counts now. */
function recoveryAt(state: string | null, now: number): Recovery {
  const { attempts, set } = readRecovery(state);
  return { attempts: lapseFailures(attempts, now), set };
}

/** A set never expires. */
function decide<Outcome>(
  policy: CheckedRecoveryPolicy,
  recovery: Recovery,
  outcome: Outcome,
  events: readonly RecoveryMachineEvent[],
  now: number,
): RecoveryDecision<Outcome> {
  const expiresAt = recovery.set === null ? keepAttemptsUntil(policy.attempts, recovery.attempts, now) : null;
  return { state: writeRecovery(recovery), expiresAt, outcome, events };
}

/** An absent record stays absent if nothing was counted. An existing one is written, to store a time that was corrected. */
function keepAbsent<Outcome>(state: string | null, decision: RecoveryDecision<Outcome>): RecoveryDecision<Outcome> {
  return state === null ? { ...decision, state } : decision;
}
