// A limiter whose servers' clocks disagree. The law, and the rules that break it: guides/design.md says why this one was chosen.
import fc from "fast-check";
import { createLimiter } from "otp-core/limiter";
import { memoryStore } from "otp-core/store";
import { describe, expect, it } from "vitest";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const SKEW = 10 * MINUTE;

/** One server takes a turn: `after` milliseconds after the last one, by a clock that is `ahead` of the right one. */
interface Turn {
  readonly after: number;
  readonly ahead: number;
}

interface Rate {
  readonly limit: number;
  readonly perMs: number;
}

/** A record as a simpler rule might keep it. */
interface Bucket {
  readonly level: number;
  readonly at: number;
}

/** Where the bucket is, before it leaks, when a server looks at it whose clock says `now`. */
type Rule = (bucket: Bucket, rate: Rate, now: number) => Bucket;

const BROKEN: Readonly<Record<string, Rule>> = {
  "the moment is always now": (bucket, _, now) => ({ ...bucket, at: Math.min(bucket.at, now) }),
  "the moment never moves back": (bucket) => bucket,
  "more than perMs ahead, the clock went back": (bucket, { perMs }, now) =>
    bucket.at - now > perMs ? { ...bucket, at: now } : bucket,
  "more than ten minutes ahead, the clock went back": (bucket, _, now) =>
    bucket.at - now > SKEW ? { ...bucket, at: now } : bucket,
};

type Take = (now: number) => boolean | Promise<boolean>;

function takeBy(rule: Rule, rate: Rate): Take {
  let bucket: Bucket = { level: 0, at: 0 };
  const full = rate.limit * rate.perMs;
  return (now) => {
    const placed = rule(bucket, rate, now);
    const leaked = Math.max(0, placed.level - Math.max(0, now - placed.at) * rate.limit);
    const at = Math.max(placed.at, now);
    const taken = leaked + rate.perMs <= full;
    if (taken) bucket = { level: leaked + rate.perMs, at };
    else if (placed.at < bucket.at) bucket = { level: placed.level, at: placed.at };
    return taken;
  };
}

/** The limiter itself: one store, and a server of its own for each clock. */
function takeByLimiter(rate: Rate): Take {
  const store = memoryStore({ clock: () => 0 });
  return (now) => createLimiter({ store, name: "skew", ...rate, clock: () => now }).take("a");
}

/** Turns that were taken beyond the law, for clocks that differ by at most `skew`. */
async function excess(take: Take, { limit, perMs }: Rate, skew: number, turns: readonly Turn[]): Promise<number> {
  let time = NOW;
  let taken = 0;
  let worst = 0;
  for (const { after, ahead } of turns) {
    time += after;
    if (await take(time + ahead)) taken++;
    worst = Math.max(worst, taken - Math.floor(limit + ((time - NOW + skew) * limit) / perMs));
  }
  return worst;
}

/** Turns of two servers in turn, so far apart. */
const inTurn = (skew: number, count: number, after = 100): Turn[] =>
  Array.from({ length: count }, (_, i) => ({ after, ahead: (i % 2) * skew }));

/** How long no turn is left after a clock was a day ahead for a minute, or Infinity. */
async function lockOut(take: Take, rate: Rate): Promise<number> {
  for (let i = 0; i < 60; i++) await take(NOW + DAY + i * 1000);
  for (let ms = 0; ms <= 2 * SKEW + rate.perMs; ms += 1000) if (await take(NOW + MINUTE + ms)) return ms;
  return Number.POSITIVE_INFINITY;
}

const RATE = { limit: 5, perMs: MINUTE };

describe("servers whose clocks differ by at most ten minutes", () => {
  it("let through at most limit + (t + skew) * limit / perMs, however they take turns (field C2)", async () => {
    const rates = fc.record({
      limit: fc.integer({ min: 1, max: 10 }),
      perMs: fc.constantFrom(1000, MINUTE, 20 * MINUTE),
    });
    const skews = fc.oneof(fc.constantFrom(0, 30_000, SKEW), fc.integer({ min: 0, max: SKEW }));
    const turns = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(0, 0.5, 1)), {
      minLength: 1,
      maxLength: 80,
      size: "max",
    });
    const law = fc.asyncProperty(rates, skews, turns, async (rate, skew, moves) => {
      const schedule = moves.map(([after, part]) => ({ after, ahead: Math.round(part * skew) }));
      expect(await excess(takeByLimiter(rate), rate, skew, schedule)).toBe(0);
    });
    await fc.assert(law, { numRuns: 200 });
  });

  it("let 10 of 600 turns through if they are 30 s apart and take one every 100 ms", async () => {
    const take = takeByLimiter(RATE);
    let taken = 0;
    for (const [i, { ahead }] of inTurn(30_000, 600).entries()) if (await take(NOW + i * 100 + ahead)) taken++;
    expect(taken).toBe(10);
  });

  it("concede at most limit more in ten minutes if they differ by more", async () => {
    const turns = inTurn(11 * MINUTE, 3600, 1000);
    expect(await excess(takeByLimiter(RATE), RATE, 11 * MINUTE, turns)).toBeLessThanOrEqual(6 * RATE.limit);
  });

  it("have turns again within ten minutes and perMs after a clock that was a day ahead", async () => {
    expect(await lockOut(takeByLimiter(RATE), RATE)).toBeLessThanOrEqual(SKEW + RATE.perMs);
    // The same if that clock had been believed a moment before.
    const take = takeByLimiter(RATE);
    await take(NOW + DAY);
    await take(NOW);
    expect(await lockOut(take, RATE)).toBeLessThanOrEqual(SKEW + RATE.perMs);
  });
});

describe("a simpler rule is noticed", () => {
  const [always, never, bySpan, byTenMinutes] = Object.values(BROKEN) as [Rule, Rule, Rule, Rule];

  it("that sets the moment to now: all of 600 turns are let through", async () => {
    expect(await excess(takeBy(always, RATE), RATE, 30_000, inTurn(30_000, 600))).toBeGreaterThan(500);
    expect(await lockOut(takeBy(always, RATE), RATE)).toBeLessThan(SKEW);
  });

  it("that never moves the moment back: a day without turns", async () => {
    expect(await excess(takeBy(never, RATE), RATE, 30_000, inTurn(30_000, 600))).toBe(0);
    expect(await lockOut(takeBy(never, RATE), RATE)).toBe(Number.POSITIVE_INFINITY);
  });

  it("that believes anything beyond perMs: wide open for clocks further apart than that", async () => {
    expect(await excess(takeBy(bySpan, RATE), RATE, 2 * MINUTE, inTurn(2 * MINUTE, 600))).toBeGreaterThan(500);
    expect(await lockOut(takeBy(bySpan, RATE), RATE)).toBeLessThan(SKEW);
  });

  it("that believes anything beyond ten minutes, each time: wide open at eleven", async () => {
    expect(await excess(takeBy(byTenMinutes, RATE), RATE, SKEW, inTurn(SKEW, 600))).toBe(0);
    const skew = 11 * MINUTE;
    expect(await excess(takeBy(byTenMinutes, RATE), RATE, skew, inTurn(skew, 3600, 1000))).toBeGreaterThan(3000);
  });
});
