// The timers and random numbers of a simulated world. Here they happen when the explorer decides, and not by themselves.
import { vi } from "vitest";

/** Shorter timers are pauses, longer ones that are not this long end the turn of a call: here no call waits that long. */
const LONGEST_PAUSE_MS = 64;
const TIME_LIMIT_MS = 10_000;

/** Never starts again: a nonce of an earlier world may be in a record, or drawn and not yet used. */
let drawn = 0;
/** The symbols of a nonce. Each one is made of the low five bits of a byte. */
const NONCE_LENGTH = 20;

/** A timer that has not fired by itself. */
export interface Timer {
  readonly run: () => void;
  isCleared: boolean;
}

let timeLimitOf: (timer: Timer) => void = () => {};

/** From now on a time limit that is set belongs to the process that `take` speaks for: one process moves at a time. */
export function giveTimeLimitsTo(take: (timer: Timer) => void): void {
  timeLimitOf = take;
}

/**
 * Runs `body` where nothing happens by itself. A pause takes no time, because the explorer decides on the order anyway; a time
 * limit is over when the explorer says so; and random bytes count upwards, so that every nonce is a fresh one.
 */
export async function withWorldRuntime<T>(body: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  vi.stubGlobal("setTimeout", (run: () => void, ms: number) => {
    if (ms <= LONGEST_PAUSE_MS) queueMicrotask(run);
    const timer: Timer = { run, isCleared: false };
    if (ms === TIME_LIMIT_MS) timeLimitOf(timer);
    return timer;
  });
  vi.stubGlobal("clearTimeout", (timer: Timer) => {
    timer.isCleared = true;
  });
  vi.stubGlobal("crypto", {
    getRandomValues(bytes: Uint8Array) {
      for (let i = 0; i < bytes.length; i++) {
        const digit = i % NONCE_LENGTH;
        if (digit === 0) drawn++;
        // Digits in base 32, so that no two nonces are equal.
        bytes[i] = Math.floor(drawn / 32 ** digit) % 32;
      }
    },
  });
  // Errors are thrown by the hundred thousand, and what led to them is in the trace of the explorer.
  Error.stackTraceLimit = 0;
  try {
    return await body();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    vi.unstubAllGlobals();
  }
}
