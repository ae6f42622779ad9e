// How failures are answered: the options of every service that counts guesses.

import { checkInteger, checkOptions, type Options } from "../check.ts";
import { DAY_MS } from "../time.ts";

/**
 * How failures are answered. The defaults follow NIST SP 800-63B-4 section 3.2.2: waits from 30 seconds to one hour, and at most 100
 * consecutive failures.
 */
export interface AttemptPolicy {
  /** Consecutive failures that cost nothing: 0 to 99. Default: 4. */
  readonly freeFailures?: number | undefined;
  /** The wait after the next one: 1,000 to 3,600,000 ms. Each further failure doubles it. Default: 30,000. */
  readonly firstWaitMs?: number | undefined;
  /** The longest wait: `firstWaitMs` to 86,400,000 ms. Default: 3,600,000. */
  readonly maxWaitMs?: number | undefined;
  /** Consecutive failures that disable the subject until `unlock`: 1 to 100. Default: 100. */
  readonly disableAfter?: number | undefined;
  /**
   * Failures in 30 days, whatever succeeded in between: 10 to 10,000. Default: 200. An attempt that is compared with more than
   * three codes counts as several failures, one for every three codes.
   */
  readonly monthly?: number | undefined;
}

/**
 * An attempt policy, or `"host"`: replay protection only, because your application limits guesses itself. With `"host"` nothing is
 * counted.
 */
export type Attempts = AttemptPolicy | "host";

/** A policy that was checked, with its defaults. */
export type CheckedAttemptPolicy = { readonly [Name in keyof AttemptPolicy]-?: number };
export type CheckedAttempts = CheckedAttemptPolicy | "host";

const OPTIONS: Options<AttemptPolicy> = {
  freeFailures: true,
  firstWaitMs: true,
  maxWaitMs: true,
  disableAfter: true,
  monthly: true,
};

/** NIST SP 800-63B-4 section 3.2.2. */
export const MAX_CONSECUTIVE_FAILURES = 100;
/** The span of `monthly`. */
export const MONTH_MS = 30 * DAY_MS;

const DEFAULTS: CheckedAttemptPolicy = {
  freeFailures: 4,
  firstWaitMs: 30_000,
  maxWaitMs: 3_600_000,
  disableAfter: MAX_CONSECUTIVE_FAILURES,
  monthly: 200,
};

/** @param monthly - the default of `monthly`. */
export function checkAttempts(attempts: unknown, monthly = DEFAULTS.monthly): CheckedAttempts {
  return attempts === "host" ? attempts : checkAttemptPolicy(attempts, monthly);
}

export function checkAttemptPolicy(policy: unknown = {}, monthly = DEFAULTS.monthly): CheckedAttemptPolicy {
  checkOptions(policy, OPTIONS, "attempts");
  const given = policy as AttemptPolicy;
  const field = (name: keyof AttemptPolicy, min: number, max: number, otherwise: number) =>
    given[name] === undefined ? otherwise : checkInteger(given[name], `attempts.${name}`, min, max);
  const firstWaitMs = field("firstWaitMs", 1000, 3_600_000, DEFAULTS.firstWaitMs);
  return {
    freeFailures: field("freeFailures", 0, 99, DEFAULTS.freeFailures),
    firstWaitMs,
    maxWaitMs: field("maxWaitMs", firstWaitMs, DAY_MS, DEFAULTS.maxWaitMs),
    disableAfter: field("disableAfter", 1, MAX_CONSECUTIVE_FAILURES, DEFAULTS.disableAfter),
    monthly: field("monthly", 10, 10_000, monthly),
  };
}

/** How long to wait after the last of so many consecutive failures, in milliseconds. `null`: until `unlock`. */
export function waitAfter(failures: number, policy: CheckedAttemptPolicy): number | null {
  if (failures >= policy.disableAfter) return null;
  const doublings = failures - policy.freeFailures - 1;
  return doublings < 0 ? 0 : Math.min(policy.firstWaitMs * 2 ** doublings, policy.maxWaitMs);
}

/**
 * How many failures of `monthly` one failure is. Three codes, those of a window of one step on either side, are one. So the budget
 * bounds the probability of a lucky guess whatever an attempt is compared with.
 */
export function costOf(candidates: number): number {
  return Math.max(1, Math.ceil(candidates / 3));
}
