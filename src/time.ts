import { checkInteger } from "./check.ts";

/** The last moment that a `Date` can hold. */
export const MAX_TIME_MS = 8.64e15;

export const DAY_MS = 86_400_000;

/** Milliseconds since 1970, like `Date.now`. */
export type Clock = () => number;

/** What a clock or a caller says the time is, in milliseconds since 1970. */
export function checkNow(now: unknown): number {
  return checkInteger(now, "now", 0, MAX_TIME_MS);
}
