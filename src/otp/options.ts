// The options of the verifications: their types, their limits and their checks.
import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { checkCounter, type TimeOptions } from "./counter.ts";

/** Time steps on either side of the current one, or past and future apart. */
export type Window = number | { readonly past: number; readonly future: number };

/** Two to ten consecutive codes, in the order in which they were shown. */
export type Codes = readonly [first: unknown, second: unknown, ...more: unknown[]];

/** The options of `verifyTotp` and `attemptTotp`. */
export interface VerifyTotpOptions extends TimeOptions {
  /**
   * The last accepted step. No code of this step or an earlier one is accepted (RFC 6238 section 5.2). `null` before the first
   * acceptance.
   */
  readonly after: number | null;
  /** Steps accepted around the current one: 0 to 10. Default: 1 (RFC 6238 section 5.2). */
  readonly window?: Window | undefined;
  /** By how many steps the user's clock is ahead, from an earlier match: -3000 to 3000. Default: 0 (RFC 6238 section 6). */
  readonly drift?: number | undefined;
  /** The shortest accepted secret in bytes: 1 to 64. Default: 10. */
  readonly minSecretBytes?: number | undefined;
}

/** The options of `verifyHotp` and `attemptHotp`. */
export interface VerifyHotpOptions<C extends number | bigint = number> {
  /** The next expected counter: a safe integer, or a bigint up to 2^64 - 1. */
  readonly counter: C;
  /** Counters tried beyond it: 0 to 100. Default: 10 (RFC 4226 section 7.4). */
  readonly lookAhead?: number | undefined;
  /** The shortest accepted secret in bytes: 1 to 64. Default: 10. */
  readonly minSecretBytes?: number | undefined;
}

/** The options of `resyncTotp`. */
export interface ResyncTotpOptions extends Omit<VerifyTotpOptions, "window" | "drift"> {
  /** Steps searched around the current one: 0 to 3000. Default: 120 (one hour of 30-second steps). */
  readonly window?: Window | undefined;
}

/** The options of `resyncHotp`. */
export interface ResyncHotpOptions<C extends number | bigint = number> extends Omit<VerifyHotpOptions<C>, "lookAhead"> {
  /** Counters searched beyond the expected one: 0 to 3000. Default: 100. */
  readonly lookAhead?: number | undefined;
}

interface Range {
  readonly max: number;
  readonly default: number;
}

/** RFC 6238 section 5.2 recommends one step for the delay of the network. */
export const WINDOW: Range = { max: 10, default: 1 };
/** RFC 4226 section 7.4. */
export const LOOK_AHEAD: Range = { max: 100, default: 10 };
/** RFC 6238 section 6. One hour of 30-second steps. */
export const RESYNC_WINDOW: Range = { max: 3000, default: 120 };
/** RFC 4226 section 7.4. */
export const RESYNC_LOOK_AHEAD: Range = { max: 3000, default: 100 };
/** As far as a resynchronisation searches. No match is further off, so that the drift of every match is accepted again. */
export const MAX_DRIFT = 3000;
/** RFC 4226 section 4, R6 requires 16 bytes. Ten are accepted by default, because many services enrolled such secrets. */
export const MIN_SECRET_BYTES: Range = { max: 64, default: 10 };

/** The last accepted step, or -1 for `null`, which is before step 0. */
export function checkAfter(after: unknown): number {
  if (after === null) return -1;
  if (after === undefined) refuse("after", "the last accepted step, or null before the first one");
  return checkInteger(after, "after", 0, Number.MAX_SAFE_INTEGER);
}

const WINDOW_SIDES: Options<Exclude<Window, number>> = { past: true, future: true };

/** One side of the window in steps. */
export function windowSide(window: unknown, side: "past" | "future", range: Range): number {
  if (window === undefined) return range.default;
  if (typeof window !== "object") return checkInteger(window, "window", 0, range.max);
  checkOptions(window, WINDOW_SIDES, "window");
  return checkInteger((window as Record<string, unknown>)[side], `window.${side}`, 0, range.max);
}

export function minSecretBytesOf({ minSecretBytes }: { readonly minSecretBytes?: unknown }): number {
  if (minSecretBytes === undefined) return MIN_SECRET_BYTES.default;
  return checkInteger(minSecretBytes, "minSecretBytes", 1, MIN_SECRET_BYTES.max);
}

const HOTP_OPTIONS: Options<VerifyHotpOptions> = { counter: true, lookAhead: true, minSecretBytes: true };

/** Checks the options of a HOTP function, and returns the look-ahead. */
export function checkHotpOptions(options: VerifyHotpOptions<number | bigint>, range: Range): number {
  checkOptions(options, HOTP_OPTIONS);
  checkCounter(options.counter);
  const { lookAhead } = options;
  return lookAhead === undefined ? range.default : checkInteger(lookAhead, "lookAhead", 0, range.max);
}
