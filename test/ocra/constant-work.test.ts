// How long a verification takes must not tell which counter and which step matched, or whether one did. Signing is what costs,
// so the number of signatures is counted with a signer of our own.
import type { Bytes, Signer } from "otp-core";
import { hmac } from "otp-core/hmac";
import { attemptOcra, ocra, type VerifyOcraOptions, verifyOcra } from "otp-core/ocra";
import { describe, expect, it } from "vitest";

const SUITE = "OCRA-1:HOTP-SHA1-10:C-QN08-T1M";
const key = hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
const challenge = "12345678";
const COUNTER = 1000;
const STEP = 5000;

/** How many messages are signed to verify this code, all of them different. */
function signatures(code: unknown, options: VerifyOcraOptions): number {
  const messages: string[] = [];
  const signer: Signer = {
    algorithm: "SHA1",
    sign(message) {
      messages.push(Buffer.from(message).toString("hex"));
      return key.sign(message);
    },
  };
  verifyOcra(SUITE, signer, code, options);
  expect(new Set(messages).size).toBe(messages.length);
  return messages.length;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("the number of signatures (trap 37)", () => {
  it.each([
    { lookAhead: 0, window: 0 },
    { lookAhead: 0, window: 1 },
    { lookAhead: 3, window: 0 },
    { lookAhead: 2, window: 2 },
  ])("is (lookAhead + 1) × (2 window + 1) at every position and for none: %o", ({ lookAhead, window }) => {
    const options = { challenge, counter: COUNTER, step: STEP, lookAhead, window };
    for (const counter of range(COUNTER - 1, COUNTER + lookAhead + 1)) {
      for (const step of range(STEP - window - 1, STEP + window + 1)) {
        const code = ocra(SUITE, key, { challenge, counter, step });
        expect(signatures(code, options)).toBe((lookAhead + 1) * (2 * window + 1));
      }
    }
  });

  it("is at most 2121", () => {
    const widest = { challenge, counter: COUNTER, step: STEP, lookAhead: 100, window: 10 };
    expect(signatures("0000000000", widest)).toBe(2121);
  });

  it("is none for a malformed code, also if the signer is asynchronous", async () => {
    let signed = 0;
    const sign = () => {
      signed++;
      return Promise.resolve(new Uint8Array(20));
    };
    const options = { challenge, counter: COUNTER, step: STEP };
    for (const code of ["", "123456789", "12345678901", "abcdefghij", 1234567890, null]) {
      expect(signatures(code, options)).toBe(0);
      const outcome = await attemptOcra(SUITE, { algorithm: "SHA1", async: true, sign }, code, options);
      expect(outcome).toEqual({ ok: false, reason: "malformed" });
    }
    expect(signed).toBe(0);
  });

  it("is the same for an asynchronous signer", async () => {
    let signed = 0;
    const sign = async (message: Bytes) => {
      signed++;
      return key.sign(message);
    };
    for (const step of range(STEP - 3, STEP + 3)) {
      signed = 0;
      const code = ocra(SUITE, key, { challenge, counter: COUNTER, step });
      const options = { challenge, counter: COUNTER, step: STEP, lookAhead: 1, window: 2 };
      await verifyOcra(SUITE, { algorithm: "SHA1", async: true, sign }, code, options);
      expect(signed).toBe(10);
    }
  });
});
