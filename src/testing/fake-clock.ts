// A clock that tests move.
import { checkInteger, refuse } from "../check.ts";
import type { Clock } from "../time.ts";
import { MAX_TIME_MS } from "../time.ts";

/** A clock that a test moves, for everything that takes a `clock`. */
export interface FakeClock extends Clock {
  /** Moves forwards by so many milliseconds, backwards with a negative number. */
  advance(ms: number): void;
  /** Moves to this moment, in milliseconds since 1970. */
  set(now: number): void;
}

/**
 * A clock for tests.
 *
 * @param start - milliseconds since 1970.
 *
 * @example
 * ```ts
 * import { fakeClock } from "otp-core/testing";
 *
 * const clock = fakeClock(59_000);
 * clock.advance(30_000);
 * console.log(clock()); // 89000
 * ```
 *
 * @throws OtpError `invalid-argument` for anything that is not a moment.
 */
export function fakeClock(start: number): FakeClock {
  let now = moment(start, "start");
  const clock = () => now;
  return Object.assign(clock, {
    advance(ms: number) {
      now = moment(now + checkInteger(ms, "ms", -MAX_TIME_MS, MAX_TIME_MS), "ms");
    },
    set(time: number) {
      now = moment(time, "now");
    },
  });
}

function moment(value: number, argument: string): number {
  return checkInteger(value, argument, 0, MAX_TIME_MS);
}

/** Whether a test can move this clock. */
export function isMovable(clock: Clock): clock is FakeClock {
  return typeof (clock as Partial<FakeClock>).advance === "function";
}

export function checkMovable(clock: unknown): void {
  if (typeof clock !== "function" || !isMovable(clock as Clock)) refuse("clock", "a fakeClock");
}
