import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { equalBytes } from "otp-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const bytes = fc.uint8Array({ maxLength: 64 });

afterEach(() => {
  vi.restoreAllMocks();
});

describe("equalBytes", () => {
  it("is true of a copy, and of nothing that differs in one bit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), fc.nat({ max: 7 }), (a, place, bit) => {
        const b = a.slice();
        expect(equalBytes(a, b)).toBe(true);
        const index = place % b.length;
        b[index] = (b[index] as number) ^ (1 << bit);
        expect(equalBytes(a, b)).toBe(false);
      }),
    );
  });

  it("is Buffer.equals, and symmetric", () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(Buffer.from(a).equals(b));
        expect(equalBytes(b, a)).toBe(equalBytes(a, b));
      }),
    );
  });

  it("is false for different lengths and does not throw (trap 37)", () => {
    fc.assert(
      fc.property(bytes, fc.uint8Array({ minLength: 1, maxLength: 8 }), (a, more) => {
        const longer = Uint8Array.from([...a, ...more]);
        expect(equalBytes(a, longer)).toBe(false);
        expect(equalBytes(longer, a)).toBe(false);
      }),
    );
    // Zeros beyond the end are not "nothing".
    expect(equalBytes(new Uint8Array(2), new Uint8Array(3))).toBe(false);
    expect(equalBytes(new Uint8Array(3), new Uint8Array(2))).toBe(false);
    expect(equalBytes(new Uint8Array(0), new Uint8Array(1))).toBe(false);
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });

  it("looks at every byte, wherever the first difference is (trap 37)", () => {
    // Only a proxy sees who reads an element, and a proxy is no view.
    vi.spyOn(ArrayBuffer, "isView").mockReturnValue(true);
    for (const different of [0, 31, 63]) {
      const read: number[] = [];
      const watched = new Proxy(new Uint8Array(64).fill(7), {
        get(target, property) {
          if (typeof property === "string" && /^\d+$/.test(property)) read.push(Number(property));
          return Reflect.get(target, property, target);
        },
      });
      const other = new Uint8Array(64).fill(7);
      other[different] = 8;
      expect(equalBytes(watched, other)).toBe(false);
      expect(equalBytes(other, watched)).toBe(false);
      expect(read.sort((a, b) => a - b)).toEqual(Array.from({ length: 128 }, (_, i) => i >> 1));
    }
  });

  it("compares what views show (trap 70), of whichever realm", () => {
    const a = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(equalBytes(a, Buffer.from([1, 2]))).toBe(true);
    const foreign: Uint8Array = runInNewContext("Uint8Array.of(1, 2)");
    expect(foreign instanceof Uint8Array).toBe(false);
    expect(equalBytes(a, foreign)).toBe(true);
    expect(equalBytes(foreign, Uint8Array.of(1, 3))).toBe(false);
  });

  it("refuses what is no Uint8Array, on either side: two missing values are not equal", () => {
    const good = Uint8Array.of(1);
    for (const value of [undefined, null, "1", 1, [1], {}, new ArrayBuffer(1), new Int8Array(1)]) {
      const bad = value as unknown as Uint8Array;
      expect(() => equalBytes(bad, good)).toThrow(refusal("invalid-argument", "a"));
      expect(() => equalBytes(good, bad)).toThrow(refusal("invalid-argument", "b"));
      expect(() => equalBytes(bad, bad)).toThrow(refusal("invalid-argument", "a"));
    }
  });
});
