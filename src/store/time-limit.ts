import { randomBytes } from "../encoding/random.ts";

// Bounds on waiting. A server has both timers; where there are none, nothing is bounded and nothing is paused for.
interface Timers {
  setTimeout?(run: () => void, ms: number): unknown;
  clearTimeout?(timer: unknown): void;
}
const timers = globalThis as Timers;

/** One stretch of time, for all that is awaited in it. */
export interface TimeLimit {
  /** What `result` resolves to, or a rejection once the time is up: a connection that hangs must not hang us. */
  within<T>(result: Promise<T>): Promise<T>;
  /** Whether the time is up. */
  isOver(): boolean;
  clear(): void;
}

export function timeLimit(ms: number): TimeLimit {
  let timer: unknown;
  let late: Promise<never> | undefined;
  let over = false;
  const startTimer = () =>
    new Promise<never>((_, reject) => {
      timer = timers.setTimeout?.(() => {
        over = true;
        reject(new Error(`the store did not answer within ${ms} ms`));
      }, ms);
    });
  return {
    async within(result) {
      // Memory answers at once, and a timer would cost more than all the rest.
      let settled = false;
      const settle = () => {
        settled = true;
      };
      result.then(settle, settle);
      await undefined;
      if (settled) return result;
      late ??= startTimer();
      return Promise.race([result, late]);
    },
    isOver: () => over,
    clear() {
      // Hermes does not clear what never was a timer, but throws.
      if (timer !== undefined) timers.clearTimeout?.(timer);
    },
  };
}

/** A few milliseconds, at random and more from one to the next, so that those who met once do not meet again. */
export function pause(number: number): Promise<void> {
  return sleep(((randomBytes(1)[0] as number) / 256) * Math.min(2 ** number, 64));
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (timers.setTimeout === undefined) resolve();
    else timers.setTimeout(resolve, ms);
  });
}
