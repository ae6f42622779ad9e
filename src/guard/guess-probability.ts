// What a policy concedes to an attacker who guesses.

import {
  type AttemptPolicy,
  type CheckedAttemptPolicy,
  checkAttemptPolicy,
  costOf,
  MONTH_MS,
  waitAfter,
} from "../attempts/policy.ts";
import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { digitsOf } from "../key/key.ts";
import type { Window } from "../otp/options.ts";
import { DAY_MS } from "../time.ts";
import { checkLookAhead, checkWindow } from "./policy.ts";

/** For how long an attacker guesses, and what one guess is compared with. */
export interface Exposure {
  /** Days of guessing: 0 to 36,500. */
  readonly days: number;
  /** How often a day the owner logs in: 0 to 1000, fractions allowed. Default: 0. */
  readonly successesPerDay?: number | undefined;
  /** Default: `"totp"`. */
  readonly type?: "totp" | "hotp" | undefined;
  /** 6 to 10. Default: 6. */
  readonly digits?: number | undefined;
  /** Steam Guard: five letters and digits instead of `digits`. */
  readonly encoder?: "steam" | undefined;
  /** TOTP: steps accepted around the current one, 0 to 10. Default: 1. */
  readonly window?: Window | undefined;
  /** HOTP: counters tried beyond the next one, 0 to 100. Default: 10. */
  readonly lookAhead?: number | undefined;
  /** Authenticators of the subject: 1 to 10. Default: 1. */
  readonly keys?: number | undefined;
  /**
   * How many codes are accepted at one moment: 1 to 10,000. Default: computed from `window` or `lookAhead`, and `keys`. A learnt
   * drift adds up to as many again.
   */
  readonly candidates?: number | undefined;
  /** How failures are answered. Default: the defaults of `AttemptPolicy`. */
  readonly attempts?: AttemptPolicy | undefined;
}

const OPTIONS: Options<Exposure> = {
  days: true,
  successesPerDay: true,
  type: true,
  digits: true,
  encoder: true,
  window: true,
  lookAhead: true,
  keys: true,
  candidates: true,
  attempts: true,
};

/**
 * The probability that someone who knows everything but the code gets in: 0 to 1 (RFC 4226 section 6 and appendix A.4). It is an
 * upper bound: the attacker guesses as soon as it is possible, and each login of the owner forgives the consecutive failures.
 * `monthly` bounds the guesses whatever the owner does.
 *
 * @example
 * ```ts
 * import { guessProbability } from "otp-core/guard";
 *
 * console.log(guessProbability({ days: 365 }).toFixed(4)); // 0.0003
 * console.log(guessProbability({ days: 365, successesPerDay: 3 }).toFixed(4)); // 0.0079
 * ```
 *
 * @throws OtpError `invalid-argument`.
 */
export function guessProbability(exposure: Exposure): number {
  checkOptions(exposure, OPTIONS, "exposure");
  const policy = checkAttemptPolicy(exposure.attempts);
  const spanMs = checkAmount(exposure.days, "days", 36_500) * DAY_MS;
  const successesPerDay = checkAmount(
    exposure.successesPerDay === undefined ? 0 : exposure.successesPerDay,
    "successesPerDay",
    1000,
  );
  const candidates = candidatesOf(exposure);
  const guesses = Math.min(
    guessesBetween(Math.floor((spanMs / DAY_MS) * successesPerDay), spanMs, policy),
    guessesOf(policy.monthly, candidates, spanMs),
  );
  // 0.01 at most: 10,000 candidates among a million codes.
  const single = candidates * likeliestCode(exposure);
  return 1 - (1 - single) ** guesses;
}

function candidatesOf({ type, window, lookAhead, keys, candidates }: Exposure): number {
  if (type !== undefined && type !== "totp" && type !== "hotp") refuse("type", '"totp", "hotp" or left out');
  const { past, future } = checkWindow(window);
  const ahead = checkLookAhead(lookAhead);
  const each = type === "hotp" ? ahead + 1 : past + future + 1;
  const computed = each * (keys === undefined ? 1 : checkInteger(keys, "keys", 1, 10));
  return candidates === undefined ? computed : checkInteger(candidates, "candidates", 1, 10_000);
}

const TRUNCATED_VALUES = 2 ** 31;
const STEAM_CODES = 26 ** 5;

/** The probability of the likeliest code. The truncated value has 31 bits (RFC 4226 section 5.3), which no number of codes divides. */
function likeliestCode({ digits, encoder }: Exposure): number {
  const length = digitsOf({ digits, encoder });
  const codes = encoder === undefined ? 10 ** length : STEAM_CODES;
  return Math.ceil(TRUNCATED_VALUES / codes) / TRUNCATED_VALUES;
}

/** How many guesses the waits allow. So many successes split the span into one part more, and equal parts allow the most. */
function guessesBetween(successes: number, spanMs: number, policy: CheckedAttemptPolicy): number {
  return (successes + 1) * guessesWithin(spanMs / (successes + 1), policy);
}

/** How many guesses the waits allow within a span, none of them right. */
function guessesWithin(ms: number, policy: CheckedAttemptPolicy): number {
  let guesses = 0;
  for (let spent = 0; spent < ms; guesses++) {
    const wait = waitAfter(guesses + 1, policy);
    if (wait === null) return guesses + 1;
    spent += wait;
  }
  return guesses;
}

/** How many guesses `monthly` allows: the bucket once, and what leaks in the span. The last one may overfill the bucket. */
function guessesOf(monthly: number, candidates: number, spanMs: number): number {
  const budget = monthly - 1 + (monthly * spanMs) / MONTH_MS;
  return Math.floor(1 + budget / costOf(candidates));
}

function checkAmount(value: unknown, argument: string, max: number): number {
  if (typeof value !== "number" || !(value >= 0 && value <= max)) refuse(argument, `a number from 0 to ${max}`);
  return value;
}
