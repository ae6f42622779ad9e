import fc from "fast-check";
import { encodeBase32, hotp } from "otp-core";
import { describe, expect, it } from "vitest";
import { algorithms, counters, digits, keys } from "../support/arbitrary-keys.ts";
import { ALGORITHMS, SIGNERS } from "../support/engines.ts";
import { referenceDigits, referenceValue } from "../support/reference.ts";
import { refusal } from "../support/refusal.ts";
import { scripted } from "../support/signers.ts";

const secrets = keys(1, 300);

describe("hotp", () => {
  it("is what node:crypto computes, for random keys of 1 to 300 bytes and all 64 bits of the counter (H5, trap 42)", () => {
    const law = fc.property(secrets, algorithms, counters, digits, (secret, algorithm, counter, length) => {
      const expected = referenceDigits(referenceValue(secret, algorithm, counter), length);
      expect(hotp({ secret, algorithm, digits: length }, counter)).toBe(expected);
    });
    fc.assert(law, { numRuns: 500 });
  });

  it.each(SIGNERS)("gives the same code on the engine $name", async ({ prepare }) => {
    const law = fc.asyncProperty(secrets, algorithms, counters, digits, async (secret, algorithm, counter, length) => {
      const expected = referenceDigits(referenceValue(secret, algorithm, counter), length);
      expect(await hotp({ secret: prepare(secret, algorithm), digits: length }, counter)).toBe(expected);
    });
    await fc.assert(law);
  });

  it("takes the secret as base32 text and as bytes alike", () => {
    const law = fc.property(secrets, algorithms, counters, (secret, algorithm, counter) => {
      const text = encodeBase32(secret);
      expect(hotp({ secret: text, algorithm }, counter)).toBe(hotp({ secret, algorithm }, counter));
    });
    fc.assert(law);
  });

  it("gives the same code for a counter as a number and as a bigint", () => {
    const numbers = fc.oneof(
      fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, 2 ** 53 - 1),
      fc.maxSafeNat(),
    );
    const law = fc.property(secrets, numbers, (secret, counter) => {
      expect(hotp({ secret }, counter)).toBe(hotp({ secret }, BigInt(counter)));
      expect(hotp({ secret }, counter)).toBe(referenceDigits(referenceValue(secret, "SHA1", counter), 6));
    });
    fc.assert(law);
  });

  it("gives another digest for counters that differ in one bit only, whichever it is (trap 42)", () => {
    const secret = Buffer.from("12345678901234567890");
    const codes = Array.from({ length: 64 }, (_, bit) => hotp({ secret, digits: 10 }, 1n << BigInt(bit)));
    expect(new Set(codes).size).toBe(64);
  });

  it("shows the last digits of the value and keeps its leading zeros (H2, trap 69)", () => {
    const law = fc.property(fc.nat({ max: 0x7fffffff }), digits, (value, length) => {
      const code = hotp({ secret: scripted(() => value), digits: length }, 0);
      expect(code).toBe(referenceDigits(value, length));
      expect(code).toHaveLength(length);
    });
    fc.assert(law);
    for (const length of [6, 7, 8, 9, 10]) {
      expect(hotp({ secret: scripted(() => 0), digits: length }, 0)).toBe("0".repeat(length));
      expect(hotp({ secret: scripted(() => 42), digits: length }, 0)).toBe(`${"0".repeat(length - 2)}42`);
    }
  });

  it("drops the highest bit of the value, whatever the digest is (RFC 4226 section 5.3)", () => {
    expect(hotp({ secret: scripted(() => 0xffffffff), digits: 10 }, 0)).toBe("2147483647");
    expect(hotp({ secret: scripted(() => 0x80000000), digits: 10 }, 0)).toBe("0000000000");
  });

  it("truncates at every offset that the last four bits can name (H8, trap 46)", () => {
    for (const algorithm of ALGORITHMS) {
      const length = { SHA1: 20, SHA256: 32, SHA512: 64 }[algorithm];
      for (let offset = 0; offset < 16; offset++) {
        const digest = Uint8Array.from({ length }, (_, i) => (i * 37 + 201) & 255);
        // The upper half of the byte must not count.
        digest[length - 1] = 0xa0 | offset;
        const value = Buffer.from(digest).readUInt32BE(offset) & 0x7fffffff;
        const secret = { algorithm, sign: () => digest };
        expect(hotp({ secret, digits: 10 }, 0)).toBe(referenceDigits(value, 10));
      }
    }
  });

  it("takes a complete key and ignores what has nothing to do with the code", () => {
    const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const row = {
      type: "hotp",
      secret,
      counter: 7,
      issuer: "Example",
      account: "alice",
      id: 12,
      period: "ignored",
    } as const;
    expect(hotp(row, 0)).toBe("755224");
    expect(hotp({ ...row, type: undefined, algorithm: undefined, digits: undefined }, 0)).toBe("755224");
  });

  it("leaves the key and its bytes as they were", () => {
    const secret = Uint8Array.from(Buffer.from("12345678901234567890"));
    const key = Object.freeze({ secret });
    hotp(key, 0);
    expect(Buffer.from(secret).toString()).toBe("12345678901234567890");
  });

  it("judges no length of a secret but zero: verifying does (H4)", () => {
    expect(hotp({ secret: Uint8Array.of(1) }, 0)).toMatch(/^[0-9]{6}$/);
    expect(() => hotp({ secret: "" }, 0)).toThrow(refusal("invalid-secret", "secret"));
  });

  it("refuses a TOTP key and the Steam encoder", () => {
    const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    expect(() => hotp({ secret, type: "totp" } as never, 0)).toThrow(refusal("invalid-argument", "type"));
    expect(() => hotp({ secret, encoder: "steam" } as never, 0)).toThrow(refusal("invalid-argument", "encoder"));
  });

  it("refuses a counter that is none, with the range of its kind (H1)", () => {
    const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
    for (const counter of [-1n, 2n ** 64n, -(2n ** 63n)]) {
      expect(() => hotp(key, counter)).toThrow(refusal("invalid-argument", "counter"));
      expect(() => hotp(key, counter)).toThrow("counter must be from 0 to 2^64 - 1");
    }
    expect(() => hotp(key, 2 ** 53)).toThrow("counter must be an integer from 0 to 9007199254740991");
  });
});
