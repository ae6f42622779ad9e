// Clocks and moments.
import { checkInteger } from "./check.ts";

/** The last moment that a `Date` can hold. */
export const MAX_TIME_MS = 8.64e15;

export const DAY_MS = 86_400_000;

/** Returns milliseconds since 1970, like `Date.now`. */
export type Clock = () => number;

/** Checks the time that a clock or a caller gives, in milliseconds since 1970. */
export function checkNow(now: unknown): number {
  return checkInteger(now, "now", 0, MAX_TIME_MS);
}
