// What may happen to a subject in the course of time.
import fc from "fast-check";
import type { GuardPolicy } from "otp-core/guard";
import type { ModelPolicy } from "./model.ts";

export type Act =
  /** The clock moves, forwards or back. */
  | { readonly act: "tick"; readonly ms: number }
  /** The code of an authenticator that is so many steps or counters from the one that is due. */
  | { readonly act: "type"; readonly key: number; readonly distance: number }
  /** A code that was accepted before. */
  | { readonly act: "again"; readonly back: number }
  | { readonly act: "guess"; readonly code: string }
  | {
      readonly act: "resync";
      readonly key: number;
      readonly distance: number;
      readonly count: number;
      readonly gap: boolean;
    }
  | { readonly act: "remove"; readonly key: number }
  | { readonly act: "malformed" | "unlock" | "forget" | "status" };

const STEP = 30_000;
const HOUR = 3_600_000;

const ticks = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 2 * STEP }) },
  { weight: 3, arbitrary: fc.integer({ min: STEP, max: 2 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: HOUR, max: 100 * 24 * HOUR }) },
  { weight: 2, arbitrary: fc.integer({ min: -3 * STEP, max: -1 }) },
  { weight: 1, arbitrary: fc.integer({ min: -24 * HOUR, max: -STEP }) },
);

const distances = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -1, max: 1 }) },
  { weight: 2, arbitrary: fc.integer({ min: -12, max: 12 }) },
);

/** Which of the authenticators, if there are two. */
const key = fc.integer({ min: 0, max: 1 });

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant("tick"), ms: ticks }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant("type"), key, distance: distances }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant("guess"), code: fc.constantFrom("000000", "000001", "424242") }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("again"), back: fc.integer({ min: 0, max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("resync"),
      key,
      distance: fc.integer({ min: -140, max: 140 }),
      count: fc.integer({ min: 2, max: 4 }),
      gap: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom("malformed", "unlock", "status") }) },
);

/** Most subjects are never forgotten, and few authenticators are removed. */
const rareActs: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ act: fc.constant("forget") }),
  fc.record({ act: fc.constant("remove"), key }),
);

export const histories: fc.Arbitrary<readonly Act[]> = fc
  .tuple(
    fc.array(acts, { minLength: 1, maxLength: 60, size: "max" }),
    fc.option(fc.tuple(rareActs, fc.array(acts, { maxLength: 20 })), { freq: 4 }),
  )
  .map(([life, rest]) => (rest === null ? life : [...life, rest[0], ...rest[1]]));

/** A policy as it may be written, and what it means. */
export interface Policy {
  readonly written: GuardPolicy;
  readonly meant: ModelPolicy;
}

const attempts = fc
  .record(
    {
      freeFailures: fc.integer({ min: 0, max: 6 }),
      firstWaitMs: fc.integer({ min: 1000, max: 60_000 }),
      maxWaitMs: fc.integer({ min: 60_000, max: HOUR }),
      disableAfter: fc.integer({ min: 1, max: 14 }),
      monthly: fc.integer({ min: 10, max: 30 }),
    },
    { requiredKeys: [] },
  )
  .map((written) => ({
    written,
    meant: { freeFailures: 4, firstWaitMs: 30_000, maxWaitMs: 3_600_000, disableAfter: 100, monthly: 200, ...written },
  }));

const windows = fc.oneof(
  fc.constant({ written: {}, meant: { past: 1, future: 1 } }),
  fc.integer({ min: 0, max: 3 }).map((window) => ({ written: { window }, meant: { past: window, future: window } })),
  fc
    .record({ past: fc.integer({ min: 0, max: 10 }), future: fc.integer({ min: 0, max: 10 }) })
    .map((window) => ({ written: { window }, meant: window })),
);

const optional = fc.record(
  { lookAhead: fc.integer({ min: 0, max: 15 }), resyncWindow: fc.integer({ min: 0, max: 130 }) },
  { requiredKeys: [] },
);

export const policies: fc.Arbitrary<Policy> = fc
  .tuple(windows, attempts, optional, fc.constantFrom(0, 0, 1, 3))
  .map(([window, attempt, rest, maxLearntDrift]) => ({
    written: {
      ...window.written,
      ...rest,
      attempts: attempt.written,
      learnDrift: maxLearntDrift === 0 ? undefined : { max: maxLearntDrift },
    },
    meant: {
      ...window.meant,
      ...attempt.meant,
      lookAhead: 10,
      resyncWindow: undefined,
      ...rest,
      maxLearntDrift,
    },
  }));
