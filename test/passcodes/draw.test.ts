// The codes are drawn fairly. What happens if the generator does not work is tested in draw-bytes.test.ts.
import { drawPasscode } from "otp-core/passcodes";
import { drawRecoveryCodes } from "otp-core/recovery";
import { describe, expect, it } from "vitest";

/**
 * How many standard deviations a chi-square statistic is above what is expected of a fair draw: the cube root of chi-square over
 * its degrees of freedom is very nearly normal (Wilson and Hilferty).
 */
function deviation(counts: readonly number[], weightOf: (i: number) => number = () => 1): number {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const weights = counts.map((_, i) => weightOf(i));
  const unit = total / weights.reduce((sum, weight) => sum + weight, 0);
  const statistic = counts.reduce((sum, n, i) => {
    const expected = unit * (weights[i] ?? Number.NaN);
    return sum + (n - expected) ** 2 / expected;
  }, 0);
  const freedom = counts.length - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** A fair draw is above it once in 10^9: with the 30 statistics below, a false alarm in 30 million runs. */
const ALARM = 6;

/** A draw as it is often written. */
const unfair = (byte: number) => byte % 10;

describe("many drawn codes (O3, O15, trap 40)", () => {
  it.each([
    ["10^6 of six digits", { digits: 6 }, "0123456789", 1_000_000],
    ["10^6 of six characters", { characters: 6 }, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 1_000_000],
  ] as const)(
    "%s: every symbol at every place, every pair and every half are as likely as they are among the codes with a digit",
    (_, format, symbols, draws) => {
      const base = symbols.length;
      const numbers = new Map([...symbols].map((symbol, i) => [symbol.charCodeAt(0), i]));
      const places = Array.from({ length: 6 }, () => new Array<number>(base).fill(0));
      const pairs = Array.from({ length: 5 }, () => new Array<number>(base ** 2).fill(0));
      const halves = Array.from({ length: 2 }, () => new Array<number>(base ** 3).fill(0));
      const count = (counts: number[] | undefined, i: number) => {
        if (counts !== undefined) counts[i] = (counts[i] ?? Number.NaN) + 1;
      };
      /** In how many codes these symbols stand at their places: in all that have a digit. */
      const weightOf = (length: number) => (i: number) => {
        const symbols = Array.from({ length }, (_, place) => Math.floor(i / base ** place) % base);
        const withoutDigit = symbols.every((symbol) => symbol >= 10) ? (base - 10) ** (6 - length) : 0;
        return base ** (6 - length) - withoutDigit;
      };
      const values = new Array<number>(6).fill(0);
      for (let i = 0; i < draws; i++) {
        const { code } = drawPasscode(format);
        if (!/[0-9]/.test(code)) throw new Error("a code without a digit");
        for (let place = 0; place < 6; place++) {
          const value = numbers.get(code.charCodeAt(place)) ?? Number.NaN;
          values[place] = value;
          count(places[place], value);
          if (place > 0) count(pairs[place - 1], (values[place - 1] as number) * base + value);
        }
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
        count(halves[0], (a * base + b) * base + c);
        count(halves[1], (d * base + e) * base + f);
      }
      const all = [...places, ...pairs, ...halves];
      expect(all).toHaveLength(13);
      for (const counts of all) {
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(draws);
        const result = deviation(counts, weightOf(Math.round(Math.log(counts.length) / Math.log(base))));
        expect(result).toBeLessThan(ALARM);
        // And not too even either, as a counter would be.
        expect(result).toBeGreaterThan(-ALARM);
      }
      // Without redrawing, the letters would be more frequent.
      const first = places[0] ?? [];
      if (base > 10) expect(deviation(first)).toBeGreaterThan(ALARM);
    },
  );

  it("recovery codes too", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 3000; i++) {
      for (const symbol of drawRecoveryCodes({ count: 20 }).codes.join("").replaceAll("-", ""))
        counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
    expect([...counts.keys()].sort().join("")).toBe("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    expect(Math.abs(deviation([...counts.values()]))).toBeLessThan(ALARM);
  });

  it("and the alarm goes off for the remainder of a byte, and for a counter", () => {
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 1_000_000; i++) {
      const digit = unfair(Math.floor(((i * 0.618_033_988_75) % 1) * 256));
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    expect(deviation(counts)).toBeGreaterThan(ALARM);
    expect(deviation(new Array<number>(1000).fill(1000))).toBeLessThan(-ALARM);
  });
});
