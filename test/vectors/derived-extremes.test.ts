import { type Algorithm, attemptHotp, attemptTotp, hotp, timeStep } from "otp-core";
import { describe, expect, it } from "vitest";
import { ALGORITHMS, ENGINES, SIGNERS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";
import { fromHex } from "../support/vector-bytes.ts";
import { row, rows, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("derived-extremes", ["count", "vectors", "sameCodeWithinWindow", "timeEdges", "negativeTime"]);
const vectors = rows(file.vectors, {
  case: "string",
  algorithm: "string",
  secretHex: "string",
  counter: "string",
  digits: "number",
  code: "string",
}).map((vector) => ({ ...vector, algorithm: algorithmNamed(vector.algorithm), secret: fromHex(vector.secretHex) }));

function algorithmNamed(name: string): Algorithm {
  const algorithm = ALGORITHMS.find((known) => known === name);
  if (algorithm === undefined) throw new TypeError("a vector of an unknown algorithm");
  return algorithm;
}

// Two things in the file are outside of what the library does: fewer than six digits, and no secret at all.
const shown = vectors.filter(({ digits, secret }) => digits >= 6 && secret.length > 0);
const tooShort = vectors.filter(({ digits }) => digits < 6);
const keyless = vectors.filter(({ secret }) => secret.length === 0);
const cases = [...new Set(shown.map((vector) => vector.case))];

describe("the derived extremes", () => {
  it("are 118, of which six are refused", () => {
    expect(vectors).toHaveLength(118);
    expect(file.count).toBe(118);
    expect([shown.length, tooShort.length, keyless.length]).toEqual([112, 5, 1]);
  });

  describe.each(SIGNERS)("on the engine $name", ({ prepare }) => {
    it.each(cases)("%s (traps 42, 44, 46, 47, 69)", async (name) => {
      for (const vector of shown.filter((candidate) => candidate.case === name)) {
        const { algorithm, secret, digits } = vector;
        const key = { secret: prepare(secret, algorithm), digits };
        const counter = BigInt(vector.counter);
        expect(await hotp(key, counter), JSON.stringify(vector)).toBe(vector.code);
        expect(await attemptHotp(key, vector.code, { counter, lookAhead: 0 })).toEqual({
          ok: true,
          nextCounter: counter + 1n,
        });
        if (counter <= Number.MAX_SAFE_INTEGER) expect(await hotp(key, Number(counter))).toBe(vector.code);
      }
    });

    it.each(tooShort)(
      "$digits digits are refused (H2), but are the end of ten",
      async ({ algorithm, secret, counter, digits, code }) => {
        const signer = prepare(secret, algorithm);
        expect(() => hotp({ secret: signer, digits }, BigInt(counter))).toThrow(refusal("invalid-argument", "digits"));
        expect((await hotp({ secret: signer, digits: 10 }, BigInt(counter))).slice(-digits)).toBe(code);
      },
    );
  });

  it("the same codes come from the secret as bytes, without a handle", () => {
    for (const { algorithm, secret, counter, digits, code } of shown) {
      expect(hotp({ secret, algorithm, digits }, BigInt(counter))).toBe(code);
    }
  });

  it.each(ENGINES)(
    "the empty key, for which HMAC is defined, is refused on the engine $name (trap 38)",
    ({ prepare }) => {
      for (const { algorithm, secret, counter } of keyless) {
        expect(() => prepare(secret, algorithm)).toThrow(refusal("invalid-secret", "secret"));
        expect(() => hotp({ secret, algorithm }, BigInt(counter))).toThrow(refusal("invalid-secret", "secret"));
      }
    },
  );

  const twins = rows(file.sameCodeWithinWindow, {
    secretHex: "string",
    counterA: "number",
    counterB: "number",
    code: "string",
    note: "string",
  });

  it.each(twins)(
    "counters $counterA and $counterB share the code $code: HOTP takes the lowest unused one, TOTP the latest (trap 18)",
    (twin) => {
      const key = { secret: fromHex(twin.secretHex) };
      const [a, b] = [twin.counterA, twin.counterB];
      expect([hotp(key, a), hotp(key, b)]).toEqual([twin.code, twin.code]);
      expect(attemptHotp(key, twin.code, { counter: a, lookAhead: 50 })).toEqual({ ok: true, nextCounter: a + 1 });
      expect(attemptHotp(key, twin.code, { counter: a + 1, lookAhead: 50 })).toEqual({ ok: true, nextCounter: b + 1 });
      expect(attemptHotp(key, twin.code, { counter: b + 1, lookAhead: 50 })).toEqual({ ok: false, reason: "mismatch" });
      const middle = { now: Math.floor((a + b) / 2) * 30_000, window: 10 };
      expect(attemptTotp(key, twin.code, { after: null, ...middle })).toMatchObject({ ok: true, step: b });
      expect(attemptTotp(key, twin.code, { after: a, ...middle })).toMatchObject({ ok: true, step: b });
      expect(attemptTotp(key, twin.code, { after: b, ...middle })).toEqual({ ok: false, reason: "replayed" });
    },
  );

  const edges = rows(file.timeEdges, { unixSeconds: "number", period: "number", t0: "number", counter: "number" });

  it.each(edges)("second $unixSeconds is in step $counter (T8)", ({ unixSeconds, period, t0, counter }) => {
    expect(timeStep({ period, epoch: t0 }, { now: unixSeconds * 1000 })).toBe(counter);
    expect(timeStep({ period, epoch: t0 }, { now: unixSeconds * 1000 + 999 })).toBe(counter);
  });

  it("a second before the epoch is in no step, least of all in step 0 (trap 43)", () => {
    const shape = { note: "string", unixSeconds: "number", floor: "number", truncated: "number" } as const;
    const { unixSeconds, floor, truncated } = row(file.negativeTime, shape);
    expect([Math.floor(unixSeconds / 30), Math.trunc(unixSeconds / 30) + 0]).toEqual([floor, truncated]);
    expect(() => timeStep({}, { now: unixSeconds * 1000 })).toThrow(refusal("invalid-argument", "now"));
    expect(() => timeStep({ epoch: 1 }, { now: 0 })).toThrow(refusal("invalid-argument", "now"));
  });
});
