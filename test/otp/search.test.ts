// The search that services use. Its rule in the plainest words: look at every step of both windows.
import fc from "fast-check";
import type { Signer } from "otp-core";
import { describe, expect, it } from "vitest";
import { formatOf } from "../../src/otp/code-format.ts";
import { NONE, STALE } from "../../src/otp/match.ts";
import { countCandidates, searchHotp, searchTotp } from "../../src/otp/search.ts";
import { scripts } from "../support/arbitrary-keys.ts";
import { later, scripted } from "../support/signers.ts";

const format = formatOf({});

const questions = fc.record({
  current: fc.integer({ min: 0, max: 60 }),
  drift: fc.integer({ min: -30, max: 30 }),
  window: fc.record({ past: fc.integer({ min: 0, max: 5 }), future: fc.integer({ min: 0, max: 5 }) }),
  after: fc.integer({ min: -1, max: 70 }),
  script: scripts([1, 2, 3], 30),
  codes: fc.oneof(fc.constantFrom(1, 2, 3), fc.array(fc.constantFrom(1, 2, 3), { minLength: 2, maxLength: 3 })),
});

const ofScript = (script: readonly number[]) => scripted((step) => script[Number(step) % script.length] ?? 0);

describe("searchTotp", () => {
  it("finds the latest step around the drift or around zero that fits and was not used, also asynchronously", async () => {
    const law = fc.asyncProperty(questions, async ({ current, drift, window, after, script, codes }) => {
      const list = typeof codes === "number" ? [codes] : codes;
      const fits = (last: number) =>
        list.every((code, i) => {
          const step = last - list.length + 1 + i;
          return step >= 0 && script[step % script.length] === code;
        });
      const near = (step: number, centre: number) => step >= centre - window.past && step <= centre + window.future;
      let expected = NONE;
      for (let last = 0; last <= 100; last++) {
        if (!(near(last, current) || near(last, current + drift)) || !fits(last)) continue;
        if (last - list.length + 1 > after) expected = last;
        else if (expected === NONE) expected = STALE;
      }
      const search = { format, codes, current, drift, window, after };
      const signer: Signer = ofScript(script);
      expect(searchTotp({ ...search, signer })).toBe(expected);
      expect(await searchTotp({ ...search, signer: later(signer) })).toBe(expected);
    });
    await fc.assert(law, { numRuns: 1000 });
  });

  it("signs as many candidates as countCandidates says, whatever the code is", () => {
    const law = fc.property(questions, fc.constantFrom(1, 2, 3, 4), ({ drift, window, after, script }, codes) => {
      const signer = ofScript(script);
      searchTotp({ signer, format, codes, current: 100, drift, window, after });
      expect(signer.calls()).toBe(countCandidates({ drift, window }));
    });
    fc.assert(law);
    const window = { past: 1, future: 1 };
    const sizes = [0, 1, 2, 3, 30, -1, -30].map((drift) => countCandidates({ drift, window }));
    expect(sizes).toEqual([3, 4, 5, 6, 6, 4, 6]);
  });

  it("asks an asynchronous signer for the candidates of both windows before it waits for the first one", async () => {
    let open = 0;
    let most = 0;
    const signer = {
      algorithm: "SHA1",
      async: true,
      async sign() {
        most = Math.max(most, ++open);
        await Promise.resolve();
        open--;
        return new Uint8Array(20);
      },
    } as const;
    const window = { past: 1, future: 1 };
    await searchTotp({ signer, format, codes: 1, current: 100, drift: -20, window, after: -1 });
    expect(most).toBe(6);
  });

  it("works with steps of more than 32 bits", () => {
    const current = 2 ** 40;
    const signer = scripted((step) => (step === BigInt(current + 7) ? 5 : 0));
    const window = { past: 1, future: 1 };
    const search = { signer, format, current, drift: 7, window, after: -1 };
    expect(searchTotp({ ...search, codes: 5 })).toBe(current + 7);
    expect(searchTotp({ ...search, codes: 6 })).toBe(NONE);
    expect(searchTotp({ ...search, codes: 5, after: current + 7 })).toBe(STALE);
  });
});

describe("searchHotp", () => {
  it("finds the lowest counter that fits", async () => {
    const law = fc.asyncProperty(
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 0, max: 20 }),
      scripts([1, 2, 3], 30),
      fc.array(fc.constantFrom(1, 2, 3), { minLength: 1, maxLength: 3 }),
      async (counter, lookAhead, script, list) => {
        let expected = NONE;
        for (let first = counter; first <= counter + lookAhead && expected === NONE; first++) {
          const fits = list.every((code, i) => script[(first + i) % script.length] === code);
          if (fits) expected = first + list.length - 1;
        }
        const codes = list.length === 1 ? (list[0] ?? 0) : list;
        const search = { format, codes, counter, lookAhead };
        const signer: Signer = ofScript(script);
        expect(searchHotp({ ...search, signer })).toBe(expected);
        expect(await searchHotp({ ...search, signer: later(signer) })).toBe(expected);
      },
    );
    await fc.assert(law, { numRuns: 500 });
  });
});
