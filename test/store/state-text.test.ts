// How numbers stand in a state. Equal states are equal texts, so there is one way to write each of them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, decimalOrDash } from "../../src/store/state-text.ts";
import { drawSeed } from "../support/seed.ts";

const seed = drawSeed();

describe("a whole number in a state", () => {
  it(`is written as String writes it, seed ${seed}`, () => {
    const whole = fc.oneof(
      fc.maxSafeNat(),
      fc.integer({ min: 2 ** 30 - 5, max: 2 ** 31 + 5 }),
      fc.integer({ min: Number.MAX_SAFE_INTEGER - 5, max: Number.MAX_SAFE_INTEGER }),
      // A rounded quotient goes wrong here first.
      fc.tuple(fc.integer({ min: 1, max: 9e9 }), fc.integer({ min: -2, max: 2 })).map(([m, d]) => m * 1e6 + d),
    );
    fc.assert(
      fc.property(whole, (number) => decimal(number) === String(number)),
      { seed, numRuns: 20_000 },
    );
  });

  it.each([0, 1, 2 ** 30 - 1, 2 ** 30, 1_000_000_000, 1_700_000_000_000, 2 ** 53 - 1, 2 ** 53])("%d", (number) => {
    expect(decimal(number)).toBe(String(number));
    expect(decimalOrDash(number)).toBe(String(number));
  });

  it("is a dash where there is none", () => {
    expect(decimalOrDash(null)).toBe("-");
  });
});
