import { attemptStatus, closedUntil, countedFailure, refused, retryAtOf } from "../attempts/failures.ts";
import { OtpError } from "../errors.ts";
import { answerUnsigned } from "../otp/candidates.ts";
import { stepAt } from "../otp/counter.ts";
import { STALE } from "../otp/match.ts";
import { RESYNC_LOOK_AHEAD, RESYNC_WINDOW } from "../otp/options.ts";
import { readCodes } from "../otp/resync.ts";
import { searchHotp, searchTotp } from "../otp/search.ts";
import type { Transition } from "../store/transact.ts";
import type { GuardStatus, GuardVerdict, MachineEvent } from "./outcome.ts";
import type { CheckedPolicy } from "./policy.ts";
import type { PreparedKey } from "./prepared-key.ts";
import { type Factor, readFactor, writeFactor } from "./state.ts";

// The decisions of the guard, one function each: state in, state out, no clock and no store of their own.

/** A decision on one factor: what to store, and what to answer once it is stored. */
export type GuardStep = Transition<GuardVerdict, MachineEvent>;

export function verifyStep(
  policy: CheckedPolicy,
  state: string | null,
  ready: PreparedKey,
  code: unknown,
  now: number,
): GuardStep | Promise<GuardStep> {
  const { key, format } = ready;
  const { secret: signer } = key;
  const codes = format.read(code);
  if (codes < 0) return answerUnsigned(signer, malformed(state, now));
  const factor = factorOf(state, ready);
  const refused = refusedUnseen(policy, state, factor, now);
  if (refused !== null) return answerUnsigned(signer, refused);

  if (key.type === "totp") {
    const { window } = policy;
    const { drift, position } = factor;
    const current = stepAt(key, { now });
    const after = position ?? -1;
    const found = searchTotp({ signer, format, codes, current: current + drift, drift: 0, window, after });
    return then(found, (step) => judge(policy, state, factor, ready, "accepted", totpFinding(step, current), now));
  }
  const counter = nextCounter(factor, key.counter);
  // Beyond the last safe integer the token is used up.
  if (counter > Number.MAX_SAFE_INTEGER)
    return answerUnsigned(signer, judge(policy, state, factor, ready, "accepted", "mismatch", now));
  const { lookAhead } = policy;
  return then(searchHotp({ signer, format, codes, counter, lookAhead }), (found) => {
    const { position } = factor;
    if (found >= 0 || position === null)
      return judge(policy, state, factor, ready, "accepted", hotpFinding(found), now);
    // A double click: the code that moved the counter here, once more.
    return then(searchHotp({ signer, format, codes, counter: position - 1, lookAhead: 0 }), (replay) =>
      judge(policy, state, factor, ready, "accepted", replay >= 0 ? "replayed" : "mismatch", now),
    );
  });
}

export function resyncStep(
  policy: CheckedPolicy,
  state: string | null,
  ready: PreparedKey,
  typed: unknown,
  now: number,
): GuardStep | Promise<GuardStep> {
  const { key, format } = ready;
  const { secret: signer } = key;
  const codes = readCodes(typed, format);
  if (codes === null) return answerUnsigned(signer, malformed(state, now));
  const factor = factorOf(state, ready);
  const refused = refusedUnseen(policy, state, factor, now);
  if (refused !== null) return answerUnsigned(signer, refused);

  if (key.type === "totp") {
    const reach = policy.resyncWindow ?? RESYNC_WINDOW.default;
    const window = { past: reach, future: reach };
    const current = stepAt(key, { now });
    const found = searchTotp({ signer, format, codes, current, drift: 0, window, after: factor.position ?? -1 });
    return then(found, (step) => judge(policy, state, factor, ready, "resynced", totpFinding(step, current), now));
  }
  const counter = nextCounter(factor, key.counter);
  if (counter > Number.MAX_SAFE_INTEGER)
    return answerUnsigned(signer, judge(policy, state, factor, ready, "resynced", "mismatch", now));
  const lookAhead = policy.resyncWindow ?? RESYNC_LOOK_AHEAD.default;
  return then(searchHotp({ signer, format, codes, counter, lookAhead }), (found) =>
    judge(policy, state, factor, ready, "resynced", hotpFinding(found), now),
  );
}

export function unlockStep(state: string | null, now: number): Transition<void, MachineEvent> {
  const factor = readFactor(state);
  const { failures } = factor;
  const next = failures === 0 ? state : writeFactor({ ...factor, failures: 0 });
  return { state: next, expiresAt: null, outcome: undefined, events: [{ type: "unlocked", at: now, failures }] };
}

/** A tombstone outlives whatever late copy of an old write is still under way. */
const TOMBSTONE_MS = 30 * 86_400_000;

export function forgetStep(state: string | null, now: number): Transition<void, MachineEvent> {
  const factor = readFactor(state);
  const next = writeFactor({ ...factor, forgottenAt: now });
  return { state: next, expiresAt: now + TOMBSTONE_MS, outcome: undefined, events: [{ type: "forgotten", at: now }] };
}

export function statusOf(policy: CheckedPolicy, state: string | null, now: number): GuardStatus {
  const factor = readFactor(state);
  const { type, position, drift, failures, acceptedAt, failedAt } = factor;
  const attempts = attemptStatus(reopensAt(policy, factor, now), failures, now);
  return {
    ...attempts,
    state: state === null ? "new" : attempts.state,
    acceptedAt,
    failedAt,
    step: type === "totp" ? position : null,
    counter: type === "hotp" ? position : null,
    drift,
  };
}

// ---- what the steps are made of

type Finding = { readonly position: number; readonly drift: number } | "mismatch" | "replayed";

function totpFinding(step: number, current: number): Finding {
  if (step >= 0) return { position: step, drift: step - current };
  return step === STALE ? "replayed" : "mismatch";
}

function hotpFinding(counter: number): Finding {
  return counter >= 0 ? { position: counter + 1, drift: 0 } : "mismatch";
}

/** It only grows, whichever of the two is behind. */
function nextCounter(factor: Factor, initial: number | undefined): number {
  return Math.max(factor.position ?? 0, initial ?? 0);
}

function factorOf(state: string | null, { key }: PreparedKey): Factor {
  const factor = readFactor(state);
  if (factor.type === null || factor.type === key.type) return { ...factor, type: key.type };
  throw new OtpError("state-invalid", `the stored state is that of a ${factor.type} key`);
}

function malformed(state: string | null, at: number): GuardStep {
  const events = [
    { type: "rejected", at, reason: "malformed", failures: readFactor(state).failures, retryAt: null },
  ] as const;
  return { state, expiresAt: null, outcome: refused("malformed", 0), events };
}

function reopensAt(policy: CheckedPolicy, factor: Factor, now: number): number | null {
  return factor.forgottenAt === null ? retryAtOf(policy.backoff, factor, now) : null;
}

function refusedUnseen(policy: CheckedPolicy, state: string | null, factor: Factor, now: number): GuardStep | null {
  const closed = closedUntil(reopensAt(policy, factor, now), factor, now);
  if (closed === null) return null;
  const { outcome, event, failedAt } = closed;
  const next = failedAt === factor.failedAt ? state : writeFactor({ ...factor, failedAt });
  return { state: next, expiresAt: null, outcome, events: [event] };
}

function judge(
  policy: CheckedPolicy,
  state: string | null,
  factor: Factor,
  ready: PreparedKey,
  success: "accepted" | "resynced",
  finding: Finding,
  at: number,
): GuardStep {
  const { key, weakBytes } = ready;
  const weak = weakBytes === null ? [] : ([{ type: "weak-secret", at, bytes: weakBytes }] as const);
  const { failures, position: last } = factor;
  // What is replayed was accepted, so there is a last position.
  if (finding === "replayed" && last !== null) {
    const events = [{ type: "replayed", at, position: last, failures, retryAt: null }, ...weak] as const;
    return { state, expiresAt: null, outcome: refused("replayed", 0), events };
  }
  if (typeof finding === "string") {
    const { outcome, counted, events } = countedFailure(policy.backoff, failures, "mismatch", at);
    const next = writeFactor({ ...factor, ...counted });
    return { state: next, expiresAt: null, outcome, events: [...events, ...weak] };
  }
  const { position, drift } = finding;
  const kept = success === "resynced" ? drift : learntDrift(policy, factor.drift, drift);
  const next = writeFactor({ ...factor, position, drift: kept, failures: 0, acceptedAt: at });
  const event: MachineEvent =
    success === "resynced"
      ? { type: success, at, factor: key.type, position, drift }
      : { type: success, at, factor: key.type, position, drift, failures };
  return { state: next, expiresAt: null, outcome: { ok: true }, events: [event, ...weak] };
}

/** One step towards what was seen (RFC 6238 section 6); towards zero always, away from it no further than the policy says. */
function learntDrift(policy: CheckedPolicy, drift: number, seen: number): number {
  if (policy.maxLearntDrift === 0) return drift;
  const next = drift + Math.sign(seen - drift);
  return Math.abs(next) <= Math.max(policy.maxLearntDrift, Math.abs(drift)) ? next : drift;
}

function then<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
