import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestStep } from "../../src/diagnosis/nearest-step.ts";
import { scripts } from "../support/arbitrary-keys.ts";
import { scripted } from "../support/signers.ts";

describe("nearestStep", () => {
  it("finds the nearest step with the code, and computes every step whatever the code is", () => {
    const law = fc.property(
      scripts([0, 1, 2, 3], 20),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 30 }),
      fc.constantFrom(0, 1, 2, 3, 4),
      (script, current, reach, code) => {
        const distances: number[] = [];
        for (let step = Math.max(0, current - reach); step <= current + reach; step++) {
          if (script[step % script.length] === code) distances.push(Math.abs(step - current));
        }
        const secret = scripted((step) => script[Number(step) % script.length] ?? 0);
        const found = nearestStep({ secret }, `00000${code}`, { now: current * 30_000 }, reach);
        expect(found && Math.abs(found.drift)).toBe(distances.length === 0 ? null : Math.min(...distances));
        if (found) expect([found.step - found.drift, script[found.step % script.length]]).toEqual([current, code]);
        expect(secret.calls()).toBe(Math.min(current, reach) + 1 + reach);
      },
    );
    fc.assert(law);
  });
});
