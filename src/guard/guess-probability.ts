import { type CheckedBackoff, waitAfter } from "../attempts/backoff.ts";
import { checkOptions, refuse } from "../check.ts";
import { digitsOf } from "../key/key.ts";
import { checkPolicy, type GuardPolicy, POLICY_OPTIONS } from "./policy.ts";

/** For how long, and with what, an attacker is at it. */
export interface Exposure {
  /** 6 to 10, and 6 unless told. */
  readonly digits?: number | undefined;
  readonly policy?: GuardPolicy | undefined;
  /** Days of guessing: 0 to 36500. */
  readonly days: number;
  /** How often a day the owner logs in, which forgives the failures: 0 to 1000, fractions too, and 0 unless told. */
  readonly successesPerDay?: number | undefined;
}

const OPTIONS = { digits: true, policy: true, days: true, successesPerDay: true } as const;
const DAY_MS = 86_400_000;

/**
 * The probability that somebody who knows everything but the code gets in: what a policy concedes (RFC 4226 section 6 and
 * appendix A.4: tries times candidates over 10^digits, here without the approximation). He guesses as soon as he may; every login
 * of the owner gives him a new budget.
 *
 * @example
 * ```ts
 * import { guessProbability } from "otp-core/guard";
 *
 * console.log(guessProbability({ days: 365 }).toFixed(4)); // 0.0003
 * console.log(guessProbability({ days: 365, successesPerDay: 1 }).toFixed(3)); // 0.037
 * ```
 *
 * @throws OtpError `invalid-argument`.
 */
export function guessProbability(exposure: Exposure): number {
  checkOptions(exposure, OPTIONS, "exposure");
  const { policy = {}, days, successesPerDay = 0 } = exposure;
  checkOptions(policy, POLICY_OPTIONS, "policy");
  const { window, backoff } = checkPolicy(policy);
  const digits = digitsOf({ digits: exposure.digits });
  const spanMs = checkAmount(days, "days", 36_500) * DAY_MS;
  const successes = checkAmount(successesPerDay, "successesPerDay", 1000);

  // Between two logins of the owner there is one budget; what is left over at the end is a shorter one. Without a login: Infinity.
  const budgetMs = Math.min(spanMs, DAY_MS / successes);
  const budgets = budgetMs === 0 ? 0 : Math.floor(spanMs / budgetMs);
  const guesses = budgets * guessesWithin(budgetMs, backoff) + guessesWithin(spanMs - budgets * budgetMs, backoff);
  const single = (window.past + window.future + 1) / 10 ** digits;
  return 1 - (1 - single) ** guesses;
}

/** How many guesses the waits leave room for, none of them right. */
function guessesWithin(ms: number, backoff: CheckedBackoff): number {
  let guesses = 0;
  for (let spent = 0; spent < ms; guesses++) {
    const wait = waitAfter(guesses + 1, backoff);
    if (wait === null) return guesses + 1;
    spent += wait;
  }
  return guesses;
}

function checkAmount(value: unknown, argument: string, max: number): number {
  if (typeof value !== "number" || !(value >= 0 && value <= max)) refuse(argument, `a number from 0 to ${max}`);
  return value;
}
