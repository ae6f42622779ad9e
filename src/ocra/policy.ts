// How challenges live and how answers are searched: the options of `createOcraGuard`.
import { Digester, type Pepper } from "../attempts/pepper.ts";
import { type Attempts, type CheckedAttempts, checkAttempts } from "../attempts/policy.ts";
import { checkInteger, type Options } from "../check.ts";
import { LOOK_AHEAD, WINDOW } from "../otp/options.ts";
import { type OcraSuite, parseSuite } from "./suite.ts";

/** Which tokens answer, how long a challenge lives, and how failures are answered. */
export interface OcraGuardPolicy {
  /** The suite of all tokens of this guard, for example `OCRA-1:HOTP-SHA1-6:QN08`. */
  readonly suite: string;
  readonly pepper: Pepper;
  /** How long a challenge can be answered: 1,000 to 600,000 ms. @defaultValue 300,000 */
  readonly ttlMs?: number | undefined;
  /** Suites with `C`: counters tried beyond the expected one, 0 to 100. @defaultValue 10 */
  readonly lookAhead?: number | undefined;
  /** Suites with `T`: time steps tried on either side, 0 to 10. @defaultValue 1 */
  readonly window?: number | undefined;
  /** How failures are answered, or `"host"`. */
  readonly attempts?: Attempts | undefined;
}

export const POLICY_OPTIONS: Options<OcraGuardPolicy> = {
  suite: true,
  pepper: true,
  ttlMs: true,
  lookAhead: true,
  window: true,
  attempts: true,
};

/** A policy that was checked, with its defaults. */
export interface CheckedOcraGuardPolicy {
  readonly text: string;
  readonly suite: OcraSuite;
  readonly digester: Digester;
  readonly ttlMs: number;
  readonly lookAhead: number;
  readonly window: number;
  readonly attempts: CheckedAttempts;
  /** How many responses an attempt is compared with. */
  readonly candidates: number;
}

export const MAX_TTL_MS = 600_000;

/** `policy` may have other fields, which the caller has checked. */
export function checkOcraGuardPolicy(policy: OcraGuardPolicy): CheckedOcraGuardPolicy {
  // The default of HOTP: every challenge that was not answered moves the counter of the token on.
  const { ttlMs = 300_000, lookAhead = LOOK_AHEAD.default, window = WINDOW.default } = policy;
  const suite = parseSuite(policy.suite);
  checkInteger(lookAhead, "lookAhead", 0, LOOK_AHEAD.max);
  checkInteger(window, "window", 0, WINDOW.max);
  return {
    text: policy.suite,
    suite,
    digester: new Digester(policy.pepper),
    ttlMs: checkInteger(ttlMs, "ttlMs", 1000, MAX_TTL_MS),
    lookAhead,
    window,
    attempts: checkAttempts(policy.attempts),
    candidates: (suite.counter ? lookAhead + 1 : 1) * (suite.period === null ? 1 : 2 * window + 1),
  };
}
