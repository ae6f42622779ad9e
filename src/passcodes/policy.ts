import { type Backoff, type CheckedBackoff, checkBackoff } from "../attempts/backoff.ts";
import { type Pepper, Sealer } from "../attempts/pepper.ts";
import { checkInteger, refuse } from "../check.ts";
import { type Alphabet, CROCKFORD, DIGITS } from "../encoding/alphabet.ts";

/** What a code that is sent looks like: digits unless told. */
export interface PasscodeFormat {
  /** 6 to 10, and 6 unless told; 4 and 5 with `allowShort`. */
  readonly digits?: number | undefined;
  /** Instead of digits: 4 to 10 of Crockford's 32 letters and digits, none of which looks like another. Read in either case. */
  readonly characters?: number | undefined;
  /** Lets 4 or 5 digits pass, which fall to guessing ten or a hundred times as soon as 6. */
  readonly allowShort?: boolean | undefined;
}

/** How codes that are sent look, how long they live, and how often they may be tried and sent. */
export interface PasscodePolicy extends PasscodeFormat {
  readonly pepper: Pepper;
  /** How long a code lives: 1000 to 600000 ms (NIST SP 800-63B section 3.1.3), with `channel: "email"` to 86400000; 300000 unless told. */
  readonly ttlMs?: number | undefined;
  /** Mail takes longer to arrive: it allows a `ttlMs` of up to a day. */
  readonly channel?: "email" | undefined;
  /** Wrong codes that end a code: 1 to 10, and 5 unless told. */
  readonly attempts?: number | undefined;
  /** Until another code may be sent: 0 to 600000 ms, and 30000 unless told. */
  readonly resendAfterMs?: number | undefined;
  /** Codes sent in any 15 minutes: 1 to 10, and 5 unless told. */
  readonly maxSends?: number | undefined;
  /** How failures in a row are answered, over all the codes of a subject and purpose. They lapse 30 days after the last one. */
  readonly backoff?: Backoff | undefined;
}

export interface CheckedFormat {
  readonly alphabet: Alphabet;
  readonly length: number;
}

export interface CheckedPasscodePolicy extends CheckedFormat {
  readonly sealer: Sealer;
  readonly ttlMs: number;
  readonly attempts: number;
  readonly resendAfterMs: number;
  readonly maxSends: number;
  readonly backoff: CheckedBackoff;
}

export const FORMAT_OPTIONS = { digits: true, characters: true, allowShort: true } as const;
export const PASSCODE_OPTIONS = {
  ...FORMAT_OPTIONS,
  pepper: true,
  ttlMs: true,
  channel: true,
  attempts: true,
  resendAfterMs: true,
  maxSends: true,
  backoff: true,
} as const;

/** The period of `maxSends`. */
export const SENDS_PERIOD_MS = 900_000;
export const MOST_SENDS = 10;
export const MOST_ATTEMPTS = 10;
export const LONGEST_TTL_MS = 86_400_000;
const LONGEST_OUT_OF_BAND_MS = 600_000;

export function checkFormat({ digits, characters, allowShort = false }: PasscodeFormat): CheckedFormat {
  if (typeof allowShort !== "boolean") refuse("allowShort", "a boolean");
  if (characters !== undefined) {
    if (digits !== undefined) refuse("characters", "left out where there are digits");
    // 32^4 is more than 10^6.
    return { alphabet: CROCKFORD, length: checkInteger(characters, "characters", 4, 10) };
  }
  return {
    alphabet: DIGITS,
    length: digits === undefined ? 6 : checkInteger(digits, "digits", allowShort ? 4 : 6, 10),
  };
}

/** The policy with its defaults; `policy` may have other fields, which whoever calls has checked. */
export function checkPasscodePolicy(policy: PasscodePolicy): CheckedPasscodePolicy {
  const { channel, ttlMs = 300_000, attempts = 5, resendAfterMs = 30_000, maxSends = 5 } = policy;
  if (channel !== undefined && channel !== "email") refuse("channel", '"email", or left out');
  return {
    ...checkFormat(policy),
    sealer: new Sealer(policy.pepper),
    ttlMs: checkInteger(ttlMs, "ttlMs", 1000, channel === "email" ? LONGEST_TTL_MS : LONGEST_OUT_OF_BAND_MS),
    attempts: checkInteger(attempts, "attempts", 1, MOST_ATTEMPTS),
    resendAfterMs: checkInteger(resendAfterMs, "resendAfterMs", 0, 600_000),
    maxSends: checkInteger(maxSends, "maxSends", 1, MOST_SENDS),
    backoff: checkBackoff(policy.backoff),
  };
}
