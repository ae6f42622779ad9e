// Counters, time steps and the clock.
import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { epochOf, periodOf, type TotpParameters } from "../key/key.ts";
import { MAX_TIME_MS } from "../time.ts";

/** The last value of the 8-byte counter (RFC 4226 section 5.1). */
const MAX_COUNTER = 0xffff_ffff_ffff_ffffn;

export function checkCounter(value: unknown, argument = "counter"): void {
  if (typeof value !== "bigint") checkInteger(value, argument, 0, Number.MAX_SAFE_INTEGER);
  else if (value < 0n || value > MAX_COUNTER) refuse(argument, "from 0 to 2^64 - 1");
}

/** The number of counters from this one on, at most `limit`. A search ends at the last counter of the type. */
export function countersFrom(counter: number | bigint, limit: number): number {
  const left = typeof counter === "bigint" ? MAX_COUNTER - counter : Number.MAX_SAFE_INTEGER - counter;
  return left < limit ? Number(left) + 1 : limit;
}

// The halves of a counter as signed words. A number is below 2^53, so its high half is exact below 2^21.
export function highWord(counter: number | bigint): number {
  return typeof counter === "bigint" ? Number(counter >> 32n) | 0 : (counter / 0x100000000) | 0;
}

export function lowWord(counter: number | bigint): number {
  return typeof counter === "bigint" ? Number(counter & 0xffffffffn) | 0 : counter | 0;
}

/** The moment of a code. */
export interface TimeOptions {
  /** Milliseconds since 1970, a whole number. Default: `Date.now()`. */
  readonly now?: number | undefined;
}

const TIME_OPTIONS: Options<TimeOptions> = { now: true };

/**
 * The number of the time step that `now` lies in (T in RFC 6238 section 4.2). It needs no secret.
 *
 * @param key - any object with `period` and `epoch`, both optional: a page without the secret can show a countdown.
 *
 * @example
 * ```ts
 * import { timeStep } from "otp-core";
 *
 * console.log(timeStep({}, { now: 59_000 })); // 1
 * console.log(timeStep({ period: 60 }, { now: 59_000 })); // 0
 * ```
 *
 * @throws OtpError `invalid-argument`, also if `now` is before the key's epoch: there are no negative steps.
 */
export function timeStep(key: Pick<TotpParameters, "period" | "epoch">, options: TimeOptions = {}): number {
  checkClock(key, options);
  return stepAt(key, options);
}

/**
 * Milliseconds until the next time step: 1 to the whole period. It needs no secret.
 *
 * @param key - any object with `period` and `epoch`, both optional.
 *
 * @example
 * ```ts
 * import { timeRemainingMs } from "otp-core";
 *
 * console.log(timeRemainingMs({ period: 30 }, { now: 59_000 })); // 1000
 * ```
 *
 * @throws OtpError `invalid-argument`, also if `now` is before the key's epoch.
 */
export function timeRemainingMs(key: Pick<TotpParameters, "period" | "epoch">, options: TimeOptions = {}): number {
  checkClock(key, options);
  const now = options.now === undefined ? Date.now() : options.now;
  const periodMs = periodOf(key) * 1000;
  return (stepAt(key, { now }) + 1) * periodMs - (now - epochOf(key) * 1000);
}

function checkClock(key: unknown, options: unknown): void {
  if (typeof key !== "object" || key === null) refuse("key", "an object");
  checkTimeOptions(options);
}

export function checkTimeOptions(options: unknown): void {
  checkOptions(options, TIME_OPTIONS);
}

/** The step of the moment. The key is checked here, its options were checked before. */
export function stepAt(key: { readonly period?: unknown; readonly epoch?: unknown }, options: TimeOptions): number {
  const { now } = options;
  if (now !== undefined && !(Number.isSafeInteger(now) && now >= 0 && now <= MAX_TIME_MS)) {
    // Written out, because passing `now` to checkInteger would allocate a number on every call.
    refuse("now", `an integer from 0 to ${MAX_TIME_MS}`);
  }
  return stepOf(now === undefined ? Date.now() : now, periodOf(key), epochOf(key));
}

/** The same with arguments that were checked. */
export function stepOf(now: number, period: number, epoch: number): number {
  // Adding zero turns -0 into 0.
  const elapsedMs = now - epoch * 1000 + 0;
  if (elapsedMs < 0) refuse("now", "at or after the key's epoch");
  // Exact: for an integer a < 2^53 the rounding error of a / b is below 1 / b, and a / b is at least 1 / b below the next integer.
  // Rounded down, not towards zero.
  return Math.floor(elapsedMs / (period * 1000));
}
