// The clockwork of a world: whatever would happen by itself in a real runtime happens here when somebody says so.
import { vi } from "vitest";

/** Shorter ones are pauses. */
const SHORTEST_LIMIT_MS = 1000;

let timeLimitOf: (timeUp: () => void) => void = () => {};

/** From now on a time limit that is set belongs to whoever `take` speaks for: one process moves at a time. */
export function giveTimeLimitsTo(take: (timeUp: () => void) => void): void {
  timeLimitOf = take;
}

/**
 * Runs `body` where nothing happens by itself. A pause takes no time, because the explorer decides on the order anyway; a time
 * limit is over when the explorer says so; and random bytes are counted up, so that every run can be repeated.
 */
export async function withWorldRuntime<T>(body: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  let drawn = 0;
  vi.stubGlobal("setTimeout", (run: () => void, ms: number) => {
    if (ms < SHORTEST_LIMIT_MS) queueMicrotask(run);
    else timeLimitOf(run);
  });
  vi.stubGlobal("clearTimeout", () => {});
  vi.stubGlobal("crypto", {
    getRandomValues(bytes: Uint8Array) {
      drawn++;
      for (let i = 0; i < bytes.length; i++) bytes[i] = drawn >>> (8 * (i % 4));
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
