import fc from "fast-check";
import { ALGORITHMS } from "./engines.ts";

// What is legal, as wide as it is legal.

export const algorithms = fc.constantFrom(...ALGORITHMS);
export const digits = fc.integer({ min: 6, max: 10 });

/** Keys of any length up to the longest one: without a size fast-check stops at a dozen bytes, far below a block. */
export const keys = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength, size: "max" });

/** Long enough to be verified, and longer than every block. */
export const secrets = keys(10, 150);

/** What the truncated values are, counter by counter and then again from the beginning. */
export const scripts = (values: readonly number[], maxLength: number) =>
  fc.array(fc.constantFrom(...values), { minLength: 1, maxLength, size: "max" });

/** Where 32 bits, their sign and a double's precision end. */
const EDGES = [0n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n] as const;
const MAX = 2n ** 64n - 1n;

const nearEdge = fc
  .tuple(fc.constantFrom(...EDGES), fc.bigInt(-120n, 120n))
  .map(([edge, distance]) => edge + distance)
  .filter((counter) => counter >= 0n && counter <= MAX);

/** Counters as a bigint, all 64 bits, most of them near an edge. */
export const counters = fc.oneof({ weight: 3, arbitrary: nearEdge }, { weight: 1, arbitrary: fc.bigInt(0n, MAX) });

/** Periods from one second to one day. */
export const periods = fc.oneof(fc.constantFrom(1, 30, 60, 86_400), fc.integer({ min: 1, max: 86_400 }));

/** From the beginning of 1970 to far beyond 2038. */
export const times = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.integer({ min: 0, max: 4_102_444_800_000 }),
  fc.integer({ min: 8.64e15 - 1e9, max: 8.64e15 }),
);

/** A window as it may be written, and what it means. */
export const windows = fc.oneof(
  fc.constant({ window: undefined, past: 1, future: 1 }),
  fc.integer({ min: 0, max: 10 }).map((steps) => ({ window: steps, past: steps, future: steps })),
  fc
    .record({ past: fc.integer({ min: 0, max: 10 }), future: fc.integer({ min: 0, max: 10 }) })
    .map((window) => ({ window, ...window })),
);
