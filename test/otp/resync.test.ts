import fc from "fast-check";
import {
  type Codes,
  type HotpMatch,
  hotp,
  resyncHotp,
  resyncTotp,
  type TotpMatch,
  totp,
  verifyHotp,
  verifyTotp,
} from "otp-core";
import { describe, expect, it } from "vitest";
import { algorithms, counters, periods, scripts, secrets } from "../support/arbitrary-keys.ts";
import { referenceDigits } from "../support/reference.ts";
import { refusal } from "../support/refusal.ts";
import { scripted } from "../support/signers.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const at = (step: number) => step * 30_000 + 12_345;

/** `count` consecutive codes. */
function inARow(count: number, code: (index: number) => string): Codes {
  const [first, second, ...more] = Array.from({ length: count }, (_, index) => code(index));
  if (first === undefined || second === undefined) throw new RangeError("two codes or more are needed");
  return [first, second, ...more];
}

const lengths = fc.integer({ min: 2, max: 4 });

/** The last of the codes is looked for in the window; the first one must be above what was accepted. */
function expectedTotp(
  question: { current: number; past: number; future: number; after: number | null; length: number },
  matches: (step: number, index: number) => boolean,
): TotpMatch | null {
  const { current, past, future, after, length } = question;
  // The latest step that fits wins.
  for (let last = current + future; last >= current - past; last--) {
    const first = last - length + 1;
    if (first < 0 || !Array.from({ length }, (_, i) => matches(first + i, i)).every(Boolean)) continue;
    if (after === null || first > after) return { step: last, drift: last - current };
  }
  return null;
}

describe("resyncTotp", () => {
  it("answers as the plain rule does, collisions included (H3, T16, trap 18)", () => {
    const law = fc.property(
      fc.integer({ min: 0, max: 60 }),
      fc.record({ past: fc.integer({ min: 0, max: 40 }), future: fc.integer({ min: 0, max: 40 }) }),
      fc.option(fc.integer({ min: 0, max: 60 })),
      scripts([1, 2], 40),
      fc.array(fc.constantFrom(1, 2), { minLength: 2, maxLength: 4 }),
      (current, window, after, script, typed) => {
        const valueAt = (step: number | bigint) => script[Number(step) % script.length] ?? 0;
        const codes = inARow(typed.length, (index) => `00000${typed[index]}`);
        const question = { current, ...window, after, length: typed.length };
        const rule = expectedTotp(question, (step, index) => valueAt(step) === typed[index]);
        expect(resyncTotp({ secret: scripted(valueAt) }, codes, { after, now: at(current), window })).toEqual(rule);
      },
    );
    fc.assert(law, { numRuns: 2000 });
  });

  it("finds a clock that is off by any number of steps within the window, and verifyTotp works with its drift", () => {
    const law = fc.property(
      fc.record({ secret: secrets, algorithm: algorithms, digits: fc.integer({ min: 8, max: 10 }), period: periods }),
      fc.integer({ min: 4000, max: 20_000 }),
      fc.integer({ min: -3000, max: 3000 }),
      lengths,
      (key, current, ahead, length) => {
        const moment = (step: number) => step * key.period * 1000;
        const shown = (step: number) => totp(key, { now: moment(step) });
        const last = current + ahead;
        const codes = inARow(length, (index) => shown(last - length + 1 + index));
        const verdict = resyncTotp(key, codes, { after: null, now: moment(current), window: 3000 });
        // Two consecutive codes of eight digits are found at another of 6001 places once in 10^12 draws.
        expect(verdict).toEqual({ step: last, drift: ahead });
        const next = { after: last, now: moment(current + 1), window: 0, drift: ahead };
        expect(verifyTotp(key, shown(last + 1), next)).toEqual({ step: last + 1, drift: ahead });
      },
    );
    fc.assert(law, { numRuns: 40 });
  });

  const key = { secret: scripted((step) => Number(step)) };
  const row = (last: number, length = 2) => inARow(length, (index) => referenceDigits(last - length + 1 + index, 6));

  it("searches an hour on either side by default, and at most 3000 steps", () => {
    const found = (distance: number, window?: number) =>
      resyncTotp(key, row(10_000 + distance), { after: null, now: at(10_000), window }) !== null;
    expect([-121, -120, 0, 120, 121].map((distance) => found(distance))).toEqual([false, true, true, true, false]);
    expect([-3001, -3000, 3000, 3001].map((distance) => found(distance, 3000))).toEqual([false, true, true, false]);
    expect(() => found(0, 3001)).toThrow(refusal("invalid-argument", "window"));
  });

  it("searches the last code in the window, which may be asymmetric", () => {
    const window = { past: 3, future: 1 };
    const found = [-4, -3, 0, 1, 2].map(
      (distance) => resyncTotp(key, row(1000 + distance, 3), { after: null, now: at(1000), window }) !== null,
    );
    expect(found).toEqual([false, true, true, true, false]);
  });

  it("demands that even the first code is above the last accepted step (trap 17)", () => {
    const resync = (after: number | null) => resyncTotp(key, row(1000, 3), { after, now: at(1000) });
    expect(resync(null)).toEqual({ step: 1000, drift: 0 });
    expect(resync(997)).toEqual({ step: 1000, drift: 0 });
    for (const after of [998, 999, 1000, 1001, 1e9]) expect(resync(after)).toBeNull();
  });

  it("demands consecutive codes in their order", () => {
    const resync = (...steps: [number, number, ...number[]]) =>
      resyncTotp(
        key,
        inARow(steps.length, (index) => referenceDigits(steps[index] ?? 0, 6)),
        {
          after: null,
          now: at(1000),
        },
      );
    expect(resync(1000, 1001)).toMatchObject({ step: 1001 });
    expect(resync(1000, 1001, 1002)).toMatchObject({ step: 1002 });
    for (const steps of [
      [1000, 1000],
      [1001, 1000],
      [1000, 1002],
      [1000, 1001, 1003],
      [1000, 1001, 1001],
      [1000, 5],
    ] as const) {
      expect(resync(...(steps as [number, number]))).toBeNull();
    }
  });

  it("takes two to ten codes: one is no proof, and a list is not what a person typed", () => {
    for (const length of [2, 3, 10]) {
      expect(resyncTotp(key, row(1000, length), { after: null, now: at(1000) })).toMatchObject({
        step: 1000,
      });
    }
    for (const codes of [[], ["001000"], row(1000, 11)]) {
      expect(resyncTotp(key, codes as unknown as Codes, { after: null, now: at(1000) })).toBeNull();
    }
  });

  it("works at the beginning of the steps, where there is no room before them", () => {
    expect(resyncTotp(key, row(1), { after: null, now: 0 })).toEqual({ step: 1, drift: 1 });
    expect(resyncTotp(key, row(1), { after: 0, now: 0 })).toBeNull();
    expect(resyncTotp(key, row(1), { after: null, now: 0, window: 0 })).toBeNull();
  });

  it("finds nothing beyond its window, not even what a wider search has computed just before", () => {
    const real = { secret: SECRET };
    const codes: Codes = [hotp(real, 1000), hotp(real, 1001)];
    const resync = (future: number) =>
      resyncTotp(real, codes, { after: null, now: at(1000), window: { past: 0, future } });
    expect(resync(1)).toEqual({ step: 1001, drift: 1 });
    expect(resync(0)).toBeNull();
  });

  it("knows no drift: it is what it finds out", () => {
    expect(() => resyncTotp(key, row(1000), { after: null, drift: 0 } as never)).toThrow(
      refusal("invalid-argument", "drift"),
    );
  });

  it("reads Steam codes too", () => {
    const steam = { secret: SECRET, encoder: "steam" } as const;
    const codes = inARow(2, (index) => totp(steam, { now: at(1000 + index) }).toLowerCase());
    expect(resyncTotp(steam, codes, { after: null, now: at(990) })).toEqual({ step: 1001, drift: 11 });
  });

  it("refuses a short secret and an HOTP key, and takes one that says what it is", () => {
    const options = { after: null, now: 0 };
    expect(() => resyncTotp({ secret: new Uint8Array(9) }, row(1), options)).toThrow(refusal("weak-secret", "secret"));
    expect(resyncTotp({ secret: new Uint8Array(9) }, row(1), { ...options, minSecretBytes: 9 })).toBeNull();
    const typed = { type: "totp", secret: SECRET } as const;
    const codes = [totp(typed, { now: 0 }), totp(typed, { now: 30_000 })] as const;
    expect(resyncTotp(typed, codes, options)).toEqual({ step: 1, drift: 1 });
    const hotpKey = { secret: SECRET, type: "hotp" } as never;
    expect(() => resyncTotp(hotpKey, row(1), options)).toThrow(refusal("invalid-argument", "type"));
  });
});

/** The first of the codes is looked for from the expected counter on; all of them must be counters. */
function expectedHotp(
  counter: number | bigint,
  lookAhead: number,
  length: number,
  matches: (counter: bigint, index: number) => boolean,
): HotpMatch<number | bigint> | null {
  const last = typeof counter === "bigint" ? 2n ** 64n - 1n : BigInt(Number.MAX_SAFE_INTEGER);
  for (let first = BigInt(counter); first <= BigInt(counter) + BigInt(lookAhead); first++) {
    const end = first + BigInt(length) - 1n;
    if (end > last || !Array.from({ length }, (_, i) => matches(first + BigInt(i), i)).every(Boolean)) continue;
    return { nextCounter: typeof counter === "bigint" ? end + 1n : Number(end + 1n) };
  }
  return null;
}

describe("resyncHotp", () => {
  it("answers as the plain rule does, in all 64 bits, collisions included (H3, H19, trap 18)", () => {
    const law = fc.property(
      counters,
      fc.integer({ min: 0, max: 60 }),
      scripts([1, 2], 40),
      fc.array(fc.constantFrom(1, 2), { minLength: 2, maxLength: 4 }),
      (counter, lookAhead, script, typed) => {
        const valueAt = (step: bigint) => script[Number(step % BigInt(script.length))] ?? 0;
        const codes = inARow(typed.length, (index) => `00000${typed[index]}`);
        for (const kind of counter <= Number.MAX_SAFE_INTEGER ? [counter, Number(counter)] : [counter]) {
          const rule = expectedHotp(kind, lookAhead, typed.length, (step, i) => valueAt(step) === typed[i]);
          const verdict = resyncHotp({ secret: scripted(valueAt) }, codes, {
            counter: kind,
            lookAhead,
          });
          expect(verdict).toEqual(rule);
        }
      },
    );
    fc.assert(law, { numRuns: 1000 });
  });

  it("finds a token that was pressed up to 3000 times too often, and verifyHotp goes on from there", () => {
    const law = fc.property(
      fc.record({ secret: secrets, algorithm: algorithms, digits: fc.integer({ min: 8, max: 10 }) }),
      fc.integer({ min: 0, max: 2 ** 33 }),
      fc.integer({ min: 0, max: 3000 }),
      lengths,
      (key, counter, presses, length) => {
        const codes = inARow(length, (index) => hotp(key, counter + presses + index));
        const verdict = resyncHotp(key, codes, { counter, lookAhead: 3000 });
        expect(verdict).toEqual({ nextCounter: counter + presses + length });
        if (verdict === null) return;
        const next = hotp(key, verdict.nextCounter);
        expect(verifyHotp(key, next, { counter: verdict.nextCounter, lookAhead: 0 })).not.toBeNull();
        expect(resyncHotp(key, codes, { counter: verdict.nextCounter, lookAhead: 3000 })).toBeNull();
      },
    );
    fc.assert(law, { numRuns: 40 });
  });

  const key = { secret: scripted((counter) => Number(BigInt.asUintN(19, counter))) };
  const row = (first: number, length = 2) => inARow(length, (index) => referenceDigits(first + index, 6));

  it("looks 100 counters ahead by default, at most 3000, and only forward (trap 62)", () => {
    const found = (distance: number, lookAhead?: number) =>
      resyncHotp(key, row(10_000 + distance), { counter: 10_000, lookAhead }) !== null;
    expect([-1, 0, 100, 101].map((distance) => found(distance))).toEqual([false, true, true, false]);
    expect([-1, 0, 3000, 3001].map((distance) => found(distance, 3000))).toEqual([false, true, true, false]);
    expect([0, 1].map((distance) => found(distance, 0))).toEqual([true, false]);
    expect(() => found(0, 3001)).toThrow(refusal("invalid-argument", "lookAhead"));
  });

  it("finds nothing beyond its look-ahead, not even what a longer search has computed just before", () => {
    const real = { secret: SECRET };
    const codes: Codes = [hotp(real, 1000), hotp(real, 1001)];
    expect(resyncHotp(real, codes, { counter: 999, lookAhead: 1 })).toEqual({ nextCounter: 1002 });
    expect(resyncHotp(real, codes, { counter: 999, lookAhead: 0 })).toBeNull();
  });

  it("demands that even the first code is not used yet (trap 17)", () => {
    expect(resyncHotp(key, row(999), { counter: 1000 })).toBeNull();
    expect(resyncHotp(key, row(999, 3), { counter: 1000 })).toBeNull();
    expect(resyncHotp(key, row(1000, 3), { counter: 1000 })).toEqual({ nextCounter: 1003 });
  });

  it("demands consecutive codes in their order", () => {
    for (const [first, second] of [
      [1000, 1000],
      [1001, 1000],
      [1000, 1002],
    ] as const) {
      const codes: Codes = [referenceDigits(first, 6), referenceDigits(second, 6)];
      expect(resyncHotp(key, codes, { counter: 1000 })).toBeNull();
    }
  });

  it("takes two to ten codes", () => {
    expect(resyncHotp(key, row(1005, 10), { counter: 1000 })).toEqual({ nextCounter: 1015 });
    for (const codes of [[], ["001000"], row(1000, 11)]) {
      const verdict = resyncHotp(key, codes as unknown as Codes, { counter: 1000 });
      expect(verdict).toBeNull();
    }
  });

  it("returns the next counter in the kind that was given", () => {
    expect(resyncHotp(key, row(1002), { counter: 1000n })).toEqual({ nextCounter: 1004n });
  });

  it("ends with the last counter of its kind: where too few are left nothing matches", () => {
    const real = { secret: SECRET };
    const last = 2n ** 64n - 1n;
    expect(resyncHotp(real, [hotp(real, last - 1n), hotp(real, last)], { counter: last - 5n })).toEqual({
      nextCounter: last + 1n,
    });
    expect(resyncHotp(real, [hotp(real, last), hotp(real, 0n)], { counter: last })).toBeNull();
    const most = Number.MAX_SAFE_INTEGER;
    expect(resyncHotp(real, [hotp(real, most), hotp(real, 2n ** 53n)], { counter: most })).toBeNull();
    expect(resyncHotp(real, [hotp(real, most - 1), hotp(real, most)], { counter: most - 1 })).toEqual({
      nextCounter: 2 ** 53,
    });
  });

  it("refuses a short secret, a TOTP key and the Steam encoder", () => {
    const codes = row(1000);
    const short = { secret: new Uint8Array(9) };
    expect(() => resyncHotp(short, codes, { counter: 0 })).toThrow(refusal("weak-secret", "secret"));
    expect(resyncHotp(short, codes, { counter: 0, minSecretBytes: 9 })).toBeNull();
    for (const [field, value] of [
      ["type", "totp"],
      ["encoder", "steam"],
    ] as const) {
      const wrong = { secret: SECRET, [field]: value } as never;
      expect(() => resyncHotp(wrong, codes, { counter: 0 })).toThrow(refusal("invalid-argument", field));
    }
  });
});
