import { checkInteger, checkOptions, refuse } from "../check.ts";
import { checkCounter, type TimeOptions } from "./counter.ts";

/** Steps, or steps on either side. */
export type Window = number | { readonly past: number; readonly future: number };

/** What `verifyTotp` has to know beside key and code. */
export interface VerifyTotpOptions extends TimeOptions {
  /** The last accepted step, which and below which nothing is accepted, or null before the first (RFC 6238 section 5.2). */
  readonly after: number | null;
  /** Steps accepted around the current one: 0 to 10, and 1 on either side unless told (RFC 6238 section 5.2). */
  readonly window?: Window | undefined;
  /** By how many steps the user's clock is ahead, from an earlier verdict; 0 unless told (RFC 6238 section 6). */
  readonly drift?: number | undefined;
  /** The shortest secret, as text or bytes, that is let pass: 10 unless told, for old enrolments. */
  readonly minSecretBytes?: number | undefined;
}

/** What `verifyHotp` and `resyncHotp` have to know beside key and code. */
export interface VerifyHotpOptions<C extends number | bigint = number> {
  /** The next expected counter: a safe integer, or a bigint up to 2^64 - 1. */
  readonly counter: C;
  /** Counters tried beyond it: 0 to 100, and 10 unless told (RFC 4226 section 7.4). For `resyncHotp` to 3000, and 100. */
  readonly lookAhead?: number | undefined;
  /** The shortest secret, as text or bytes, that is let pass: 10 unless told, for old enrolments. */
  readonly minSecretBytes?: number | undefined;
}

/** -1 stands for null: it is before every step. Step 0 is a step (trap 19). */
export function checkAfter(after: unknown): number {
  if (after === null) return -1;
  if (after === undefined) refuse("after", "the last accepted step, or null before the first one");
  return checkInteger(after, "after", 0, Number.MAX_SAFE_INTEGER);
}

/** About eleven months at 30 s: whatever a clock does, a verdict's drift is accepted when it comes back. */
export const MAX_DRIFT = 1_000_000;

const WINDOW_SIDES = { past: true, future: true } as const;

/** One side of the window in steps. */
export function windowSide(window: unknown, side: "past" | "future", max: number, otherwise: number): number {
  if (window === undefined) return otherwise;
  if (typeof window !== "object") return checkInteger(window, "window", 0, max);
  checkOptions(window, WINDOW_SIDES, "window");
  return checkInteger((window as Record<string, unknown>)[side], `window.${side}`, 0, max);
}

export function minSecretBytesOf(options: { readonly minSecretBytes?: unknown }): number {
  return options.minSecretBytes === undefined ? 10 : checkInteger(options.minSecretBytes, "minSecretBytes", 1, 1024);
}

const HOTP_OPTIONS = { counter: true, lookAhead: true, minSecretBytes: true } as const;

/** Returns the look-ahead. */
export function checkHotpOptions(options: VerifyHotpOptions<number | bigint>, max: number, otherwise: number): number {
  checkOptions(options, HOTP_OPTIONS);
  checkCounter(options.counter);
  return options.lookAhead === undefined ? otherwise : checkInteger(options.lookAhead, "lookAhead", 0, max);
}
