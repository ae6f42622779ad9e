// The bucket of limiters, `monthly`, devices and sends, for servers whose clocks disagree.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Bucket,
  type BucketRate,
  EMPTY_BUCKET,
  emptyAt,
  leak,
  MAX_CLOCK_SKEW_MS,
  takeTurns,
  waitForTurn,
} from "../../src/attempts/leaky-bucket.ts";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;

/** One turn as a service takes it: a refusal stores nothing but a moment that was moved back. */
function take(bucket: Bucket, rate: BucketRate, now: number): { readonly taken: boolean; readonly bucket: Bucket } {
  const leaked = leak(bucket, rate, now);
  if (waitForTurn(leaked, rate, now) === 0) return { taken: true, bucket: takeTurns(leaked, rate, 1) };
  return { taken: false, bucket: leaked.movedAt === bucket.movedAt ? bucket : leaked };
}

const rates = fc.record({ limit: fc.integer({ min: 1, max: 20 }), perMs: fc.integer({ min: 1, max: 100_000 }) });

describe("a leaky bucket", () => {
  it("gives `limit` turns together, and the next one after the time that it names", () => {
    fc.assert(
      fc.property(rates, (rate) => {
        let bucket = EMPTY_BUCKET;
        for (let turn = 0; turn < rate.limit; turn++) {
          const { taken, bucket: next } = take(bucket, rate, NOW);
          expect(taken).toBe(true);
          bucket = next;
        }
        const wait = waitForTurn(leak(bucket, rate, NOW), rate, NOW);
        expect(wait).toBe(Math.ceil(rate.perMs / rate.limit));
        expect(take(bucket, rate, NOW + wait - 1).taken).toBe(false);
        expect(take(bucket, rate, NOW + wait).taken).toBe(true);
        expect(emptyAt(bucket, rate)).toBe(NOW + rate.perMs);
        expect(leak(bucket, rate, NOW + rate.perMs).level).toBe(0);
      }),
    );
  });

  it("holds its law for servers whose clocks differ by up to ten minutes, however they take turns (field C2)", () => {
    const servers = fc.array(
      fc.record({ late: fc.integer({ min: 0, max: 1000 }), skew: fc.double({ min: 0, max: 1, noNaN: true }) }),
      { minLength: 1, maxLength: 400, size: "max" },
    );
    const skews = fc.oneof(fc.constant(30_000), fc.integer({ min: 0, max: MAX_CLOCK_SKEW_MS }));
    fc.assert(
      fc.property(rates, skews, servers, (rate, skew, turns) => {
        let bucket = EMPTY_BUCKET;
        let time = NOW;
        let taken = 0;
        for (const turn of turns) {
          time += turn.late;
          const result = take(bucket, rate, time + Math.round(turn.skew * skew));
          bucket = result.bucket;
          if (result.taken) taken++;
        }
        const law = rate.limit + ((time - NOW + skew) * rate.limit) / rate.perMs;
        expect(taken).toBeLessThanOrEqual(law);
      }),
      { numRuns: 500 },
    );
  });

  it("lets through 10 of 600 turns, not all, for two servers 30 s apart that take turns every 100 ms (field C2)", () => {
    const rate = { limit: 5, perMs: 60_000 };
    let bucket = EMPTY_BUCKET;
    let taken = 0;
    for (let i = 0; i < 600; i++) {
      const result = take(bucket, rate, NOW + i * 100 + (i % 2) * 30_000);
      bucket = result.bucket;
      if (result.taken) taken++;
    }
    expect(taken).toBe(10);
    expect(taken).toBeLessThanOrEqual(5 + ((59_900 + 30_000) * 5) / 60_000);
  });

  it("concedes `limit` more in ten minutes to servers that disagree by more than ten minutes", () => {
    const rate = { limit: 5, perMs: 60_000 };
    let bucket = EMPTY_BUCKET;
    let taken = 0;
    const minutes = 60;
    for (let i = 0; i < minutes * 60; i++) {
      const result = take(bucket, rate, NOW + i * 1000 + (i % 2) * 2 * DAY);
      bucket = result.bucket;
      if (result.taken) taken++;
    }
    // Each of the six moves in an hour empties the bucket at most once.
    expect(taken).toBeLessThanOrEqual(5 + minutes * 5 + 7 * 5);
  });

  it("opens again within ten minutes and `perMs` after a clock that was a day ahead for a minute", () => {
    const rate = { limit: 5, perMs: 60_000 };
    let bucket = EMPTY_BUCKET;
    // A first move, so that the next one has to wait for its ten minutes.
    bucket = take(bucket, rate, NOW + DAY).bucket;
    bucket = take(bucket, rate, NOW).bucket;
    for (let i = 0; i < 60; i++) bucket = take(bucket, rate, NOW + DAY + i * 1000).bucket;
    let opened: number | null = null;
    for (let now = NOW + 60_000; opened === null; now += 1000) {
      const result = take(bucket, rate, now);
      bucket = result.bucket;
      if (result.taken) opened = now;
    }
    expect(opened - (NOW + 60_000)).toBeLessThanOrEqual(MAX_CLOCK_SKEW_MS + rate.perMs);
  });

  it("does not believe a second time within ten minutes that the clock went back", () => {
    const rate = { limit: 5, perMs: 60_000 };
    const ahead: Bucket = { level: 5 * rate.perMs, at: NOW + DAY, movedAt: null };
    const moved = leak(ahead, rate, NOW);
    expect(moved).toEqual({ level: 5 * rate.perMs, at: NOW, movedAt: NOW });
    const again: Bucket = { ...moved, at: NOW + DAY };
    expect(leak(again, rate, NOW + MAX_CLOCK_SKEW_MS - 1)).toBe(again);
    expect(waitForTurn(again, rate, NOW)).toBe(MAX_CLOCK_SKEW_MS + 12_000);
    expect(leak(again, rate, NOW + MAX_CLOCK_SKEW_MS)).toEqual({ ...moved, at: NOW + 600_000, movedAt: NOW + 600_000 });
  });

  it("believes a clock that was set back to 1970, as one without a battery is", () => {
    const full: Bucket = { level: 300_000, at: NOW, movedAt: null };
    expect(leak(full, { limit: 5, perMs: 60_000 }, 1000)).toEqual({ level: 300_000, at: 1000, movedAt: 1000 });
  });

  it("gives the last turn that fits now, also to a server whose clock is behind the one that took the turn before", () => {
    const rate = { limit: 5, perMs: 60_000 };
    const ahead = { at: NOW + MAX_CLOCK_SKEW_MS / 2, movedAt: null };
    expect(waitForTurn({ ...ahead, level: 4 * rate.perMs }, rate, NOW)).toBe(0);
    expect(waitForTurn({ ...ahead, level: 4 * rate.perMs + 1 }, rate, NOW)).toBe(MAX_CLOCK_SKEW_MS / 2 + 1);
  });

  it("does not move for a moment of exactly ten minutes ahead", () => {
    const rate = { limit: 5, perMs: 60_000 };
    const ahead: Bucket = { level: 0, at: NOW + MAX_CLOCK_SKEW_MS, movedAt: null };
    expect(leak(ahead, rate, NOW)).toBe(ahead);
    expect(leak(ahead, rate, NOW - 1)).toEqual({ level: 0, at: NOW - 1, movedAt: NOW - 1 });
  });
});
