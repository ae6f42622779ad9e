// The options of sent codes, checked, with their defaults.
import { Digester, type Pepper } from "../attempts/pepper.ts";
import { type Attempts, type CheckedAttempts, checkAttempts } from "../attempts/policy.ts";
import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { type Alphabet, CROCKFORD, DIGITS, readSymbols } from "../encoding/alphabet.ts";
import { checkIdentifier } from "../store/store-key.ts";
import { MAX_TIME_MS } from "../time.ts";

/** What a sent code looks like. */
export interface PasscodeFormat {
  /** 6 to 10; 4 and 5 with `allowShort`. Default: 6. */
  readonly digits?: number | undefined;
  /**
   * Instead of digits: 4 to 10 letters and digits that cannot be confused (Crockford's base 32), at least one of them a digit.
   * Read in either case.
   */
  readonly characters?: number | undefined;
  /** Allows 4 or 5 digits. Default: false. */
  readonly allowShort?: boolean | undefined;
}

/** A code that is accepted without being sent, for the reviewers of an app store. Failures count as always. */
export interface TestCode {
  readonly subject: string;
  readonly purpose: string;
  /** A code of the policy's format. It is accepted as often as it is entered, in every context. */
  readonly code: string;
  /** When it ends, in milliseconds since 1970. */
  readonly until: number;
}

/** How sent codes look, how long they live, and how often they may be tried and sent. */
export interface SentCodePolicy extends PasscodeFormat {
  /** How long a code lives: 1,000 to 600,000 ms (NIST SP 800-63B section 3.1.3); to 86,400,000 with `email`. Default: 300,000. */
  readonly ttlMs?: number | undefined;
  /** Codes are sent by mail only, which allows a `ttlMs` of up to a day. Default: false. */
  readonly email?: boolean | undefined;
  /** Wrong codes that end a code: 1 to 10. Default: 5. */
  readonly triesPerCode?: number | undefined;
  /** Until another code may be sent: 0 to 600,000 ms. Default: 30,000. */
  readonly resendAfterMs?: number | undefined;
  /** Codes sent in any 15 minutes: 1 to 10. Default: 5. */
  readonly maxSends?: number | undefined;
  /** How many of the last codes stay valid until they expire: 1 to 3. Default: 2. */
  readonly keep?: number | undefined;
  /** Up to 100. Default: none. */
  readonly testCodes?: readonly TestCode[] | undefined;
}

/** The policy of sent codes, and how failures are answered. */
export interface PasscodePolicy extends SentCodePolicy {
  readonly pepper: Pepper;
  /**
   * How failures are answered over all codes of a subject and purpose, or `"host"`. Default of `monthly` here: 100, because
   * `keep` is 2.
   */
  readonly attempts?: Attempts | undefined;
}

export interface CheckedFormat {
  readonly alphabet: Alphabet;
  readonly length: number;
}

export interface CheckedSentCodePolicy extends CheckedFormat {
  readonly ttlMs: number;
  readonly triesPerCode: number;
  readonly resendAfterMs: number;
  readonly maxSends: number;
  readonly keep: number;
  /** How many codes are remembered: those that are kept, and the ones before them. */
  readonly remembered: number;
  readonly testCodes: readonly TestCode[];
  readonly digester: Digester;
}

export interface CheckedPasscodePolicy {
  readonly sent: CheckedSentCodePolicy;
  readonly attempts: CheckedAttempts;
}

export const FORMAT_OPTIONS: Options<PasscodeFormat> = { digits: true, characters: true, allowShort: true };
export const SENT_CODE_OPTIONS: Options<SentCodePolicy> = {
  ...FORMAT_OPTIONS,
  ttlMs: true,
  email: true,
  triesPerCode: true,
  resendAfterMs: true,
  maxSends: true,
  keep: true,
  testCodes: true,
};
export const PASSCODE_OPTIONS: Options<PasscodePolicy> = { ...SENT_CODE_OPTIONS, pepper: true, attempts: true };
const TEST_CODE_OPTIONS: Options<TestCode> = { subject: true, purpose: true, code: true, until: true };

/** The span of `maxSends`. */
export const SENDS_PERIOD_MS = 900_000;
export const MAX_SENDS = 10;
export const MAX_TRIES = 10;
export const MAX_TTL_MS = 86_400_000;
/** NIST SP 800-63B section 3.1.3. */
const MAX_OUT_OF_BAND_TTL_MS = 600_000;
export const MAX_KEPT = 3;
/** Codes before the kept ones that are still known, so that they are refused as superseded and not counted as guesses. */
const SUPERSEDED = 3;
export const MAX_REMEMBERED = MAX_KEPT + SUPERSEDED;
const MAX_TEST_CODES = 100;
/** Two codes are alive by default, so the default of 200 would be twice the risk of an authenticator's codes. */
const MONTHLY = 100;

export function checkFormat({ digits, characters, allowShort = false }: PasscodeFormat): CheckedFormat {
  if (typeof allowShort !== "boolean") refuse("allowShort", "a boolean");
  if (characters !== undefined) {
    if (digits !== undefined) refuse("characters", "left out where there are digits");
    // 32^4 - 22^4 is 814,320: nearly as many as there are codes of six digits.
    return { alphabet: CROCKFORD, length: checkInteger(characters, "characters", 4, 10) };
  }
  const length = digits === undefined ? 6 : checkInteger(digits, "digits", allowShort ? 4 : 6, 10);
  return { alphabet: DIGITS, length };
}

export function checkKeep(keep: unknown = 2): number {
  return checkInteger(keep, "keep", 1, MAX_KEPT);
}

/**
 * The policy of the codes themselves. `policy` may have other fields, which the service has checked.
 *
 * @param superseded - how many codes before the kept ones are remembered. An account remembers fewer, to keep its record small.
 */
export function checkSentCodePolicy(
  policy: SentCodePolicy,
  digester: Digester,
  superseded = SUPERSEDED,
): CheckedSentCodePolicy {
  const { email = false, ttlMs = 300_000, triesPerCode = 5, resendAfterMs = 30_000, maxSends = 5 } = policy;
  if (typeof email !== "boolean") refuse("email", "a boolean");
  const format = checkFormat(policy);
  const kept = checkKeep(policy.keep);
  return {
    ...format,
    ttlMs: checkInteger(ttlMs, "ttlMs", 1000, email ? MAX_TTL_MS : MAX_OUT_OF_BAND_TTL_MS),
    triesPerCode: checkInteger(triesPerCode, "triesPerCode", 1, MAX_TRIES),
    resendAfterMs: checkInteger(resendAfterMs, "resendAfterMs", 0, 600_000),
    maxSends: checkInteger(maxSends, "maxSends", 1, MAX_SENDS),
    keep: kept,
    remembered: kept + superseded,
    testCodes: checkTestCodes(policy.testCodes, format),
    digester,
  };
}

/** The whole policy. `policy` may have other fields, which the service has checked. */
export function checkPasscodePolicy(policy: PasscodePolicy): CheckedPasscodePolicy {
  return {
    sent: checkSentCodePolicy(policy, new Digester(policy.pepper)),
    attempts: checkAttempts(policy.attempts, MONTHLY),
  };
}

function checkTestCodes(testCodes: unknown = [], { alphabet, length }: CheckedFormat): readonly TestCode[] {
  if (!Array.isArray(testCodes) || testCodes.length > MAX_TEST_CODES) {
    refuse("testCodes", `a list of up to ${MAX_TEST_CODES} test codes`);
  }
  return Array.from(testCodes as readonly TestCode[], (testCode, i) => {
    const name = `testCodes[${i}]`;
    checkOptions(testCode, TEST_CODE_OPTIONS, name);
    const code = readSymbols(testCode.code, alphabet, length);
    if (code === null) refuse(`${name}.code`, "a code of the policy's format");
    return {
      subject: checkIdentifier(testCode.subject, `${name}.subject`),
      purpose: checkIdentifier(testCode.purpose, `${name}.purpose`),
      code,
      until: checkInteger(testCode.until, `${name}.until`, 0, MAX_TIME_MS),
    };
  });
}
