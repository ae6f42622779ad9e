import type { CheckedBackoff } from "../attempts/backoff.ts";
import {
  type AttemptEvent,
  type AttemptStatus,
  attemptStatus,
  closedUntil,
  countedFailure,
  keptUntil,
  NO_FAILURES,
  type RejectedEvent,
  refused,
  retryAtOf,
  standing,
  undecided,
} from "../attempts/failures.ts";
import type { GuardReason, Refused } from "../attempts/outcome.ts";
import type { Sealer } from "../attempts/pepper.ts";
import { CROCKFORD, readSymbols } from "../encoding/alphabet.ts";
import type { Transition } from "../store/machine.ts";
import { type CodeSet, type Recovery, readRecovery, writeRecovery } from "./state.ts";

// The decisions on recovery codes, one function each: state in, state out, no clock, no store and no dice of their own.

/** The code was right and new, and is stored as used. So many are left: offer new ones before there are none. */
export interface RecoveryAccepted {
  readonly ok: true;
  readonly remaining: number;
  readonly reason?: never;
  readonly retryAfterMs?: never;
}

/** What comes of a recovery code. Tell the user the same for every reason; the reason is for your log. */
export type RecoveryVerdict = RecoveryAccepted | Refused<GuardReason>;

/** What is known of the codes of one subject. */
export interface RecoveryStatus extends AttemptStatus {
  /** Codes that were not used. */
  readonly remaining: number;
  /** Milliseconds since 1970; null where there are none. */
  readonly generatedAt: number | null;
}

/** What happened to the codes of one subject, told after it was stored. Never holds a code. */
export type RecoveryMachineEvent =
  | { readonly type: "generated"; readonly at: number; readonly count: number }
  | { readonly type: "redeemed"; readonly at: number; readonly remaining: number; readonly failures: number }
  | RejectedEvent<"malformed" | "mismatch">
  | AttemptEvent;

/** A decision: what to store, and what to answer once it is stored. */
export type RecoveryStep<Outcome> = Transition<Outcome, RecoveryMachineEvent>;

export interface CheckedRecoveryPolicy {
  readonly sealer: Sealer;
  readonly backoff: CheckedBackoff;
}

/** 80 bits in Crockford's base 32; NIST SP 800-63B asks for 64. */
export const CODE_LENGTH = 16;

export const readRecoveryCode = (typed: unknown) => readSymbols(typed, CROCKFORD, CODE_LENGTH);

/** The old set dies with the write of the new one. The failures stay: whoever guesses must not be able to start again. */
export function generateStep(
  { sealer }: CheckedRecoveryPolicy,
  state: string | null,
  subject: string,
  codes: readonly string[],
  nonce: string,
  now: number,
): RecoveryStep<void> {
  const digests = codes.map((code) => sealer.seal(sealedParts(subject, nonce, code)));
  const set = { nonce, generatedAt: now, digests, used: codes.map(() => false) };
  const event = { type: "generated", at: now, count: codes.length } as const;
  return changed({ ...recoveryAt(state, now), set }, undefined, [event], now);
}

export function redeemRecoveryStep(
  { sealer, backoff }: CheckedRecoveryPolicy,
  state: string | null,
  subject: string,
  typed: unknown,
  now: number,
): RecoveryStep<RecoveryVerdict> {
  const symbols = readRecoveryCode(typed);
  const recovery = recoveryAt(state, now);
  const { failures } = recovery;
  if (symbols === null) {
    const event = { type: "rejected", at: now, reason: "malformed", failures, retryAt: null } as const;
    return undecided(state, changed(recovery, refused("malformed", 0), [event], now));
  }
  const closed = closedUntil(retryAtOf(backoff, recovery, now), recovery, now);
  if (closed !== null) return undecided(state, changed(recovery, closed.outcome, [closed.event], now));

  const known = recovery.set ?? NO_SET;
  const found = sealer.find(known.digests, sealedParts(subject, known.nonce, symbols));
  if (found < 0) {
    const { outcome, counted, events } = countedFailure(backoff, failures, "mismatch" as const, now);
    return changed({ ...recovery, ...counted }, outcome, events, now);
  }
  if (known.used[found]) {
    return changed(recovery, refused("replayed", 0), [{ type: "replayed", at: now, failures }], now);
  }
  const used = known.used.map((flag, i) => flag || i === found);
  const remaining = used.filter((flag) => !flag).length;
  const next: Recovery = { set: { ...known, used }, ...NO_FAILURES };
  return changed(next, { ok: true, remaining }, [{ type: "redeemed", at: now, remaining, failures }], now);
}

export function forgetRecoveryStep(state: string | null, now: number): RecoveryStep<void> {
  const next = { ...recoveryAt(state, now), set: null };
  return changed(next, undefined, [{ type: "forgotten", at: now }], now);
}

export function unlockRecoveryStep(state: string | null, now: number): RecoveryStep<void> {
  const recovery = recoveryAt(state, now);
  const event = { type: "unlocked", at: now, failures: recovery.failures } as const;
  return undecided(state, changed({ ...recovery, ...NO_FAILURES }, undefined, [event], now));
}

export function recoveryStatus({ backoff }: CheckedRecoveryPolicy, state: string | null, now: number): RecoveryStatus {
  const recovery = recoveryAt(state, now);
  return {
    ...attemptStatus(retryAtOf(backoff, recovery, now), recovery.failures, now),
    remaining: recovery.set?.used.filter((flag) => !flag).length ?? 0,
    generatedAt: recovery.set?.generatedAt ?? null,
  };
}

// ---- what the steps are made of

/** Signed for where no codes are: they are asked about all the same. */
const NO_SET: CodeSet = { nonce: "", generatedAt: 0, digests: [], used: [] };

function recoveryAt(state: string | null, now: number): Recovery {
  const { set, ...failures } = readRecovery(state);
  return { set, ...standing(failures, now) };
}

function sealedParts(subject: string, nonce: string, code: string): readonly string[] {
  return ["recovery/1", subject, nonce, code];
}

/** Codes that can still be used never expire. */
function changed<Outcome>(
  recovery: Recovery,
  outcome: Outcome,
  events: readonly RecoveryMachineEvent[],
  now: number,
): RecoveryStep<Outcome> {
  const expiresAt = recovery.set === null ? keptUntil(recovery, now) : null;
  return { state: writeRecovery(recovery), expiresAt, outcome, events };
}
