// What an OCRA suite says: which hash, how many digits, and what is signed.
import { refuse } from "../check.ts";
import type { Algorithm } from "../hmac/algorithm.ts";

/** What a suite such as `OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1` says (RFC 6287 section 6). */
export interface OcraSuite {
  readonly algorithm: Algorithm;
  /** 0 (the whole digest in hexadecimal) or 4 to 10. */
  readonly digits: number;
  /** Whether a counter is signed (`C`). */
  readonly counter: boolean;
  /** `A`: letters and digits. `N`: digits. `H`: hexadecimal digits. `length`: the longest challenge of one party, 4 to 64. */
  readonly challenge: { readonly format: "A" | "N" | "H"; readonly length: number };
  /** The hash of the PIN (`P`). `null`: no PIN. */
  readonly pin: Algorithm | null;
  /** Bytes of session information (`S`), 1 to 512. `null`: none. */
  readonly session: number | null;
  /** Seconds per time step (`T`), 1 to 172,800. `null`: no time. */
  readonly period: number | null;
}

// One order and one spelling, because the text itself is signed. RFC 6287 section 6.4 has an example with `QH8`, so the length
// of a challenge may have one digit.
const SUITE =
  /^OCRA-1:HOTP-(SHA1|SHA256|SHA512)-(0|[4-9]|10):(C-)?Q([ANH])(\d{1,2})(?:-P(SHA1|SHA256|SHA512))?(?:-S(\d{3}))?(?:-T([1-9]\d?)([SMH]))?$/;

const MIN_CHALLENGE = 4;
const MAX_CHALLENGE = 64;
const MAX_SESSION_BYTES = 512;

/** The seconds of a unit, and how many of it a step may have: RFC 6287 section 6.3, erratum 3729 for hours. */
const UNITS = { S: { seconds: 1, most: 59 }, M: { seconds: 60, most: 59 }, H: { seconds: 3600, most: 48 } } as const;

/**
 * What an OCRA suite says (RFC 6287 section 6). A suite must be spelt exactly as the token has it, because its text is signed.
 *
 * @param suite - for example `OCRA-1:HOTP-SHA1-6:QN08`.
 *
 * @example
 * ```ts
 * import { parseSuite } from "otp-core/ocra";
 *
 * const { digits, challenge, period } = parseSuite("OCRA-1:HOTP-SHA512-8:QN08-T1M");
 * console.log(digits, challenge.format, challenge.length, period); // 8 N 8 60
 * ```
 *
 * @throws OtpError `invalid-argument` for text that is not a suite.
 */
export function parseSuite(suite: string): OcraSuite {
  const parts = typeof suite === "string" ? SUITE.exec(suite) : null;
  if (parts === null) refuse("suite", "an OCRA suite, such as OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1");
  const [, algorithm, digits, counter, format, length, pin = null, session, steps, unit] = parts;
  return {
    algorithm: algorithm as Algorithm,
    digits: Number(digits),
    counter: counter !== undefined,
    challenge: {
      format: format as "A" | "N" | "H",
      length: ranged(length, MIN_CHALLENGE, MAX_CHALLENGE, "challenge length"),
    },
    pin: pin as Algorithm | null,
    session: session === undefined ? null : ranged(session, 1, MAX_SESSION_BYTES, "session length"),
    period: unit === undefined ? null : periodOf(steps, UNITS[unit as keyof typeof UNITS]),
  };
}

function periodOf(steps: string | undefined, unit: { readonly seconds: number; readonly most: number }): number {
  return ranged(steps, 1, unit.most, "time step") * unit.seconds;
}

function ranged(digits: string | undefined, min: number, max: number, part: string): number {
  const value = Number(digits);
  if (value < min || value > max) refuse("suite", `an OCRA suite with a ${part} of ${min} to ${max}`);
  return value;
}
