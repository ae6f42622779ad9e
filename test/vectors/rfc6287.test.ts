import { attemptOcra, ocra, parseSuite, verifyOcra } from "otp-core/ocra";
import { describe, expect, it } from "vitest";
import { SIGNERS } from "../support/engines.ts";
import { referenceOcra } from "../support/ocra-reference.ts";
import { fromHex } from "../support/vector-bytes.ts";
import { list, row, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("rfc6287", ["notes", "vectors"]);

const SHAPE = { suite: "string", key: "string", challenge: "string", response: "string" } as const;

interface Vector {
  readonly suite: string;
  readonly key: string;
  readonly challenge: string;
  readonly response: string;
  readonly counter?: number;
  readonly pin?: string;
  readonly t?: number;
}

/** A row has the optional fields that its suite asks for, and no others. */
function vectorOf(value: unknown): Vector {
  const { counter, pin, period } = parseSuite((value as Vector).suite);
  const shape: Record<string, "string" | "number"> = { ...SHAPE };
  if (counter) shape.counter = "number";
  if (pin !== null) shape.pin = "string";
  if (period !== null) shape.t = "number";
  return row(value, shape) as unknown as Vector;
}

const vectors = (file.vectors as readonly unknown[]).map(vectorOf);

describe("RFC 6287 appendix C (R5)", () => {
  it("has 70 rows of nine suites: one-way, mutual and signature", () => {
    expect(vectors).toHaveLength(70);
    const suites = [...new Set(vectors.map(({ suite }) => suite))];
    expect(suites.map((suite) => [suite, vectors.filter((vector) => vector.suite === suite).length])).toEqual([
      ["OCRA-1:HOTP-SHA1-6:QN08", 10],
      ["OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", 10],
      ["OCRA-1:HOTP-SHA256-8:QN08-PSHA1", 5],
      ["OCRA-1:HOTP-SHA512-8:C-QN08", 10],
      ["OCRA-1:HOTP-SHA512-8:QN08-T1M", 5],
      ["OCRA-1:HOTP-SHA256-8:QA08", 15],
      ["OCRA-1:HOTP-SHA512-8:QA10-T1M", 5],
      ["OCRA-1:HOTP-SHA512-8:QA08", 5],
      ["OCRA-1:HOTP-SHA512-8:QA08-PSHA1", 5],
    ]);
    expect(list(file.notes, "string")).toHaveLength(4);
  });

  describe.each(SIGNERS)("on the engine $name", ({ prepare }) => {
    it.each(vectors)("$suite answers $challenge ($counter, $pin, $t) with $response", async (vector) => {
      const { suite, challenge, counter, pin, t, response } = vector;
      const signer = prepare(fromHex(vector.key), parseSuite(suite).algorithm);
      const input = { challenge, counter, pin, step: t };
      expect(await ocra(suite, signer, input)).toBe(response);
      const match = { nextCounter: counter === undefined ? null : counter + 1, step: t ?? null };
      expect(await verifyOcra(suite, signer, response, input)).toEqual(match);
      expect(await attemptOcra(suite, signer, response, input)).toEqual({ ok: true, ...match });
      // The last minute of that step, as a clock says it.
      if (t !== undefined) {
        const now = (t + 1) * 60_000 - 1;
        expect(await ocra(suite, signer, { challenge, counter, pin, now })).toBe(response);
      }
    });
  });

  it("agrees with the reference of the tests, so that the reference may judge other suites", () => {
    for (const { suite, key, challenge, counter, pin, t, response } of vectors) {
      const input = { challenge, counter, pin, step: t };
      expect(referenceOcra(suite, parseSuite(suite), fromHex(key), input)).toBe(response);
    }
  });
});
