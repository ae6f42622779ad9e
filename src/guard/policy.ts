// What a guard accepts, and how it answers failures.

import { type Attempts, type CheckedAttempts, checkAttempts } from "../attempts/policy.ts";
import { checkInteger, checkOptions, type Options } from "../check.ts";
import { LOOK_AHEAD, minSecretBytesOf, WINDOW, type Window, windowSide } from "../otp/options.ts";

/** What a guard accepts and how it answers failures. */
export interface GuardPolicy {
  /** TOTP: steps accepted around the current one: 0 to 10. Default: 1. */
  readonly window?: Window | undefined;
  /** HOTP: counters tried beyond the next one: 0 to 100. Default: 10. */
  readonly lookAhead?: number | undefined;
  /** How far `resync` searches: 0 to 3000 steps on either side, or counters ahead. Default: 120 steps, 100 counters. */
  readonly resyncWindow?: number | undefined;
  /**
   * Follows the clock of a token by one step per success, at most `max` steps (1 to 3000) since the last resync (RFC 6238
   * section 6). Default: off.
   */
  readonly learnDrift?: { readonly max: number } | undefined;
  /** The shortest accepted secret in bytes: 1 to 64. Default: 10. Below 16 every attempt emits `weak-secret`. */
  readonly minSecretBytes?: number | undefined;
  /** How failures are answered, or `"host"`. */
  readonly attempts?: Attempts | undefined;
}

export interface CheckedWindow {
  readonly past: number;
  readonly future: number;
}

/** What a search for codes reads of a policy. */
export interface CheckedSearchPolicy {
  readonly window: CheckedWindow;
  readonly lookAhead: number;
  readonly resyncWindow: number | undefined;
  /** 0: off. */
  readonly maxLearntDrift: number;
}

export interface CheckedPolicy extends CheckedSearchPolicy {
  readonly minSecretBytes: number;
  readonly attempts: CheckedAttempts;
}

export const POLICY_OPTIONS: Options<GuardPolicy> = {
  window: true,
  lookAhead: true,
  resyncWindow: true,
  learnDrift: true,
  minSecretBytes: true,
  attempts: true,
};

const LEARN_DRIFT_OPTIONS: Options<NonNullable<GuardPolicy["learnDrift"]>> = { max: true };

const MAX_RESYNC_WINDOW = 3000;
const MAX_LEARNT_DRIFT = 3000;

/** The policy with its defaults. `policy` may have other fields, which the caller has checked. */
export function checkPolicy(policy: GuardPolicy): CheckedPolicy {
  const { resyncWindow, learnDrift } = policy;
  if (learnDrift !== undefined) checkOptions(learnDrift, LEARN_DRIFT_OPTIONS, "learnDrift");
  return {
    window: checkWindow(policy.window),
    lookAhead: checkLookAhead(policy.lookAhead),
    resyncWindow:
      resyncWindow === undefined ? undefined : checkInteger(resyncWindow, "resyncWindow", 0, MAX_RESYNC_WINDOW),
    maxLearntDrift: learnDrift === undefined ? 0 : checkInteger(learnDrift.max, "learnDrift.max", 1, MAX_LEARNT_DRIFT),
    minSecretBytes: minSecretBytesOf(policy),
    attempts: checkAttempts(policy.attempts),
  };
}

export function checkWindow(window: unknown): CheckedWindow {
  return { past: windowSide(window, "past", WINDOW), future: windowSide(window, "future", WINDOW) };
}

export function checkLookAhead(lookAhead: unknown): number {
  return lookAhead === undefined ? LOOK_AHEAD.default : checkInteger(lookAhead, "lookAhead", 0, LOOK_AHEAD.max);
}
