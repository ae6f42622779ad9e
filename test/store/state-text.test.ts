// How numbers stand in a state. Equal states are equal texts, so there is one way to write each of them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decimal,
  decimalOrDash,
  isMoment,
  isWhole,
  numberField,
  readFields,
  textField,
  writeFields,
} from "../../src/store/state-text.ts";
import { refusal } from "../support/refusal.ts";
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

describe("the fields of a state", () => {
  it("are read as they were written, with a dash for null", () => {
    expect(writeFields(["1", 0, null, "x"])).toBe("1,0,-,x");
    expect(readFields("1,0,-,x")).toEqual(["1", "0", "-", "x"]);
    expect(["0", "-"].map(numberField)).toEqual([0, null]);
    expect(["x", "", "-", undefined].map(textField)).toEqual(["x", "", null, null]);
  });

  it.each([undefined, null, 5, ["1", "2"], Buffer.from("1,2")])("are in a text, and not in %o", (state) => {
    expect(() => readFields(state)).toThrow(refusal("state-invalid"));
  });

  it.each([Number.NaN, 1.5, Number.POSITIVE_INFINITY, null, -1, 11, "5" as never])("are not whole: %o", (value) => {
    expect(isWhole(value, 0, 10)).toBe(false);
  });

  it("are whole from the first to the last number of the range", () => {
    expect([0, 5, 10].map((value) => isWhole(value, 0, 10))).toEqual([true, true, true]);
    expect([null, 0, Number.MAX_SAFE_INTEGER].map(isMoment)).toEqual([true, true, true]);
    expect([-1, 0.5, 2 ** 53].map(isMoment)).toEqual([false, false, false]);
  });
});
