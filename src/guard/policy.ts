import { type Backoff, type CheckedBackoff, checkBackoff } from "../attempts/backoff.ts";
import { checkInteger, checkOptions } from "../check.ts";
import { LOOK_AHEAD, minSecretBytesOf, WINDOW, type Window, windowSide } from "../otp/options.ts";

/** What a guard lets pass and how it answers failures. */
export interface GuardPolicy {
  /** TOTP: steps accepted around the current one: 0 to 10, and 1 on either side unless told. */
  readonly window?: Window | undefined;
  /** HOTP: counters tried beyond the next one: 0 to 100, and 10 unless told. */
  readonly lookAhead?: number | undefined;
  /** How far `resync` searches: 0 to 3000 steps on either side or counters ahead; 120 steps or 100 counters unless told. */
  readonly resyncWindow?: number | undefined;
  readonly backoff?: Backoff | undefined;
  /** Follows the clock of a token, a step per success and at most so many in all: 1 to 3000. Off unless told. */
  readonly learnDrift?: { readonly max: number } | undefined;
  /** The shortest secret, as text or bytes, that is let pass: 10 unless told. Below 16 every attempt is a `weak-secret` event. */
  readonly minSecretBytes?: number | undefined;
}

export interface CheckedPolicy {
  readonly window: { readonly past: number; readonly future: number };
  readonly lookAhead: number;
  readonly resyncWindow: number | undefined;
  readonly backoff: CheckedBackoff;
  readonly maxLearntDrift: number;
  readonly minSecretBytes: number;
}

export const POLICY_OPTIONS = {
  window: true,
  lookAhead: true,
  resyncWindow: true,
  backoff: true,
  learnDrift: true,
  minSecretBytes: true,
} as const;

const LEARN_DRIFT_OPTIONS = { max: true } as const;

/** The policy with its defaults; `policy` may have other fields, which whoever calls has checked. */
export function checkPolicy(policy: GuardPolicy): CheckedPolicy {
  const { window, lookAhead = LOOK_AHEAD.default, resyncWindow, learnDrift } = policy;
  if (learnDrift !== undefined) checkOptions(learnDrift, LEARN_DRIFT_OPTIONS, "learnDrift");
  return {
    window: { past: windowSide(window, "past", WINDOW), future: windowSide(window, "future", WINDOW) },
    lookAhead: checkInteger(lookAhead, "lookAhead", 0, LOOK_AHEAD.max),
    resyncWindow: resyncWindow === undefined ? undefined : checkInteger(resyncWindow, "resyncWindow", 0, 3000),
    backoff: checkBackoff(policy.backoff),
    maxLearntDrift: learnDrift === undefined ? 0 : checkInteger(learnDrift.max, "learnDrift.max", 1, 3000),
    minSecretBytes: minSecretBytesOf(policy),
  };
}
