import fc from "fast-check";
import { hotp, truncate } from "otp-core";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { algorithms, secrets } from "../support/arbitrary-keys.ts";
import { refusal } from "../support/refusal.ts";

describe("truncate", () => {
  it("gives 872921 for the digest of RFC 4226 section 5.4", () => {
    const digest = Uint8Array.from(Buffer.from("1f8698690e02ca16618550ef7f19da8e945b555a", "hex"));
    expect(truncate(digest, 6)).toBe("872921");
    expect(truncate(digest, 1)).toBe("1");
    expect(truncate(digest, 10)).toBe("1357872921");
  });

  it("gives the code of hotp for the digest of the counter", () => {
    const law = fc.property(
      secrets,
      algorithms,
      fc.integer({ min: 6, max: 10 }),
      fc.nat(),
      (bytes, algorithm, digits, counter) => {
        const message = new Uint8Array(8);
        new DataView(message.buffer).setBigUint64(0, BigInt(counter));
        const digest = hmac(bytes, algorithm).sign(message);
        expect(truncate(digest, digits)).toBe(hotp({ secret: bytes, algorithm, digits }, counter));
        expect(truncate(Buffer.from(digest), digits)).toBe(truncate(digest, digits));
      },
    );
    fc.assert(law);
  });

  it("is the law of RFC 4226 section 5.3 in the plainest words, for digests of any length from 20 bytes on", () => {
    const law = fc.property(
      fc.uint8Array({ minLength: 20, maxLength: 64 }),
      fc.integer({ min: 1, max: 10 }),
      (digest, digits) => {
        const offset = (digest.at(-1) ?? 0) % 16;
        const value = new DataView(digest.buffer, digest.byteOffset).getUint32(offset) % 2 ** 31;
        expect(truncate(digest, digits)).toBe(String(value).padStart(10, "0").slice(-digits));
      },
    );
    fc.assert(law);
  });

  it("refuses a digest that is too short, and digits out of range", () => {
    for (const digest of [
      new Uint8Array(19),
      new Uint8Array(16),
      new Int32Array(20),
      "x".repeat(20),
      null,
      undefined,
    ]) {
      expect(() => truncate(digest as Uint8Array, 6)).toThrow(refusal("invalid-argument", "digest"));
    }
    for (const digits of [0, 11, 1.5, "6", undefined]) {
      expect(() => truncate(new Uint8Array(20), digits as number)).toThrow(refusal("invalid-argument", "digits"));
    }
  });
});
