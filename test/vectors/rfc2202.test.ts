import { type Algorithm, hotp } from "otp-core";
import { describe, expect, it } from "vitest";
import { ENGINES, SIGNERS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";
import { fromHex, toHex } from "../support/vector-bytes.ts";
import { rows, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("rfc2202", ["hmacSha1", "hmacMd5"]);
const CASE = { case: "number", keyHex: "string", dataHex: "string", digestHex: "string" } as const;
const sha1 = rows(file.hmacSha1, CASE);
const md5 = rows(file.hmacMd5, CASE);

describe("RFC 2202", () => {
  it("has seven cases for either hash", () => {
    expect(sha1.map((vector) => vector.case)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(md5.map((vector) => vector.case)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  describe.each(SIGNERS)("on the engine $name", ({ prepare }) => {
    it.each(sha1)(
      "section 3, HMAC-SHA-1, case $case (trap 47: keys of 80 bytes are longer than a block)",
      async (vector) => {
        const digest = await prepare(fromHex(vector.keyHex), "SHA1").sign(fromHex(vector.dataHex));
        expect(toHex(digest)).toBe(vector.digestHex);
      },
    );
  });

  it.each(md5)(
    "section 2, HMAC-MD5, case $case: MD5 is refused everywhere and never becomes SHA-1 (trap 45)",
    (vector) => {
      const MD5 = "MD5" as Algorithm;
      const key = fromHex(vector.keyHex);
      for (const { prepare } of ENGINES)
        expect(() => prepare(key, MD5)).toThrow(refusal("invalid-argument", "algorithm"));
      expect(() => hotp({ secret: key, algorithm: MD5 }, 0)).toThrow(refusal("invalid-argument", "algorithm"));
      const own = { algorithm: MD5, sign: () => fromHex(vector.digestHex) };
      expect(() => hotp({ secret: own }, 0)).toThrow(refusal("invalid-argument", "algorithm"));
    },
  );
});
