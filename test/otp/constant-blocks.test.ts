// Trap 37 once more, closer: not only as many signatures, but every block of the code that computes and compares is executed
// equally often, wherever in the window the match is, whether it is used up already, and where there is none.
import { attemptTotp, hotp, resyncHotp, resyncTotp, totp, verifyHotp, verifyTotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { executed } from "../support/executed-blocks.ts";

const STEP = 1_000_000;
const NOW = STEP * 30_000;
const key = { secret: hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), digits: 10 };
/** The code of none of the steps and counters here. */
const NEVER = "1234567890";
const codeAt = (step: number | null) => (step === null ? NEVER : totp(key, { now: step * 30_000 }));
const pressed = (counter: number | null) => (counter === null ? NEVER : hotp(key, counter));

/** How often each block of the source was executed, the one that says which answer it is among them. */
async function work(call: () => unknown): Promise<unknown[]> {
  // What is made when it is first needed is there afterwards.
  call();
  return [...(await executed(/\/src\//, call))].sort();
}

async function expectSameWork(verify: (place: number | null) => () => unknown, places: readonly (number | null)[]) {
  const first = await work(verify(places[0] ?? null));
  // Signing, truncating and comparing at least.
  expect(first.length).toBeGreaterThan(5);
  for (const place of places) expect(await work(verify(place))).toEqual(first);
  expect(verify(null)()).toBeNull();
}

const near = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((distance) => STEP + distance);

describe("the same blocks are executed equally often, for a match at every position and for none (trap 37)", () => {
  it.each([null, STEP - 1, STEP + 50])("by verifyTotp and attemptTotp after %s", async (after) => {
    const options = { after, now: NOW, window: 3 };
    const verify = (place: number | null) => {
      const code = codeAt(place);
      return () => verifyTotp(key, code, options);
    };
    await expectSameWork(verify, [null, ...near]);
    const attempt = (place: number | null) => {
      const code = codeAt(place);
      return () => attemptTotp(key, code, options);
    };
    const first = await work(attempt(null));
    for (const place of near) expect(await work(attempt(place))).toEqual(first);
  });

  it("by verifyHotp", async () => {
    const verify = (place: number | null) => {
      const code = pressed(place);
      return () => verifyHotp(key, code, { counter: STEP, lookAhead: 4 });
    };
    await expectSameWork(verify, [null, ...near]);
  });

  it("by resyncTotp", async () => {
    const verify = (place: number | null) => {
      const codes = [codeAt(place), codeAt(place && place + 1)] as const;
      return () => resyncTotp(key, codes, { after: STEP - 2, now: NOW, window: 4 });
    };
    await expectSameWork(verify, [null, ...near]);
  });

  it("by resyncHotp", async () => {
    const verify = (place: number | null) => {
      const codes = [pressed(place), pressed(place && place + 1)] as const;
      return () => resyncHotp(key, codes, { counter: STEP, lookAhead: 4 });
    };
    await expectSameWork(verify, [null, ...near]);
  });
});
