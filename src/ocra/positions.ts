// Which counter and which time step a response may belong to.
import { checkInteger, refuse } from "../check.ts";
import type { TimeOptions } from "../otp/counter.ts";
import { checkNow } from "../time.ts";
import type { OcraSuite } from "./suite.ts";

/** What changes from one response to the next. `null`: the suite does not have it. */
export interface Position {
  readonly counter: number | bigint | null;
  readonly step: number | bigint | null;
}

/** What says which position is meant. */
export interface PositionInput extends TimeOptions {
  /** Required if the suite has `C`: a safe integer, or a bigint up to 2^64 - 1. */
  readonly counter?: number | bigint | undefined;
  /** If the suite has `T`: the time step instead of `now`. A safe integer, or a bigint up to 2^64 - 1. */
  readonly step?: number | bigint | undefined;
}

const MAX_WORD = 0xffff_ffff_ffff_ffffn;

/** The counter and the time step that the input names. */
export function positionOf(suite: OcraSuite, input: PositionInput): Position {
  return { counter: counterOf(suite, input.counter), step: stepOf(suite, input) };
}

function counterOf(suite: OcraSuite, counter: unknown): number | bigint | null {
  if (suite.counter) return checkWord(counter, "counter");
  if (counter !== undefined) refuse("counter", "left out: the suite has no C");
  return null;
}

function stepOf({ period }: OcraSuite, { step, now }: PositionInput): number | bigint | null {
  if (now !== undefined) checkNow(now);
  if (period === null) {
    if (step !== undefined) refuse("step", "left out: the suite has no T");
    return null;
  }
  return step === undefined ? Math.floor((now ?? Date.now()) / (period * 1000)) : checkWord(step, "step");
}

function checkWord(value: unknown, argument: string): number | bigint {
  if (typeof value !== "bigint") return checkInteger(value, argument, 0, Number.MAX_SAFE_INTEGER);
  if (value < 0n || value > MAX_WORD) refuse(argument, "from 0 to 2^64 - 1");
  return value;
}

/**
 * The position itself, so many counters beyond it, and so many steps on either side. The lowest counter comes first, and of its
 * steps the latest one. Positions that do not exist are left out.
 */
export function positionsAround({ counter, step }: Position, lookAhead: number, window: number): readonly Position[] {
  const counters = counter === null ? [null] : neighbours(counter, 0, lookAhead);
  const steps = step === null ? [null] : neighbours(step, -window, window).reverse();
  return counters.flatMap((counter) => steps.map((step) => ({ counter, step })));
}

/** `value + from` to `value + to`, as far as these are counters. */
function neighbours(value: number | bigint, from: number, to: number): (number | bigint)[] {
  const all = Array.from({ length: to - from + 1 }, (_, i) => plus(value, from + i));
  return all.filter((one) => one >= 0 && one <= (typeof one === "bigint" ? MAX_WORD : Number.MAX_SAFE_INTEGER));
}

export function plus(value: number | bigint, distance: number): number | bigint {
  return typeof value === "bigint" ? value + BigInt(distance) : value + distance;
}
