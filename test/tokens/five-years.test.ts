// A hardware token whose clock drifts by three time steps a year, used once a month for five years, with the settings of
// guides/hardware-tokens.md. No code of it may be refused.
import fc from "fast-check";
import { totp } from "otp-core";
import { createGuard, type GuardPolicy } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { importCsv } from "otp-core/tokens";
import { describe, expect, it } from "vitest";

const DAY_MS = 86_400_000;
const YEARS = 5;
const START = Date.parse("2026-01-01T00:00:00Z");
const GUIDE: GuardPolicy = { learnDrift: { max: 30 } };

interface Life {
  readonly policy: GuardPolicy;
  /** Seconds of a time step. */
  readonly period: number;
  readonly stepsPerYear: number;
  /** Days between one use and the next. */
  readonly gaps: readonly number[];
  /** Milliseconds into the day of the first use. */
  readonly phase: number;
}

/** The uses that were refused, by the month in which they were. */
async function refusals({ policy, period, stepsPerYear, gaps, phase }: Life): Promise<number[]> {
  const file = `serial number,secret key,time interval\n1001,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,${period}\n`;
  const [token] = (await importCsv(file)).keys;
  if (token?.key.type !== "totp") throw new TypeError("the file holds a TOTP key");
  const { key } = token;
  const clock = fakeClock(START);
  const guard = createGuard({ store: memoryStore({ clock }), clock, ...policy });
  const refused: number[] = [];
  let now = START + phase;
  for (let use = 0; now < START + YEARS * 365 * DAY_MS; use++) {
    clock.set(now);
    const drifted = ((now - START) / (365 * DAY_MS)) * stepsPerYear * period * 1000;
    const code = totp(key, { now: Math.floor(now + drifted) });
    if (!(await guard.attempt({ subject: "user-1", key, code })).ok)
      refused.push(Math.floor((now - START) / (30 * DAY_MS)));
    now += (gaps[use % gaps.length] as number) * DAY_MS;
  }
  return refused;
}

describe("a token that drifts by three steps a year", () => {
  it("is never refused in five years with the settings of the guide", async () => {
    const life = fc.record({
      policy: fc.constant(GUIDE),
      period: fc.constantFrom(30, 60),
      stepsPerYear: fc.double({ min: -3, max: 3, noNaN: true }),
      gaps: fc.array(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 12 }),
      phase: fc.integer({ min: 0, max: DAY_MS - 1 }),
    });
    const law = fc.asyncProperty(life, async (one) => {
      expect(await refusals(one)).toEqual([]);
    });
    await fc.assert(law, { numRuns: 30 });
  });

  it.each([-3, 3])("is never refused when it is used exactly once a month: %i steps a year", async (stepsPerYear) => {
    for (const phase of [0, 1, 14_999, 15_000, 29_999]) {
      expect(await refusals({ policy: GUIDE, period: 30, stepsPerYear, gaps: [30], phase })).toEqual([]);
    }
  });

  it("is refused in its first year without them", async () => {
    const [first] = await refusals({ policy: {}, period: 30, stepsPerYear: 3, gaps: [30], phase: 0 });
    expect(first).toBeLessThan(12);
  });

  it("is refused when the guard may follow it by too few steps", async () => {
    const policy: GuardPolicy = { learnDrift: { max: 5 } };
    expect(await refusals({ policy, period: 30, stepsPerYear: 3, gaps: [30], phase: 0 })).not.toEqual([]);
  });
});
