import { createSecretKey, generateKeyPairSync, KeyObject, webcrypto } from "node:crypto";
import { hotp, totp, verifyTotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { type NodeKeyObject, nodeHmac } from "otp-core/hmac/node";
import { describe, expect, it } from "vitest";
import { ALGORITHMS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";

// What nodeHmac has in common with the other engines is in hmac.test.ts.

const SECRET = "12345678901234567890";

describe("nodeHmac with a KeyObject", () => {
  it("signs what the key itself would sign, under each algorithm", () => {
    for (const algorithm of ALGORITHMS) {
      const bytes = Buffer.from(SECRET);
      const handle = nodeHmac(createSecretKey(bytes), algorithm);
      expect(handle.algorithm).toBe(algorithm);
      expect(handle.sign(Uint8Array.of(1, 2, 3))).toEqual(hmac(bytes, algorithm).sign(Uint8Array.of(1, 2, 3)));
    }
  });

  it("gives and verifies the codes of the key, at once", () => {
    const secret = nodeHmac(createSecretKey(SECRET, "ascii"));
    expect(totp({ secret, digits: 8 }, { now: 59_000 })).toBe("94287082");
    expect(verifyTotp({ secret, digits: 8 }, "94287082", { after: null, now: 59_000 })).toEqual({
      step: 1,
      drift: 0,
    });
  });

  it("needs no export: the key may be one that a provider keeps", () => {
    const key = createSecretKey(SECRET, "ascii");
    Object.defineProperty(key, "export", {
      value: () => {
        throw new Error("the key leaves its place");
      },
    });
    expect(hotp({ secret: nodeHmac(key) }, 0)).toBe("755224");
  });

  it("refuses public and private keys", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    for (const key of [publicKey, privateKey]) {
      expect(() => nodeHmac(key)).toThrow(refusal("invalid-argument", "secret"));
    }
  });

  it("refuses an empty key (trap 38)", () => {
    expect(() => nodeHmac(createSecretKey(new Uint8Array(0)))).toThrow(refusal("invalid-secret", "secret"));
  });

  it("refuses a CryptoKey, which webHmac takes, and an object that only looks like a key", async () => {
    const cryptoKey = await webcrypto.subtle.generateKey({ name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
    const looks = [cryptoKey, { type: "secret" }, { type: "secret", export: 1 }, { type: "public", export: () => 1 }];
    for (const key of looks) {
      expect(() => nodeHmac(key as unknown as NodeKeyObject)).toThrow(refusal("invalid-argument", "secret"));
    }
    expect(hotp({ secret: nodeHmac(KeyObject.from(cryptoKey)) }, 0)).toMatch(/^\d{6}$/);
  });
});
