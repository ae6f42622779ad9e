// Bounds on waiting: the deadline of a call, and pauses.
import { randomBytes } from "../../encoding/random.ts";

// Servers have both timers. Where there are none, no wait is bounded and no pause is made.
interface Timers {
  setTimeout?(run: () => void, ms: number): unknown;
  clearTimeout?(timer: unknown): void;
}
const timers = globalThis as Timers;

/** Something did not answer before the deadline. */
export class TimeUp extends Error {
  override readonly name = "TimeUp";
}

/**
 * The deadline of one call, over everything that the call waits for, one thing after the other. The timer starts with the first
 * wait that is not over immediately, because a timer costs more than a whole step in memory.
 */
export class TimeLimit {
  readonly ms: number;
  #timer: unknown;
  #isOver = false;
  /** Ends the present wait. */
  #giveUp: (() => void) | undefined;

  constructor(ms: number) {
    this.ms = ms;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Resolves or rejects as `result` does, or rejects with `TimeUp` at the deadline.
   *
   * @param who - the subject of the error's sentence.
   */
  within<T>(result: PromiseLike<T>, who: string): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = () => reject(new TimeUp(`${who} did not answer within ${this.ms} ms`));
      result.then(
        (value) => {
          this.#giveUp = undefined;
          resolve(value);
        },
        (error) => {
          this.#giveUp = undefined;
          reject(error);
        },
      );
      // One microtask later: memory has answered by then.
      if (this.#timer === undefined || this.#isOver) SETTLED.then(() => this.start());
    });
  }

  /** Stops the timer. */
  clear(): void {
    clearTimer(this.#timer);
  }

  private start(): void {
    if (this.#giveUp === undefined) return;
    if (this.#isOver) this.#giveUp();
    else this.#timer ??= startTimer(() => this.end(), this.ms);
  }

  private end(): void {
    this.#isOver = true;
    this.#giveUp?.();
  }
}

const SETTLED = /* @__PURE__ */ Promise.resolve();

/** Returns undefined where there are no timers. */
export function startTimer(run: () => void, ms: number): unknown {
  return timers.setTimeout?.(run, ms);
}

export function clearTimer(timer: unknown): void {
  // Hermes throws for what was never a timer.
  if (timer !== undefined) timers.clearTimeout?.(timer);
}

/** Random pause of up to 2^n ms, at most 64, so that racing calls separate. */
export function pause(number: number): Promise<void> {
  return sleep(((randomBytes(1)[0] as number) / 256) * Math.min(2 ** number, 64));
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (timers.setTimeout === undefined) resolve();
    else timers.setTimeout(resolve, ms);
  });
}
