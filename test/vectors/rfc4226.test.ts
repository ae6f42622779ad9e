import { attemptHotp, decodeBase32, encodeBase32, hotp } from "otp-core";
import { describe, expect, it } from "vitest";
import { SIGNERS } from "../support/engines.ts";
import { counterBytes, fromHex, toHex } from "../support/vector-bytes.ts";
import { row, rows, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("rfc4226", ["secretAscii", "secretHex", "secretBase32", "vectors", "section54"]);
const secrets = row(
  { secretAscii: file.secretAscii, secretHex: file.secretHex, secretBase32: file.secretBase32 },
  { secretAscii: "string", secretHex: "string", secretBase32: "string" },
);
const secret = fromHex(secrets.secretHex);
const vectors = rows(file.vectors, {
  counter: "number",
  hmacSha1Hex: "string",
  offset: "number",
  truncatedHex: "string",
  truncatedDecimal: "number",
  hotp6: "string",
  hotp7: "string",
  hotp8: "string",
});

describe("RFC 4226 Appendix D", () => {
  it("has ten counters, 0 to 9", () => {
    expect(vectors.map(({ counter }) => counter)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("writes one secret in three ways", () => {
    expect(Buffer.from(secret).toString("latin1")).toBe(secrets.secretAscii);
    expect(encodeBase32(secret)).toBe(secrets.secretBase32);
    expect(toHex(decodeBase32(secrets.secretBase32))).toBe(secrets.secretHex);
  });

  describe.each(SIGNERS)("on the engine $name", ({ prepare }) => {
    const signer = prepare(secret, "SHA1");

    it.each(vectors)("table 1: the digest of counter $counter and its offset (H5, H8)", async (vector) => {
      const digest = await signer.sign(counterBytes(vector.counter));
      expect(toHex(digest)).toBe(vector.hmacSha1Hex);
      expect((digest[19] as number) & 15).toBe(vector.offset);
    });

    it.each(vectors)(
      "table 2: the truncated value of counter $counter, which ten digits show in full (H7)",
      async (vector) => {
        expect(Number.parseInt(vector.truncatedHex, 16)).toBe(vector.truncatedDecimal);
        const code = await hotp({ secret: signer, digits: 10 }, vector.counter);
        expect(code).toBe(String(vector.truncatedDecimal).padStart(10, "0"));
      },
    );

    it.each(vectors)("table 2: the codes of counter $counter with 6, 7 and 8 digits", async (vector) => {
      for (const counter of [vector.counter, BigInt(vector.counter)]) {
        expect(await hotp({ secret: signer }, counter)).toBe(vector.hotp6);
        expect(await hotp({ secret: signer, digits: 6 }, counter)).toBe(vector.hotp6);
        expect(await hotp({ secret: signer, digits: 7 }, counter)).toBe(vector.hotp7);
        expect(await hotp({ secret: signer, digits: 8 }, counter)).toBe(vector.hotp8);
      }
    });

    it.each(vectors)("the code of counter $counter is accepted at it, and the next counter follows", async (vector) => {
      const options = { counter: vector.counter, lookAhead: 0 };
      const expected = { ok: true, nextCounter: vector.counter + 1 };
      expect(await attemptHotp({ secret: signer }, vector.hotp6, options)).toEqual(expected);
      expect(await attemptHotp({ secret: signer, digits: 8 }, vector.hotp8, options)).toEqual(expected);
    });
  });

  it("gives the same codes for the secret as text and as bytes", () => {
    for (const { counter, hotp6 } of vectors) {
      expect(hotp({ secret: secrets.secretBase32 }, counter)).toBe(hotp6);
      expect(hotp({ secret }, counter)).toBe(hotp6);
    }
  });
});

describe("RFC 4226 section 5.4", () => {
  const example = row(file.section54, {
    hmacHex: "string",
    offset: "number",
    dbc1Hex: "string",
    dbc2Hex: "string",
    truncatedDecimal: "number",
    hotp6: "string",
  });
  const digest = fromHex(example.hmacHex);
  const secret = { algorithm: "SHA1", sign: () => digest } as const;

  it("truncates the digest that it prints in full", () => {
    expect((digest[19] as number) & 15).toBe(example.offset);
    expect(toHex(digest.subarray(example.offset, example.offset + 4))).toBe(example.dbc1Hex);
    expect(Number.parseInt(example.dbc1Hex, 16) & 0x7fffffff).toBe(Number.parseInt(example.dbc2Hex, 16));
    expect(hotp({ secret, digits: 10 }, 0)).toBe(String(example.truncatedDecimal));
    expect(hotp({ secret }, 0)).toBe(example.hotp6);
  });
});
