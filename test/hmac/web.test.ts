import { generateKeyPairSync, webcrypto } from "node:crypto";
import { type Algorithm, hotp, verifyTotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { type WebKey, webHmac } from "otp-core/hmac/web";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ALGORITHMS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";

// What webHmac has in common with the other engines is in hmac.test.ts.

const { subtle } = webcrypto;
const HASH_NAMES: Readonly<Record<Algorithm, string>> = { SHA1: "SHA-1", SHA256: "SHA-256", SHA512: "SHA-512" };
const SECRET = Uint8Array.from(Buffer.from("12345678901234567890"));
const MESSAGE = Uint8Array.of(1, 2, 3);

function imported(hash: string, usages: webcrypto.KeyUsage[] = ["sign"]): Promise<webcrypto.CryptoKey> {
  return subtle.importKey("raw", SECRET, { name: "HMAC", hash }, false, usages);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("webHmac with a CryptoKey", () => {
  it.each(ALGORITHMS)("reads the hash from the key: %s", async (algorithm) => {
    const key = await imported(HASH_NAMES[algorithm]);
    expect(webHmac(key).algorithm).toBe(algorithm);
    expect(await webHmac(key).sign(MESSAGE)).toEqual(hmac(SECRET, algorithm).sign(MESSAGE));
    expect(await hotp({ secret: webHmac(key) }, 7)).toBe(hotp({ secret: SECRET, algorithm }, 7));
  });

  it("gives and verifies codes of a key that cannot be exported, as a promise", async () => {
    const key = await imported("SHA-1");
    expect(key.extractable).toBe(false);
    const code = hotp({ secret: webHmac(key) }, 0);
    expect(code).toBeInstanceOf(Promise);
    expect(await code).toBe("755224");
    const verdict = verifyTotp({ secret: webHmac(key) }, "755224", { after: null, now: 0 });
    expect(verdict).toBeInstanceOf(Promise);
    expect(await verdict).toEqual({ step: 0, drift: 0 });
  });

  it("takes a key that signs and verifies", async () => {
    expect(await hotp({ secret: webHmac(await imported("SHA-1", ["sign", "verify"])) }, 0)).toBe("755224");
  });

  it("refuses an algorithm that differs from the key's algorithm (trap 72)", async () => {
    const key = await imported("SHA-256");
    const both = webHmac as unknown as (key: WebKey, algorithm: unknown) => unknown;
    expect(both(key, "SHA256")).toMatchObject({ algorithm: "SHA256" });
    for (const algorithm of ["SHA1", "SHA512", "sha256", "SHA-256", null]) {
      expect(() => both(key, algorithm)).toThrow(refusal("invalid-argument", "algorithm"));
    }
  });

  it("refuses a key that may not sign", async () => {
    const key = await imported("SHA-1", ["verify"]);
    expect(() => webHmac(key)).toThrow(refusal("invalid-argument", "secret"));
  });

  it("refuses the hashes that are none of the three (trap 45)", async () => {
    expect(() => webHmac(key384)).toThrow(refusal("invalid-argument", "secret"));
    for (const hash of [undefined, null, {}, "SHA-1", { name: "MD5" }, { name: "sha-1" }, { name: "SHA1" }]) {
      const key = { type: "secret", extractable: false, algorithm: { name: "HMAC", hash }, usages: ["sign"] };
      expect(() => webHmac(key)).toThrow(refusal("invalid-argument", "secret"));
    }
  });

  it("refuses keys for something else than HMAC: AES, public, private", async () => {
    const aes = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"]);
    const rsa = {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: "SHA-1",
    };
    const { privateKey, publicKey } = await subtle.generateKey(rsa, false, ["sign", "verify"]);
    expect(privateKey.usages).toContain("sign");
    for (const key of [aes, privateKey, publicKey]) {
      expect(() => webHmac(key)).toThrow(refusal("invalid-argument", "secret"));
    }
  });

  it("refuses what is no CryptoKey", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const usages = ["sign"];
    const algorithm = { name: "HMAC", hash: { name: "SHA-1" } };
    for (const value of [
      ...[privateKey, {}, { type: "secret" }, { type: "secret", algorithm }, { type: "secret", usages }],
      ...[
        { type: "public", algorithm, usages },
        { type: "private", algorithm, usages },
      ],
    ]) {
      expect(() => webHmac(value as unknown as WebKey)).toThrow(refusal("invalid-argument", "secret"));
    }
  });
});

const key384 = await imported("SHA-384");

describe("webHmac with text or bytes", () => {
  it("imports the key once, not extractable and for signing only, and not before it signs", async () => {
    const importKey = vi.fn(subtle.importKey.bind(subtle));
    vi.stubGlobal("crypto", { subtle: { importKey, sign: subtle.sign.bind(subtle) } });
    const secret = webHmac(SECRET, "SHA256");
    expect(importKey).not.toHaveBeenCalled();
    await Promise.all([secret.sign(MESSAGE), secret.sign(MESSAGE), hotp({ secret }, 1)]);
    await secret.sign(MESSAGE);
    expect(importKey).toHaveBeenCalledExactlyOnceWith("raw", SECRET, { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
    ]);
  });

  it("tries the import again after one that failed", async () => {
    const failure = new Error("the key store is locked");
    const importKey = vi.fn(subtle.importKey.bind(subtle));
    importKey.mockRejectedValueOnce(failure);
    vi.stubGlobal("crypto", { subtle: { importKey, sign: subtle.sign.bind(subtle) } });
    const secret = webHmac(SECRET);
    const both = await Promise.allSettled([secret.sign(MESSAGE), hotp({ secret }, 0)]);
    expect(both).toEqual([
      { status: "rejected", reason: failure },
      { status: "rejected", reason: expect.objectContaining({ code: "signer-failed", cause: failure }) },
    ]);
    expect(importKey).toHaveBeenCalledTimes(1);
    expect(await hotp({ secret }, 0)).toBe("755224");
    expect(await hotp({ secret }, 1)).toBe("287082");
    expect(importKey).toHaveBeenCalledTimes(2);
  });

  it("tries the import again after one that failed at once", async () => {
    const importKey = vi.fn(subtle.importKey.bind(subtle));
    importKey.mockImplementationOnce(() => {
      throw new Error("the key store is locked");
    });
    vi.stubGlobal("crypto", { subtle: { importKey, sign: subtle.sign.bind(subtle) } });
    const secret = webHmac(SECRET);
    await expect(hotp({ secret }, 0)).rejects.toThrow(refusal("signer-failed"));
    expect(await hotp({ secret }, 0)).toBe("755224");
  });

  it.each([
    ["no crypto", undefined],
    ["crypto is null", null],
    ["no crypto.subtle, as on a page without https", { getRandomValues: () => undefined }],
  ])("rejects with signer-failed while there is %s, and works when there is", async (_, crypto) => {
    const secret = webHmac(SECRET);
    const key = webHmac(await imported("SHA-1"));
    vi.stubGlobal("crypto", crypto);
    for (const handle of [secret, key]) {
      await expect(handle.sign(MESSAGE)).rejects.toThrow(refusal("signer-failed"));
      await expect(hotp({ secret: handle }, 0)).rejects.toThrow(refusal("signer-failed"));
      await expect(verifyTotp({ secret: handle }, "755224", { after: null, now: 0 })).rejects.toThrow(
        refusal("signer-failed"),
      );
    }
    vi.unstubAllGlobals();
    for (const handle of [secret, key]) expect(await hotp({ secret: handle }, 0)).toBe("755224");
  });

  it("a signature that fails is signer-failed with the reason, never a verdict", async () => {
    const failure = new Error("the key store is locked");
    vi.stubGlobal("crypto", {
      subtle: { importKey: subtle.importKey.bind(subtle), sign: async () => Promise.reject(failure) },
    });
    const rejected = expect.objectContaining({ code: "signer-failed", cause: failure });
    await expect(hotp({ secret: webHmac(SECRET) }, 0)).rejects.toThrow(rejected);
    await expect(verifyTotp({ secret: webHmac(SECRET) }, "755224", { after: null, now: 0 })).rejects.toThrow(rejected);
  });
});
