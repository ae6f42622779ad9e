import { type Codes, resyncHotp, resyncTotp, verifyHotp, verifyTotp } from "otp-core";
import { describe, expect, it } from "vitest";
import { referenceDigits } from "../support/reference.ts";
import { later, scripted } from "../support/signers.ts";

// Trap 37: how long a verification takes must not tell where in the window the match was, or whether there was one. What costs
// is signing, so the number of signatures is counted with a handle of one's own.

const STEP = 1000;
const NOW = STEP * 30_000;
const code = (step: number) => referenceDigits(step, 6);

/** How many signatures the verification of each of these codes takes. */
function work(typed: readonly number[], verify: (secret: ReturnType<typeof scripted>, step: number) => unknown) {
  return typed.map((step) => {
    const secret = scripted((counter) => Number(counter));
    verify(secret, step);
    return secret.calls();
  });
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("the number of signatures (trap 37)", () => {
  it.each([
    { past: 0, future: 0 },
    { past: 1, future: 1 },
    { past: 3, future: 0 },
    { past: 10, future: 10 },
  ])("of verifyTotp is the size of the window $past + 1 + $future, at every position and for none", (window) => {
    const size = window.past + 1 + window.future;
    for (const after of [null, STEP - 2, STEP, STEP + 50]) {
      const calls = work(range(STEP - 15, STEP + 15), (secret, step) =>
        verifyTotp({ secret }, code(step), { after, now: NOW, window }),
      );
      expect(calls).toEqual(calls.map(() => size));
    }
  });

  it("of verifyTotp does not depend on how many steps match", () => {
    const none = scripted(() => 1);
    const all = scripted(() => 2);
    for (const secret of [none, all]) verifyTotp({ secret }, "000002", { after: null, now: NOW, window: 5 });
    expect([none.calls(), all.calls()]).toEqual([11, 11]);
  });

  it("of verifyTotp with a drift is the same, less the steps below zero", () => {
    const options = { after: null, window: 2 };
    expect(work([STEP], (secret, s) => verifyTotp({ secret }, code(s), { ...options, now: NOW, drift: 7 }))).toEqual([
      5,
    ]);
    expect(work([0, 1, 2, 9], (secret, s) => verifyTotp({ secret }, code(s), { ...options, now: 0 }))).toEqual([
      3, 3, 3, 3,
    ]);
  });

  it.each([0, 1, 10, 100])("of verifyHotp is %i + 1, at every position and for none", (lookAhead) => {
    const calls = work(range(STEP - 10, STEP + 110), (secret, counter) =>
      verifyHotp({ secret }, code(counter), { counter: STEP, lookAhead }),
    );
    expect(calls).toEqual(calls.map(() => lookAhead + 1));
  });

  it("of resyncTotp is the window and the codes before the last one, at every position and for none", () => {
    for (const after of [null, STEP, STEP + 50]) {
      const calls = work(range(STEP - 25, STEP + 25), (secret, step) => {
        const codes: Codes = [code(step - 2), code(step - 1), code(step)];
        return resyncTotp({ secret }, codes, { after, now: NOW, window: 20 });
      });
      expect(calls).toEqual(calls.map(() => 2 + 41));
    }
  });

  it("of resyncHotp is the look-ahead and the codes, at every position and for none", () => {
    const calls = work(range(STEP - 5, STEP + 55), (secret, counter) => {
      const codes: Codes = [code(counter), code(counter + 1), code(counter + 2)];
      return resyncHotp({ secret }, codes, { counter: STEP, lookAhead: 50 });
    });
    expect(calls).toEqual(calls.map(() => 50 + 3));
  });

  it("is the same when the handle signs elsewhere", async () => {
    for (const step of range(STEP - 6, STEP + 6)) {
      const secret = scripted((counter) => Number(counter));
      await verifyTotp({ secret: later(secret) }, code(step), { after: null, now: NOW, window: 4 });
      expect(secret.calls()).toBe(9);
    }
  });

  it("is bounded: the widest window takes 21, the widest look-ahead 101, the widest searches 6010 and 3010", () => {
    const codes = range(1, 10).map(code) as unknown as Codes;
    const far = 5000 * 30_000;
    const widest = [
      work([1], (secret) => verifyTotp({ secret }, code(1), { after: null, now: far, window: 10 })),
      work([1], (secret) => verifyHotp({ secret }, code(1), { counter: 0, lookAhead: 100 })),
      work([1], (secret) => resyncTotp({ secret }, codes, { after: null, now: far, window: 3000 })),
      work([1], (secret) => resyncHotp({ secret }, codes, { counter: 0, lookAhead: 3000 })),
    ];
    expect(widest).toEqual([[21], [101], [6010], [3010]]);
  });

  it("of a malformed code is none", async () => {
    for (const typed of ["", "12345", "1234567", "abcdef"]) {
      const secret = scripted(() => 1);
      verifyTotp({ secret }, typed, { after: null, now: NOW, window: 10 });
      await verifyTotp({ secret: later(secret) }, typed, { after: null, now: NOW, window: 10 });
      resyncHotp({ secret }, [typed, typed], { counter: 0 });
      expect(secret.calls()).toBe(0);
    }
  });
});
