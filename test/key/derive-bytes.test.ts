import { hkdfSync } from "node:crypto";
import fc from "fast-check";
import { deriveBytes } from "otp-core";
import { describe, expect, it } from "vitest";
import { hkdf } from "../../src/key/derive-bytes.ts";
import { refusal } from "../support/refusal.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const range = (from: number, to: number) => Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i);

// RFC 5869 appendix A, the test cases for SHA-256.
const CASES = [
  {
    name: "A.1, basic",
    key: new Uint8Array(22).fill(0x0b),
    salt: range(0x00, 0x0c),
    info: range(0xf0, 0xf9),
    output: hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
  },
  {
    name: "A.2, longer inputs and outputs",
    key: range(0x00, 0x4f),
    salt: range(0x60, 0xaf),
    info: range(0xb0, 0xff),
    output: hex(
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
  },
  {
    name: "A.3, salt and info of no bytes",
    key: new Uint8Array(22).fill(0x0b),
    salt: new Uint8Array(0),
    info: new Uint8Array(0),
    output: hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
  },
];

describe("hkdf", () => {
  it.each(CASES)("gives the output of RFC 5869 $name", ({ key, salt, info, output }) => {
    expect(hkdf(key, salt, info, output.length)).toEqual(output);
  });

  it("gives what node:crypto gives, for any input", () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    const law = fc.property(bytes, bytes, bytes, fc.integer({ min: 1, max: 200 }), (key, salt, info, length) => {
      expect(hkdf(key, salt, info, length)).toEqual(new Uint8Array(hkdfSync("sha256", key, salt, info, length)));
    });
    fc.assert(law);
  });
});

describe("deriveBytes", () => {
  const texts = fc.string({ unit: "grapheme", minLength: 32, maxLength: 80 });
  const purposes = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });

  it("is HKDF-SHA-256 of the UTF-8 without salt: 32 bytes, the same on every runtime", () => {
    const law = fc.property(texts, purposes, (secret, purpose) => {
      const expected = new Uint8Array(hkdfSync("sha256", secret, "", purpose, 32));
      expect(deriveBytes(secret, purpose)).toEqual(expected);
    });
    fc.assert(law);
  });

  it("gives other bytes for another purpose and for another secret", () => {
    const secret = "0123456789abcdef0123456789abcdef";
    expect(deriveBytes(secret, "pepper")).not.toEqual(deriveBytes(secret, "seal"));
    expect(deriveBytes(secret, "pepper")).not.toEqual(deriveBytes(`${secret} `, "pepper"));
    expect(deriveBytes(secret, "pepper")).not.toBe(deriveBytes(secret, "pepper"));
  });

  it("refuses a short secret, an empty purpose, and everything that is not well-formed text", () => {
    const secret = "x".repeat(32);
    expect(() => deriveBytes("x".repeat(31), "pepper")).toThrow(refusal("weak-secret", "secret"));
    expect(() => deriveBytes(secret, "")).toThrow(refusal("invalid-argument", "purpose"));
    expect(() => deriveBytes(`${secret}\ud800`, "pepper")).toThrow(refusal("invalid-argument", "secret"));
    expect(() => deriveBytes(secret, "\udc00")).toThrow(refusal("invalid-argument", "purpose"));
    for (const value of [undefined, null, 1, {}, new Uint8Array(32), [secret]]) {
      expect(() => deriveBytes(value as never, "pepper")).toThrow(refusal("invalid-argument", "secret"));
      expect(() => deriveBytes(secret, value as never)).toThrow(refusal("invalid-argument", "purpose"));
    }
  });
});
