import { createHmac } from "node:crypto";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import {
  type Algorithm,
  type AsyncSigner,
  decodeBase32,
  generateSecret,
  hotp,
  type Signer,
  verifyTotp,
} from "otp-core";
import { hmac } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { webHmac } from "otp-core/hmac/web";
import { describe, expect, it } from "vitest";
import { ALGORITHMS, ENGINES, SIGNERS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";
import { counterBytes } from "../support/vector-bytes.ts";

// The published examples are in test/vectors: RFC 2202, RFC 4231, RFC 4226 and RFC 6238.

const BLOCK_BYTES: Readonly<Record<Algorithm, number>> = { SHA1: 64, SHA256: 64, SHA512: 128 };
const DIGEST_BYTES: Readonly<Record<Algorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };

/** What node:crypto says. */
function expectedDigest(key: Uint8Array, algorithm: Algorithm, message: Uint8Array): Uint8Array {
  return Uint8Array.from(createHmac(algorithm, key).update(message).digest());
}

/** RFC 4226 section 5.3 on what node:crypto says, with all ten digits. */
function expectedValue(key: Uint8Array, algorithm: Algorithm, counter: bigint): string {
  const digest = Buffer.from(expectedDigest(key, algorithm, counterBytes(counter)));
  const value = digest.readUInt32BE((digest.at(-1) as number) & 15) & 0x7fffffff;
  return String(value).padStart(10, "0");
}

/** Bytes that are all different from their neighbours, so that none can be lost or swapped unseen. */
const pattern = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i * 167 + seed * 31 + 1) & 255);

const keys = fc.uint8Array({ minLength: 1, maxLength: 300 });
const messages = fc.uint8Array({ maxLength: 300 });
const algorithms = fc.constantFrom(...ALGORITHMS);
const counters = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe.each(SIGNERS)("the engine $name", ({ name, prepare }) => {
  it("is node:crypto for every key of 1 to 300 bytes and every message of 0 to 300", async () => {
    await fc.assert(
      fc.asyncProperty(keys, messages, algorithms, async (key, message, algorithm) => {
        const digest = await prepare(key, algorithm).sign(message);
        expect(Uint8Array.from(digest)).toEqual(expectedDigest(key, algorithm, message));
      }),
      { numRuns: 300 },
    );
  });

  it("is node:crypto for every counter of 64 bits", async () => {
    await fc.assert(
      fc.asyncProperty(keys, counters, algorithms, async (secret, counter, algorithm) => {
        const expected = expectedValue(secret, algorithm, counter);
        expect(await hotp({ secret: prepare(secret, algorithm), digits: 10 }, counter)).toBe(expected);
        if (name === "pure") expect(hotp({ secret, algorithm, digits: 10 }, counter)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it.each(ALGORITHMS)("%s: keys and messages of every length, all block borders (R3, trap 47)", async (algorithm) => {
    const text = pattern(20, 1);
    const key = pattern(20, 2);
    const signer = prepare(key, algorithm);
    for (let length = 0; length <= 300; length++) {
      const message = pattern(length, 3);
      expect(Uint8Array.from(await signer.sign(message))).toEqual(expectedDigest(key, algorithm, message));
      if (length === 0) continue;
      const long = pattern(length, 4);
      expect(Uint8Array.from(await prepare(long, algorithm).sign(text))).toEqual(expectedDigest(long, algorithm, text));
      const code = await hotp({ secret: prepare(long, algorithm), digits: 10 }, 7);
      expect(code).toBe(expectedValue(long, algorithm, 7n));
    }
  });

  it("truncates at the last byte's offset, which is the twentieth for SHA-1 only (trap 46)", async () => {
    for (const algorithm of ["SHA256", "SHA512"] as const) {
      let different = 0;
      const key = pattern(32, 5);
      for (let counter = 0n; counter < 32n; counter++) {
        const digest = Buffer.from(expectedDigest(key, algorithm, counterBytes(counter)));
        const fixed = digest.readUInt32BE((digest[19] as number) & 15) & 0x7fffffff;
        const code = await hotp({ secret: prepare(key, algorithm), digits: 10 }, counter);
        expect(code).toBe(expectedValue(key, algorithm, counter));
        if (code !== String(fixed).padStart(10, "0")) different++;
      }
      expect(different).toBeGreaterThan(16);
    }
  });
});

describe.each(ENGINES)("a handle of the engine $name", ({ prepare }) => {
  it("says its algorithm", () => {
    for (const algorithm of ALGORITHMS) expect(prepare(pattern(20, 1), algorithm).algorithm).toBe(algorithm);
  });

  it("signs into a fresh Uint8Array that is exactly the digest (trap 70)", async () => {
    for (const algorithm of ALGORITHMS) {
      const signer = prepare(pattern(20, 1), algorithm);
      const first = await signer.sign(pattern(8, 2));
      expect(first.constructor).toBe(Uint8Array);
      expect(first).toHaveLength(DIGEST_BYTES[algorithm]);
      expect(first.buffer.byteLength).toBe(DIGEST_BYTES[algorithm]);
      const kept = first.slice();
      const second = await signer.sign(pattern(8, 3));
      expect(first).toEqual(kept);
      first.fill(0);
      expect(await signer.sign(pattern(8, 3))).toEqual(second);
    }
  });

  it("leaves secret and message alone", async () => {
    for (const algorithm of ALGORITHMS) {
      const secret = pattern(BLOCK_BYTES[algorithm] + 9, 1);
      const message = pattern(200, 2);
      await prepare(secret, algorithm).sign(message);
      expect(secret).toEqual(pattern(BLOCK_BYTES[algorithm] + 9, 1));
      expect(message).toEqual(pattern(200, 2));
    }
  });

  it("keeps its key apart from that of every other handle", async () => {
    const message = pattern(8, 9);
    const handles = ALGORITHMS.flatMap((algorithm) =>
      [1, 2, 3].map((seed) => ({ signer: prepare(pattern(70, seed), algorithm), algorithm, seed })),
    );
    for (const round of [1, 2]) {
      const digests = await Promise.all(handles.map(({ signer }) => signer.sign(message)));
      for (const [i, { algorithm, seed }] of handles.entries()) {
        expect(digests[i], `round ${round}`).toEqual(expectedDigest(pattern(70, seed), algorithm, message));
      }
    }
  });

  // The ways in which bytes reach a program; each is wiped by its owner once the handle is there.
  it.each([
    ["a Uint8Array", () => pattern(20, 6)],
    ["a view into a larger array (trap 70)", () => pattern(60, 0).fill(7).subarray(13, 33)],
    ["a Buffer out of the pool (trap 70)", () => pooled(20)],
    ["a Buffer of its own", () => Buffer.alloc(20)],
    ["a key longer than a block", () => pattern(131, 6)],
    ["a long Buffer", () => Buffer.alloc(131)],
    ["a Uint8Array of another realm", () => runInNewContext("new Uint8Array(20)") as Uint8Array],
    ["a subclass of Uint8Array", () => new (class Secret extends Uint8Array {})(20)],
  ])("uses the bytes of %s, all of them and no others, and still does when they are wiped", async (_, make) => {
    for (const algorithm of ALGORITHMS) {
      const secret = make();
      const key = pattern(secret.length, 8);
      secret.set(key);
      const signer = prepare(secret, algorithm);
      secret.fill(0);
      const message = pattern(8, 1);
      // Twice, because the first signature may be what prepares the key.
      expect(await signer.sign(message)).toEqual(expectedDigest(key, algorithm, message));
      expect(await signer.sign(message)).toEqual(expectedDigest(key, algorithm, message));
    }
  });

  it("signs what a view shows, of whichever realm (trap 70)", async () => {
    const signer = prepare(pattern(20, 1), "SHA1");
    const expected = expectedDigest(pattern(20, 1), "SHA1", pattern(8, 2));
    const around = new Uint8Array(30).fill(3);
    around.set(pattern(8, 2), 11);
    expect(await signer.sign(around.subarray(11, 19))).toEqual(expected);
    const buffer = pooled(8);
    buffer.set(pattern(8, 2));
    expect(await signer.sign(buffer)).toEqual(expected);
    const foreign = runInNewContext("new Uint8Array(8)") as Uint8Array<ArrayBuffer>;
    foreign.set(pattern(8, 2));
    expect(await signer.sign(foreign)).toEqual(expected);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["text", "message"],
    ["a number", 8],
    ["an object", {}],
    ["an array", [1, 2]],
    ["an ArrayBuffer", new ArrayBuffer(8)],
    ["a DataView", new DataView(new ArrayBuffer(8))],
  ])("refuses to sign %s, as it is no Uint8Array", async (_, message) => {
    const signer = prepare(pattern(20, 1), "SHA1");
    await expect((async () => signer.sign(message as never))()).rejects.toThrow(refusal("invalid-argument", "message"));
  });
});

function pooled(length: number): Buffer<ArrayBuffer> {
  const buffer = Buffer.allocUnsafe(length);
  expect(buffer.buffer.byteLength).toBeGreaterThan(length);
  return buffer as Buffer<ArrayBuffer>;
}

type Prepare = (secret: string | Uint8Array, algorithm?: Algorithm) => Signer | AsyncSigner;
const ENTRY_POINTS: readonly (readonly [name: string, prepare: Prepare])[] = [
  ["hmac", hmac],
  ["nodeHmac", nodeHmac],
  ["webHmac", webHmac],
];

describe.each(ENTRY_POINTS)("%s", (_, prepare) => {
  it("reads base32 text as people paste it, with spaces and dashes (trap 70)", async () => {
    const secret = decodeBase32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    for (const text of [
      "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
      "gezd gnbv-gy3t qojq gezd gnbv gy3t qojq",
      "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ======",
    ]) {
      expect(await prepare(text).sign(pattern(8, 1))).toEqual(expectedDigest(secret, "SHA1", pattern(8, 1)));
      expect(await hotp({ secret: prepare(text) }, 0)).toBe("755224");
    }
  });

  it("uses SHA-1 by default", () => {
    expect(prepare(generateSecret()).algorithm).toBe("SHA1");
    expect(prepare(generateSecret(), undefined).algorithm).toBe("SHA1");
  });

  it("judges no length of a secret but zero: one byte is enough for a primitive", async () => {
    for (const algorithm of ALGORITHMS) {
      expect(await prepare(Uint8Array.of(1), algorithm).sign(pattern(1, 1))).toEqual(
        expectedDigest(Uint8Array.of(1), algorithm, pattern(1, 1)),
      );
    }
  });

  it("refuses an empty secret in every form (trap 38)", () => {
    for (const secret of ["", " - ", "====", new Uint8Array(0), Buffer.alloc(0), pattern(8, 1).subarray(8)]) {
      expect(() => prepare(secret)).toThrow(refusal("invalid-secret", "secret"));
    }
  });

  it("refuses what is no secret: nothing omitted becomes a random or an empty one (trap 38, trap 70)", () => {
    for (const secret of [
      undefined,
      null,
      0,
      1,
      true,
      {},
      [],
      [1, 2],
      { secret: "MZXW6YTB" },
      new ArrayBuffer(20),
      new Uint16Array(20),
      Symbol("s"),
      () => "MZXW6YTB",
    ]) {
      expect(() => prepare(secret as unknown as string)).toThrow(refusal("invalid-argument", "secret"));
    }
  });

  it.each(["MZXW0", "MZXW6!", "A", "AAA", "AAAAAA", "AB", "MZ=W6", "ＭＺＸＷ６", "0x3132", "JBSWY3DPEHPK3PX"])(
    "refuses the broken secret %s instead of signing with some other key (trap 49)",
    (secret) => {
      expect(() => prepare(secret)).toThrow(refusal("invalid-secret"));
    },
  );

  it("names the argument that was wrong: the secret", () => {
    expect(() => prepare("MZXW0")).toThrow(refusal("invalid-secret", "secret"));
    expect(() => hotp({ secret: "MZXW0" }, 0)).toThrow(refusal("invalid-secret", "secret"));
  });

  it.each([
    ...["sha1", "sha256", "SHA-1", "SHA-256", "sha-512", "HmacSHA1", "HMACSHA256", "SHA224", "SHA384", "SHA3-256"],
    ...[
      "MD5",
      "md5",
      "",
      " SHA1",
      "SHA1 ",
      "SHA2",
      "RIPEMD160",
      "constructor",
      "__proto__",
      "toString",
      "hasOwnProperty",
    ],
    ...[null, 0, 1, 256, true, {}, ["SHA1"], ["SHA256"], Symbol("SHA1"), new String("SHA1")],
  ])("refuses the algorithm %o: none becomes SHA-1 or SHA-512 silently (trap 45, trap 72)", (algorithm) => {
    expect(() => prepare(generateSecret(), algorithm as Algorithm)).toThrow(refusal("invalid-argument", "algorithm"));
  });
});

describe("a secret in a key, without a handle", () => {
  it.each([
    undefined,
    null,
    0,
    1,
    true,
    {},
    [],
    { sign: 1 },
    { algorithm: "SHA1" },
    () => "MZXW6YTB",
    new ArrayBuffer(20),
  ])("%o is refused (trap 38)", (secret) => {
    const key = { secret: secret as string };
    expect(() => hotp(key, 0)).toThrow(refusal("invalid-argument", "secret"));
    expect(() => verifyTotp(key, "123456", { after: null, now: 0 })).toThrow(refusal("invalid-argument", "secret"));
  });

  it("is refused when it is empty (trap 38)", () => {
    for (const secret of ["", "  ", new Uint8Array(0)]) {
      expect(() => hotp({ secret }, 0)).toThrow(refusal("invalid-secret", "secret"));
      expect(() => verifyTotp({ secret }, "123456", { after: null, now: 0 })).toThrow(
        refusal("invalid-secret", "secret"),
      );
    }
  });

  it("is read as text with spaces and dashes, as a view, as a pooled Buffer and from another realm (trap 70)", () => {
    const bytes = decodeBase32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    const around = new Uint8Array(40).fill(9);
    around.set(bytes, 5);
    const foreign = runInNewContext("new Uint8Array(20)") as Uint8Array;
    foreign.set(bytes);
    expect(foreign instanceof Uint8Array).toBe(false);
    const buffer = pooled(20);
    buffer.set(bytes);
    for (const secret of ["gezd-gnbv gy3t-qojq gezd-gnbv gy3t-qojq", around.subarray(5, 25), foreign, buffer]) {
      expect(hotp({ secret }, 0)).toBe("755224");
    }
  });

  it("takes the algorithm from the key, and refuses every other name (trap 45, trap 72)", () => {
    const secret = pattern(32, 1);
    for (const algorithm of ALGORITHMS) {
      expect(hotp({ secret, algorithm, digits: 10 }, 1)).toBe(expectedValue(secret, algorithm, 1n));
    }
    for (const algorithm of ["sha1", "SHA-256", "MD5", "", null, 1] as unknown as Algorithm[]) {
      expect(() => hotp({ secret, algorithm }, 1)).toThrow(refusal("invalid-argument", "algorithm"));
    }
  });
});
