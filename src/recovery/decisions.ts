// The decisions on recovery codes, one function each: pure, without a clock, a store or a random generator.
import { keepAbsent } from "../attempts/absent-record.ts";
import {
  type AttemptDecision,
  countFailure,
  countSuccess,
  endCodes,
  forgiveFailures,
  refuseUnseen,
  rejectReplay,
  rejectUncounted,
  unlock,
} from "../attempts/decisions.ts";
import type { WithoutSubject } from "../attempts/events.ts";
import { keepAttemptsUntil, lapseFailures } from "../attempts/expiry.ts";
import { refused } from "../attempts/outcome.ts";
import { attemptStatus } from "../attempts/status.ts";
import type { Transition } from "../store/step/machine.ts";
import { type CodeSet, countRemaining, createCodeSet, findRecoveryCode, isStrong, type NewCodes } from "./code-set.ts";
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
  const { attempts, set: before } = recoveryAt(state, now);
  const set = createCodeSet(policy.digester, before, subject, codes, now);
  const type = codes.length === null ? "adopted" : "generated";
  const events = [{ type, at: now, count: codes.symbols.length }] as const;
  return settle(policy, set, { attempts, outcome: undefined, events }, now);
}

/** @param symbols - the code as `readRecoveryCode` returned it. `null`: not a code. */
export function decideRecovery(
  policy: CheckedRecoveryPolicy,
  state: string | null,
  subject: string,
  symbols: string | null,
  now: number,
): RecoveryDecision<RecoveryOutcome> {
  const { attempts, set } = recoveryAt(state, now);
  const reject = (reason: "malformed" | "mismatch") =>
    keepAbsent(state, EMPTY, settle(policy, set, rejectUncounted(attempts, reason, now), now));
  if (symbols === null) return reject("malformed");
  const unseen = isStrong(set) ? null : refuseUnseen(policy.attempts, attempts, now);
  if (unseen !== null) return settle(policy, set, unseen, now);
  const finding = findRecoveryCode(policy.digester, set, subject, symbols);
  switch (finding.found) {
    case "absent":
      return keepAbsent(
        state,
        EMPTY,
        settle(policy, set, { attempts, outcome: refused("absent", 0), events: [] }, now),
      );
    case "malformed":
      return reject("malformed");
    case "replayed":
      return settle(policy, set, rejectReplay(attempts, 0, now), now);
    case "mismatch": {
      if (isStrong(set)) return reject("mismatch");
      const failure = { reason: "mismatch", candidates: countRemaining(set) } as const;
      return settle(policy, set, countFailure(policy.attempts, attempts, failure, now), now);
    }
    case "accepted": {
      const { remaining } = finding;
      const forgiven = isStrong(set) ? forgiveFailures(attempts) : attempts;
      const outcome = { ok: true, remaining, at: now } as const;
      const events = [{ type: "accepted", at: now, remaining, failures: attempts.failures }] as const;
      return settle(policy, finding.set, { attempts: countSuccess(forgiven, now), outcome, events }, now);
    }
  }
}

/** Ends the set. Keeps the failures. */
export function decideForget(policy: CheckedRecoveryPolicy, state: string | null, now: number): RecoveryDecision<void> {
  const { attempts } = recoveryAt(state, now);
  return settle(policy, null, endCodes(attempts, now), now);
}

/** Forgives the failures. */
export function decideUnlock(policy: CheckedRecoveryPolicy, state: string | null, now: number): RecoveryDecision<void> {
  const { attempts, set } = recoveryAt(state, now);
  return keepAbsent(state, EMPTY, settle(policy, set, unlock(attempts, now), now));
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
function settle<Outcome>(
  policy: CheckedRecoveryPolicy,
  set: CodeSet | null,
  { attempts, outcome, events }: AttemptDecision<Outcome, RecoveryMachineEvent>,
  now: number,
): RecoveryDecision<Outcome> {
  const expiresAt = set === null ? keepAttemptsUntil(policy.attempts, attempts, now) : null;
  return { state: writeRecovery({ attempts, set }), expiresAt, outcome, events };
}

const EMPTY = /* @__PURE__ */ writeRecovery(readRecovery(null));
