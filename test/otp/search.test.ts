// The search that services use. Its rule in the plainest words: look at every candidate.
import fc from "fast-check";
import type { Signer } from "otp-core";
import { describe, expect, it } from "vitest";
import { formatOf } from "../../src/otp/code-format.ts";
import { NONE, STALE } from "../../src/otp/match.ts";
import { searchRange } from "../../src/otp/search.ts";
import { scripts } from "../support/arbitrary-keys.ts";
import { later, scripted } from "../support/signers.ts";

const format = formatOf({});

const questions = fc.record({
  first: fc.integer({ min: 0, max: 60 }),
  count: fc.integer({ min: -3, max: 40 }),
  cut: fc.integer({ min: -10, max: 60 }),
  latest: fc.boolean(),
  script: scripts([1, 2, 3], 30),
  codes: fc.oneof(fc.constantFrom(1, 2, 3, 4), fc.array(fc.constantFrom(1, 2, 3), { minLength: 2, maxLength: 3 })),
});

describe("searchRange", () => {
  it("finds the latest or the lowest index that fits and was not used, and computes every candidate", async () => {
    const law = fc.asyncProperty(questions, async ({ first, count, cut, latest, script, codes }) => {
      const list = typeof codes === "number" ? [codes] : codes;
      const fits: number[] = [];
      for (let start = 0; start + list.length <= count; start++) {
        if (list.every((code, i) => script[(first + start + i) % script.length] === code)) fits.push(start);
      }
      const fresh = fits.filter((start) => start >= cut);
      const start = latest ? fresh.at(-1) : fresh[0];
      const expected = start === undefined ? (fits.length > 0 ? STALE : NONE) : start + list.length - 1;
      const counting = scripted((step) => script[Number(step) % script.length] ?? 0);
      const signer: Signer = counting;
      expect(searchRange(signer, format, codes, first, count, cut, latest)).toBe(expected);
      expect(counting.calls()).toBe(Math.max(count, 0));
      expect(await searchRange(later(signer), format, codes, BigInt(first), count, cut, latest)).toBe(expected);
    });
    await fc.assert(law, { numRuns: 1000 });
  });
});
