import fc from "fast-check";
import type { AsyncSigner, Signer } from "otp-core";
import { hmac } from "otp-core/hmac";
import { attemptOcra, type OcraInput, ocra, type VerifyOcraOptions, verifyOcra } from "otp-core/ocra";
import { describe, expect, it } from "vitest";
import { arbitraryOcra } from "../support/arbitrary-suites.ts";
import { disguises, NO_CODES } from "../support/bad-codes.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SUITE = "OCRA-1:HOTP-SHA1-6:QN08";
const COUNTER = "OCRA-1:HOTP-SHA1-10:C-QN08";
const TIME = "OCRA-1:HOTP-SHA1-10:QN08-T1M";
const BOTH = "OCRA-1:HOTP-SHA1-10:C-QN08-T1M";
const challenge = "12345678";
const key = hmac(SECRET);
const later = { algorithm: "SHA1", async: true, sign: async (message) => key.sign(message) } as AsyncSigner;

/** The same answer of all four ways to ask. */
async function ask(suite: string, code: unknown, options: VerifyOcraOptions) {
  const outcome = attemptOcra(suite, SECRET, code, options);
  const match = verifyOcra(suite, SECRET, code, options);
  expect(match).toEqual(outcome.ok ? { nextCounter: outcome.nextCounter, step: outcome.step } : null);
  expect(await attemptOcra(suite, later, code, options)).toEqual(outcome);
  expect(await verifyOcra(suite, later, code, options)).toEqual(match);
  return outcome;
}

const mismatch = { ok: false, reason: "mismatch" };
const malformed = { ok: false, reason: "malformed" };

describe("verifyOcra and attemptOcra", () => {
  it("accept the response to every suite and input, and say what follows", () => {
    fc.assert(
      fc.property(arbitraryOcra, fc.uint8Array({ minLength: 10, maxLength: 64 }), ({ suite, text, input }, secret) => {
        const code = ocra(text, secret, input);
        const options = { ...input, lookAhead: 0, window: 0 };
        const nextCounter = suite.counter ? (input.counter as bigint) + 1n : null;
        const step = suite.period === null ? null : input.step;
        expect(verifyOcra(text, secret, code, options)).toEqual({ nextCounter, step });
        expect(attemptOcra(text, secret, code.toUpperCase(), options)).toEqual({ ok: true, nextCounter, step });
      }),
    );
  });

  it("refuse the response to another challenge, PIN, session, counter or time step (OCRA 8)", async () => {
    const suite = "OCRA-1:HOTP-SHA1-10:C-QN08-PSHA1-S064-T1M";
    const input: OcraInput = { challenge, counter: 5, pin: "1234", session: "a", step: 7 };
    const code = ocra(suite, SECRET, input);
    const others: readonly Partial<OcraInput>[] = [
      { challenge: "12345679" },
      { pin: "1235" },
      { session: "b" },
      { counter: 6 },
      { counter: 4 },
      { step: 8 },
      { step: 6 },
    ];
    expect(await ask(suite, code, { ...input, window: 0 })).toMatchObject({ ok: true });
    for (const other of others) expect(await ask(suite, code, { ...input, ...other, window: 0 })).toEqual(mismatch);
  });

  it("refuse the response in the other order of a mutual authentication (OCRA 9)", async () => {
    const suite = "OCRA-1:HOTP-SHA1-10:QA08";
    const client = ocra(suite, SECRET, { challenge: "CLI22220SRV11110" });
    expect(await ask(suite, client, { challenge: "CLI22220SRV11110" })).toMatchObject({ ok: true });
    expect(await ask(suite, client, { challenge: "SRV11110CLI22220" })).toEqual(mismatch);
  });

  it("accept counters from the expected one to the look-ahead, and no others", async () => {
    const counter = 1000;
    for (const ahead of [-2, -1, 0, 1, 2, 3, 4, 5]) {
      const code = ocra(COUNTER, SECRET, { challenge, counter: counter + ahead });
      const expected = ahead >= 0 && ahead <= 3 ? { ok: true, nextCounter: counter + ahead + 1, step: null } : mismatch;
      expect(await ask(COUNTER, code, { challenge, counter, lookAhead: 3 })).toEqual(expected);
      const alone = ahead === 0 ? { ok: true, nextCounter: counter + 1, step: null } : mismatch;
      expect(await ask(COUNTER, code, { challenge, counter })).toEqual(alone);
    }
  });

  it("accept time steps on either side of the current one: one by default", async () => {
    const now = 1000 * 60_000;
    for (const distance of [-4, -3, -2, -1, 0, 1, 2, 3, 4]) {
      const step = 1000 + distance;
      const code = ocra(TIME, SECRET, { challenge, step });
      const within = (window: number) =>
        Math.abs(distance) <= window ? { ok: true, nextCounter: null, step } : mismatch;
      expect(await ask(TIME, code, { challenge, now, window: 3 })).toEqual(within(3));
      expect(await ask(TIME, code, { challenge, now })).toEqual(within(1));
      expect(await ask(TIME, code, { challenge, step: 1000, window: 0 })).toEqual(within(0));
    }
  });

  it("search every counter at every time step", async () => {
    for (const ahead of [0, 1, 2]) {
      for (const distance of [-2, -1, 0, 1, 2]) {
        const code = ocra(BOTH, SECRET, { challenge, counter: 5 + ahead, step: 9 + distance });
        const options = { challenge, counter: 5, step: 9, lookAhead: 2, window: 2 };
        expect(await ask(BOTH, code, options)).toEqual({ ok: true, nextCounter: 6 + ahead, step: 9 + distance });
      }
    }
  });

  it("prefer the lowest counter, and of its steps the latest one, when several match", () => {
    const everything: Signer = { algorithm: "SHA1", sign: () => new Uint8Array(20) };
    const options = { challenge, counter: 5, step: 9, lookAhead: 3, window: 2 };
    expect(verifyOcra(BOTH, everything, "0000000000", options)).toEqual({ nextCounter: 6, step: 11 });
  });

  it("keep to the counters and steps that exist, in the type that was given", async () => {
    const last = Number.MAX_SAFE_INTEGER;
    const answer = async (suite: string, input: OcraInput, options: Partial<VerifyOcraOptions>) =>
      ask(suite, ocra(suite, SECRET, input), { ...input, ...options });
    expect(await answer(COUNTER, { challenge, counter: last }, { lookAhead: 100 })).toMatchObject({
      nextCounter: last + 1,
    });
    const lastOfAll = 2n ** 64n - 1n;
    expect(await answer(COUNTER, { challenge, counter: lastOfAll }, { lookAhead: 100 })).toMatchObject({
      nextCounter: lastOfAll + 1n,
    });
    expect(await answer(TIME, { challenge, step: 0 }, { window: 10 })).toMatchObject({ step: 0 });
    expect(await answer(TIME, { challenge, step: 0n }, { window: 10 })).toMatchObject({ step: 0n });
    expect(await answer(TIME, { challenge, step: last }, { window: 10 })).toMatchObject({ step: last });
    expect(await answer(TIME, { challenge, step: lastOfAll }, { window: 10 })).toMatchObject({ step: lastOfAll });
    expect(await answer(TIME, { challenge, step: 5n }, { step: 4n })).toMatchObject({ ok: true, step: 5n });
  });

  it("sign only for counters and steps that exist", () => {
    const last = Number.MAX_SAFE_INTEGER;
    const lastOfAll = 2n ** 64n - 1n;
    for (const [suite, options, wanted] of [
      [COUNTER, { counter: last, lookAhead: 5 }, 1],
      [COUNTER, { counter: last - 2, lookAhead: 5 }, 3],
      [COUNTER, { counter: BigInt(last), lookAhead: 5 }, 6],
      [COUNTER, { counter: lastOfAll, lookAhead: 5 }, 1],
      [COUNTER, { counter: lastOfAll - 2n, lookAhead: 5 }, 3],
      [TIME, { step: 0, window: 10 }, 11],
      [TIME, { step: 0n, window: 10 }, 11],
      [TIME, { step: last, window: 10 }, 11],
      [TIME, { step: lastOfAll, window: 10 }, 11],
    ] as const) {
      let signed = 0;
      const counting: Signer = {
        algorithm: "SHA1",
        sign(message) {
          signed++;
          return key.sign(message);
        },
      };
      verifyOcra(suite, counting, "0000000000", { challenge, ...options });
      expect(signed, `${suite} ${Object.values(options)}`).toBe(wanted);
    }
  });

  it("ignore spaces and dashes in what was typed", async () => {
    expect(await ask(SUITE, " 237-653 ", { challenge: "00000000" })).toMatchObject({ ok: true });
  });

  it.each([...NO_CODES, ...disguises("237653")])("call it malformed: %s", async (_, make) => {
    expect(await ask(SUITE, make(), { challenge: "00000000" })).toEqual(malformed);
  });

  it.each(NO_CODES)("call it malformed where the response is the whole digest: %s", async (_, make) => {
    expect(await ask("OCRA-1:HOTP-SHA1-0:QN08", make(), { challenge: "00000000" })).toEqual(malformed);
  });

  it("read the whole digest in either case, and no other symbols", async () => {
    const suite = "OCRA-1:HOTP-SHA1-0:QN08";
    const code = ocra(suite, SECRET, { challenge });
    expect(await ask(suite, code.toUpperCase(), { challenge })).toMatchObject({ ok: true });
    const last = Number.parseInt(code.slice(-1), 16);
    expect(await ask(suite, code.slice(0, -1) + (last ^ 1).toString(16), { challenge })).toEqual(mismatch);
    for (const wrong of ["g", "G", "@", "`", "/", ":", ""]) {
      expect(await ask(suite, code.slice(0, -1) + wrong, { challenge })).toEqual(malformed);
    }
  });

  it("never accept a code with one digit changed", () => {
    const suite = "OCRA-1:HOTP-SHA256-8:QN08";
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.nat(7), fc.integer({ min: 1, max: 9 }), (number, at, by) => {
        const input = { challenge: String(number) };
        const code = ocra(suite, SECRET, input);
        const digit = (Number(code[at]) + by) % 10;
        expect(verifyOcra(suite, SECRET, code.slice(0, at) + digit + code.slice(at + 1), input)).toBe(null);
      }),
    );
  });
});

describe("a wrong option of verifyOcra and attemptOcra", () => {
  const options = { challenge, counter: 5, step: 9 };

  it.each([
    ["lookAhead", -1],
    ["lookAhead", 101],
    ["lookAhead", 1.5],
    ["lookAhead", "3"],
    ["lookAhead", null],
    ["window", -1],
    ["window", 11],
    ["window", null],
    ["window", { past: 1, future: 1 }],
    ["counter", undefined],
    ["challenge", "x"],
  ])("is refused by its name, whatever was typed: %s = %o", (argument, value) => {
    const wrong = { ...options, [argument]: value } as VerifyOcraOptions;
    for (const code of ["0000000000", "", undefined]) {
      expect(() => verifyOcra(BOTH, SECRET, code, wrong)).toThrow(refusal("invalid-argument", argument));
      expect(() => attemptOcra(BOTH, later, code, wrong)).toThrow(refusal("invalid-argument", argument));
    }
  });

  it("is refused when the name is unknown, or the options are missing", () => {
    const misspelt = { ...options, lookahead: 5 };
    expect(() => verifyOcra(BOTH, SECRET, "0000000000", misspelt)).toThrow(refusal("invalid-argument", "lookahead"));
    expect(() => verifyOcra(BOTH, SECRET, "0000000000", undefined as never)).toThrow(
      refusal("invalid-argument", "options"),
    );
  });

  it("is refused when the secret is shorter than 10 bytes, or no secret", () => {
    expect(() => verifyOcra(SUITE, new Uint8Array(9), "237653", { challenge })).toThrow(
      refusal("weak-secret", "secret"),
    );
    expect(verifyOcra(SUITE, new Uint8Array(10), "237653", { challenge })).toBe(null);
    expect(() => verifyOcra(SUITE, "!", "237653", { challenge })).toThrow(refusal("invalid-secret", "secret"));
  });

  it("does not hide a signer that fails: an error, and never an acceptance", async () => {
    const failing = { algorithm: "SHA1", async: true, sign: () => Promise.reject(new Error("away")) } as const;
    await expect(verifyOcra(SUITE, failing, "237653", { challenge })).rejects.toThrow(refusal("signer-failed"));
    await expect(attemptOcra(SUITE, failing, "237653", { challenge })).rejects.toThrow(refusal("signer-failed"));
    // A code that is malformed needs no signature.
    expect(await attemptOcra(SUITE, failing, "2376", { challenge })).toEqual(malformed);
  });
});
