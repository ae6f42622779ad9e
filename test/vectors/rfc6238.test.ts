import { type Algorithm, attemptTotp, decodeBase32, timeStep, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { ALGORITHMS, SIGNERS } from "../support/engines.ts";
import { counterBytes, fromHex, toHex } from "../support/vector-bytes.ts";
import { row, rows, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("rfc6238", ["seeds", "stepSeconds", "t0", "vectors", "wrongSeedNote", "wrongSeed20"]);
const { stepSeconds, t0, SHA1, SHA256, SHA512 } = {
  ...row({ stepSeconds: file.stepSeconds, t0: file.t0 }, { stepSeconds: "number", t0: "number" }),
  ...(file.seeds as Record<Algorithm, unknown>),
};
const SEED = { hex: "string", base32: "string", bytes: "number" } as const;
const seeds = { SHA1: row(SHA1, SEED), SHA256: row(SHA256, SEED), SHA512: row(SHA512, SEED) };
const vectors = rows(file.vectors, {
  time: "number",
  utc: "string",
  counterHex: "string",
  counter: "number",
  algorithm: "string",
  secretHex: "string",
  totp8: "string",
  hmacHex: "string",
  offset: "number",
  truncatedDecimal: "number",
  totp6: "string",
});
const wrongSeed = rows(file.wrongSeed20, { time: "number", algorithm: "string", code: "string" });
const clock = { period: stepSeconds, epoch: t0 };

describe("RFC 6238 Appendix B", () => {
  it("has six moments for each of the three algorithms, and no seed of a fourth", () => {
    for (const algorithm of ALGORITHMS) expect(vectors.filter((v) => v.algorithm === algorithm)).toHaveLength(6);
    expect(vectors).toHaveLength(18);
    expect(Object.keys(file.seeds as object)).toEqual([...ALGORITHMS]);
  });

  it("has seeds as long as the digest: 20, 32 and 64 bytes (T9, T18, erratum 2866)", () => {
    for (const algorithm of ALGORITHMS) {
      const { hex, base32, bytes } = seeds[algorithm];
      expect(toHex(decodeBase32(base32))).toBe(hex);
      expect(fromHex(hex)).toHaveLength(bytes);
    }
    expect(ALGORITHMS.map((algorithm) => seeds[algorithm].bytes)).toEqual([20, 32, 64]);
  });

  it("counts the steps (T8)", () => {
    for (const { time, utc, counter, counterHex } of vectors) {
      expect(Date.parse(utc)).toBe(time * 1000);
      expect(timeStep(clock, { now: time * 1000 })).toBe(counter);
      expect(toHex(counterBytes(counter)).toUpperCase()).toBe(counterHex);
    }
  });

  describe.each(SIGNERS)("on the engine $name", ({ prepare }) => {
    describe.each(ALGORITHMS)("with %s", (algorithm) => {
      const signer = prepare(fromHex(seeds[algorithm].hex), algorithm);

      it.each(vectors.filter((v) => v.algorithm === algorithm))(
        "at $utc the digest, the value and the code (T7, trap 46)",
        async (vector) => {
          const now = vector.time * 1000;
          expect(vector.secretHex).toBe(seeds[algorithm].hex);
          const digest = await signer.sign(counterBytes(vector.counter));
          expect(toHex(digest)).toBe(vector.hmacHex);
          expect((digest.at(-1) as number) & 15).toBe(vector.offset);
          const value = String(vector.truncatedDecimal).padStart(10, "0");
          expect(await totp({ secret: signer, digits: 10, ...clock }, { now })).toBe(value);
          expect(await totp({ secret: signer, digits: 8, ...clock }, { now })).toBe(vector.totp8);
          expect(await totp({ secret: signer }, { now })).toBe(vector.totp6);
          expect(
            await attemptTotp({ secret: signer, digits: 8 }, vector.totp8, { after: null, now, window: 0 }),
          ).toEqual({
            ok: true,
            step: vector.counter,
            drift: 0,
          });
        },
      );
    });

    it("gives the wrong codes that are documented for the 20-byte seed, and never calls them right (trap 46)", async () => {
      const short = fromHex(seeds.SHA1.hex);
      for (const { time, algorithm, code } of wrongSeed) {
        if (algorithm !== "SHA256" && algorithm !== "SHA512")
          throw new TypeError("only two algorithms have a wrong seed");
        const now = time * 1000;
        expect(await totp({ secret: prepare(short, algorithm), digits: 8 }, { now })).toBe(code);
        const right = prepare(fromHex(seeds[algorithm].hex), algorithm);
        expect(await totp({ secret: right, digits: 8 }, { now })).not.toBe(code);
        expect(await attemptTotp({ secret: right, digits: 8 }, code, { after: null, now })).toMatchObject({
          ok: false,
        });
      }
    });
  });

  it("has a wrong code for every moment of the two algorithms", () => {
    expect(file.wrongSeedNote).toEqual(expect.stringContaining("20-byte seed"));
    const moments = (rows: readonly { time: number; algorithm: string }[]) =>
      rows.map((r) => `${r.time} ${r.algorithm}`);
    expect(moments(wrongSeed)).toEqual(moments(vectors.filter((v) => v.algorithm !== "SHA1")));
  });
});
