import type { Algorithm } from "otp-core";
import { describe, expect, it } from "vitest";
import { ENGINES, SIGNERS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";
import { fromHex, toHex } from "../support/vector-bytes.ts";
import { rows, vectorFile } from "../support/vector-file.ts";

const vectors = rows(vectorFile("rfc4231", ["vectors"]).vectors, {
  case: "number",
  keyHex: "string",
  dataHex: "string",
  truncatedTo128: "boolean",
  sha224: "string",
  sha256: "string",
  sha384: "string",
  sha512: "string",
});

describe("RFC 4231 section 4", () => {
  it("has seven cases, of which the fifth is truncated to 128 bits", () => {
    expect(vectors.map((vector) => vector.case)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(vectors.map((vector) => vector.truncatedTo128)).toEqual([false, false, false, false, true, false, false]);
  });

  describe.each(SIGNERS)("on the engine $name", ({ prepare }) => {
    it.each(vectors)(
      "case $case (trap 47: keys of 131 bytes are longer than the block of SHA-512 too)",
      async (vector) => {
        for (const [algorithm, bytes, expected] of [
          ["SHA256", 32, vector.sha256],
          ["SHA512", 64, vector.sha512],
        ] as const) {
          const digest = await prepare(fromHex(vector.keyHex), algorithm).sign(fromHex(vector.dataHex));
          expect(digest).toHaveLength(bytes);
          expect(toHex(vector.truncatedTo128 ? digest.subarray(0, 16) : digest)).toBe(expected);
        }
      },
    );
  });

  it.each(ENGINES)("SHA-224 and SHA-384 are refused on the engine $name (trap 45)", ({ prepare }) => {
    for (const { keyHex, sha224, sha384 } of vectors) {
      // Where the digest is whole, it is as long as neither of ours.
      if (keyHex.length === 40) expect([sha224.length, sha384.length]).not.toContain(64);
      for (const algorithm of ["SHA224", "SHA384"] as unknown as Algorithm[]) {
        expect(() => prepare(fromHex(keyHex), algorithm)).toThrow(refusal("invalid-argument", "algorithm"));
      }
    }
  });
});
