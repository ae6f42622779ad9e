import { checkInteger } from "../errors.ts";
import { MAX_TIME_MS } from "../key/key.ts";

/** What a clock or a caller says the time is, in milliseconds since 1970. */
export function checkNow(now: unknown): number {
  return checkInteger(now, "now", 0, MAX_TIME_MS);
}
