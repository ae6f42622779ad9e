// Constant work once more, closer: not only as many signatures, but every block of the code that computes and compares is executed
// equally often, wherever the match is, and where there is none.
import { hmac } from "otp-core/hmac";
import { attemptOcra, ocra, verifyOcra } from "otp-core/ocra";
import { describe, expect, it } from "vitest";
import { executed } from "../support/executed-blocks.ts";

const key = hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
const challenge = "12345678";
const COUNTER = 1000;
const STEP = 5000;
const options = { challenge, counter: COUNTER, step: STEP, lookAhead: 2, window: 2 };
const places = [-1, 0, 1, 2, 3].flatMap((ahead) =>
  [-3, -2, -1, 0, 1, 2, 3].map((distance) => ({ counter: COUNTER + ahead, step: STEP + distance })),
);

/** How often each block of the source was executed. */
async function work(call: () => unknown): Promise<unknown[]> {
  // What is made when it is first needed is there afterwards.
  call();
  return [...(await executed(/\/src\//, call))].sort();
}

describe("the same blocks are executed equally often, for a match at every position and for none (trap 37)", () => {
  it.each([
    ["verifyOcra", verifyOcra, 10],
    ["verifyOcra", verifyOcra, 0],
    ["attemptOcra", attemptOcra, 10],
    ["attemptOcra", attemptOcra, 0],
  ] as const)("by %s with %#", async (_, verify, digits) => {
    const suite = `OCRA-1:HOTP-SHA1-${digits}:C-QN08-T1M`;
    const never = "1".repeat(digits || 40);
    const first = await work(() => verify(suite, key, never, options));
    // Signing, truncating and comparing at least.
    expect(first.length).toBeGreaterThan(5);
    for (const place of places) {
      const code = ocra(suite, key, { challenge, ...place });
      expect(await work(() => verify(suite, key, code, options))).toEqual(first);
    }
  });
});
