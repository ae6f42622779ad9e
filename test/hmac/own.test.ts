import { createHmac } from "node:crypto";
import { runInNewContext } from "node:vm";
import {
  type Algorithm,
  type AsyncSigner,
  attemptHotp,
  attemptTotp,
  hotp,
  resyncTotp,
  type Signer,
  totp,
} from "otp-core";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { ALGORITHMS, SIGNERS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";
import { toHex } from "../support/vector-bytes.ts";

// Handles of one's own: whatever has an `algorithm` and a `sign` signs.

const SECRET = Buffer.from("12345678901234567890");
const digestOf = (message: Uint8Array) => createHmac("sha1", SECRET).update(message).digest();
const sha1 = (sign: (message: Uint8Array) => unknown) => ({ algorithm: "SHA1", sign }) as Signer;
const NOW = { after: null, now: 59_000 } as const;

describe("a handle of one's own that signs at once", () => {
  it("gives codes and verdicts at once", () => {
    const secret = sha1(digestOf);
    expect(hotp({ secret }, 0)).toBe("755224");
    expect(totp({ secret, digits: 8 }, { now: 59_000 })).toBe("94287082");
    expect(attemptTotp({ secret }, "287082", NOW)).toEqual({ ok: true, step: 1, drift: 0 });
    expect(attemptHotp({ secret }, "359152", { counter: 0 })).toEqual({ ok: true, nextCounter: 3 });
    expect(resyncTotp({ secret }, ["755224", "287082"], NOW)).toEqual({ step: 1, drift: 0 });
  });

  it("may be an instance of a class that reads `this`", () => {
    class Token {
      readonly algorithm = "SHA1";
      readonly #key = SECRET;
      sign(message: Uint8Array) {
        return createHmac("sha1", this.#key).update(message).digest();
      }
    }
    expect(hotp({ secret: new Token() }, 0)).toBe("755224");
  });

  it("gets the counter as 8 bytes, big-endian, fresh ones each time (H5)", () => {
    const messages: Uint8Array[] = [];
    const secret = sha1((message) => {
      messages.push(message);
      return digestOf(message);
    });
    for (const counter of [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2n ** 63n, 2n ** 64n - 1n])
      hotp({ secret }, counter);
    attemptHotp({ secret }, "000000", { counter: 2 ** 32 - 2, lookAhead: 3 });
    expect(messages.map(toHex)).toEqual([
      ...["0000000000000000", "0000000000000001", "00000000ffffffff", "0000000100000000", "001fffffffffffff"],
      ...["8000000000000000", "ffffffffffffffff"],
      ...["00000000fffffffe", "00000000ffffffff", "0000000100000000", "0000000100000001"],
    ]);
    expect(new Set(messages.map((message) => message.buffer)).size).toBe(messages.length);
    for (const message of messages) expect(message.constructor).toBe(Uint8Array);
  });

  it("may do with the message and with its own digest what it wants", () => {
    const shared = new Uint8Array(20);
    const secret = sha1((message) => {
      shared.set(digestOf(message));
      message.fill(0);
      return shared.slice();
    });
    expect(attemptHotp({ secret }, "520489", { counter: 0 })).toEqual({ ok: true, nextCounter: 10 });
  });

  it("may return a Buffer, a view or a Uint8Array of another realm", () => {
    const view = (message: Uint8Array) => {
      const around = new Uint8Array(50).fill(255);
      around.set(digestOf(message), 7);
      return around.subarray(7, 27);
    };
    const foreign = (message: Uint8Array) => {
      const bytes = runInNewContext("new Uint8Array(20)") as Uint8Array;
      bytes.set(digestOf(message));
      return bytes;
    };
    for (const sign of [digestOf, view, foreign]) expect(hotp({ secret: sha1(sign) }, 0)).toBe("755224");
  });

  it("is asked for as many digests, whatever the code is (trap 37)", () => {
    let calls = 0;
    const secret = sha1((message) => {
      calls++;
      return digestOf(message);
    });
    const count = (code: string) => {
      calls = 0;
      attemptTotp({ secret }, code, { after: null, now: 150_000, window: 3 });
      return calls;
    };
    expect([count("359152"), count("969429"), count("399871"), count("000000")]).toEqual([7, 7, 7, 7]);
  });
});

describe("an object that only looks like a signer of the library", () => {
  it("is signer-failed, because it has no key", () => {
    const secret = Object.create(hmac("GEZDGNBVGY3TQOJQ")) as Signer;
    expect(() => hotp({ secret }, 0)).toThrow(refusal("signer-failed"));
  });
});

describe("a handle of one's own that signs elsewhere", () => {
  const later: AsyncSigner = { algorithm: "SHA1", async: true, sign: async (message) => digestOf(message) };

  it("gives promises of the same codes and verdicts", async () => {
    const code = hotp({ secret: later }, 0);
    expect(code).toBeInstanceOf(Promise);
    expect(await code).toBe("755224");
    expect(await totp({ secret: later }, { now: 59_000 })).toBe("287082");
    expect(await attemptTotp({ secret: later }, "287082", NOW)).toEqual({ ok: true, step: 1, drift: 0 });
    expect(await attemptHotp({ secret: later }, "359152", { counter: 0 })).toEqual({ ok: true, nextCounter: 3 });
    expect(await resyncTotp({ secret: later }, ["755224", "287082"], NOW)).toEqual({ step: 1, drift: 0 });
  });

  it("is asked for all candidates at once, not one after the other", async () => {
    let open = 0;
    let most = 0;
    const secret: AsyncSigner = {
      algorithm: "SHA1",
      async: true,
      async sign(message) {
        most = Math.max(most, ++open);
        await Promise.resolve();
        open--;
        return digestOf(message);
      },
    };
    await attemptHotp({ secret }, "520489", { counter: 0, lookAhead: 9 });
    expect(most).toBe(10);
  });

  it("may return a thenable that is not a Promise, or the digest itself: the answer is a Promise", async () => {
    const thenable = (message: Uint8Array) => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is tested
      then(resolve: (digest: Uint8Array) => void) {
        resolve(digestOf(message));
      },
    });
    for (const sign of [thenable, digestOf] as const) {
      const secret = { algorithm: "SHA1", async: true, sign } as unknown as AsyncSigner;
      expect(hotp({ secret }, 0)).toBeInstanceOf(Promise);
      expect(await hotp({ secret }, 0)).toBe("755224");
      expect(await attemptTotp({ secret }, "287082", NOW)).toEqual({ ok: true, step: 1, drift: 0 });
    }
  });

  it("may return the Promise of another realm", async () => {
    const resolved = runInNewContext("(value) => Promise.resolve(value)") as <T>(value: T) => Promise<T>;
    const secret: AsyncSigner = { algorithm: "SHA1", async: true, sign: (message) => resolved(digestOf(message)) };
    expect(resolved(1)).not.toBeInstanceOf(Promise);
    expect(await hotp({ secret }, 0)).toBe("755224");
  });
});

describe("a handle of one's own that fails is signer-failed, never a verdict", () => {
  const failure = new Error("the HSM is gone");
  const failed = expect.objectContaining({ name: "OtpError", code: "signer-failed", cause: failure });

  it("when it throws: at once, with the reason as the cause", () => {
    const secret = sha1(() => {
      throw failure;
    });
    expect(() => hotp({ secret }, 0)).toThrow(failed);
    expect(() => totp({ secret }, { now: 0 })).toThrow(failed);
    expect(() => attemptTotp({ secret }, "287082", NOW)).toThrow(failed);
    expect(() => attemptHotp({ secret }, "755224", { counter: 0 })).toThrow(failed);
    expect(() => resyncTotp({ secret }, ["755224", "287082"], NOW)).toThrow(failed);
  });

  it("when it rejects: as a rejection, with the reason as the cause", async () => {
    const secret: AsyncSigner = { algorithm: "SHA1", async: true, sign: () => Promise.reject(failure) };
    await expect(hotp({ secret }, 0)).rejects.toThrow(failed);
    await expect(totp({ secret }, { now: 0 })).rejects.toThrow(failed);
    await expect(attemptTotp({ secret }, "287082", NOW)).rejects.toThrow(failed);
    await expect(attemptHotp({ secret }, "755224", { counter: 0 })).rejects.toThrow(failed);
    await expect(resyncTotp({ secret }, ["755224", "287082"], NOW)).rejects.toThrow(failed);
  });

  it("when it fails for one candidate only, even if another one matches", async () => {
    let turn = 0;
    const secret: AsyncSigner = {
      algorithm: "SHA1",
      async: true,
      sign: async (message) => (++turn === 3 ? Promise.reject(failure) : digestOf(message)),
    };
    await expect(attemptTotp({ secret }, "287082", NOW)).rejects.toThrow(failed);
  });

  it("when an asynchronous signer throws: as a rejection", async () => {
    const secret: AsyncSigner = {
      algorithm: "SHA1",
      async: true,
      sign: () => {
        throw failure;
      },
    };
    await expect(hotp({ secret }, 0)).rejects.toThrow(failed);
    await expect(attemptTotp({ secret }, "287082", NOW)).rejects.toThrow(failed);
  });

  it("when it returns a promise without declaring `async: true`, also if that promise would reject", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const promises = [
      (message: Uint8Array) => Promise.resolve(digestOf(message)),
      () => Promise.reject(failure),
      (message: Uint8Array) => runInNewContext("(value) => Promise.resolve(value)")(digestOf(message)),
    ];
    for (const sign of promises) {
      for (const async of [undefined, false] as const) {
        const secret = { algorithm: "SHA1", async, sign } as unknown as Signer;
        expect(() => hotp({ secret }, 0)).toThrow(refusal("signer-failed"));
        expect(() => attemptTotp({ secret }, "287082", NOW)).toThrow(refusal("signer-failed"));
        expect(() => resyncTotp({ secret }, ["755224", "287082"], NOW)).toThrow(refusal("signer-failed"));
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });

  it("when it throws or rejects with nothing", async () => {
    const nothing = expect.objectContaining({ code: "signer-failed", cause: undefined });
    const throwing = sha1(() => {
      throw undefined;
    });
    expect(() => hotp({ secret: throwing }, 0)).toThrow(nothing);
    await expect(
      (async () => hotp({ secret: { algorithm: "SHA1", async: true, sign: () => Promise.reject() } }, 0))(),
    ).rejects.toThrow(nothing);
  });

  const noDigests: readonly (readonly [string, unknown])[] = [
    ["nothing", undefined],
    ["null", null],
    ["no bytes", new Uint8Array(0)],
    ["a digest that is too short", new Uint8Array(19)],
    ["a digest that is too long", new Uint8Array(21)],
    ["the digest of SHA-256", new Uint8Array(32)],
    ["the digest of MD5 (T7)", new Uint8Array(16)],
    ["a hexadecimal string", "cc93cf18508d94934c64b65d8ba7667fb7cde4b0"],
    ["an array", Array.from(new Uint8Array(20))],
    ["an ArrayBuffer", new ArrayBuffer(20)],
    ["a DataView", new DataView(new ArrayBuffer(20))],
    ["other numbers", new Uint16Array(20)],
    ["a number", 755224],
  ];

  it.each(noDigests)("when it returns %s", async (_, digest) => {
    const cause = expect.objectContaining({
      name: "TypeError",
      message: expect.stringMatching(/^sign\(\) must return a Uint8Array of 20 bytes/),
    });
    const wrong = expect.objectContaining({ code: "signer-failed", cause });
    const now = sha1(() => digest);
    expect(() => hotp({ secret: now }, 0)).toThrow(wrong);
    expect(() => attemptTotp({ secret: now }, "287082", NOW)).toThrow(wrong);
    const later = { algorithm: "SHA1", async: true, sign: async () => digest as Uint8Array } as const;
    await expect(hotp({ secret: later }, 0)).rejects.toThrow(wrong);
    await expect(attemptTotp({ secret: later }, "287082", NOW)).rejects.toThrow(wrong);
  });

  it("is measured against its own algorithm", () => {
    for (const [algorithm, bytes] of [
      ["SHA256", 32],
      ["SHA512", 64],
    ] as const) {
      expect(hotp({ secret: { algorithm, sign: () => new Uint8Array(bytes) } }, 0)).toBe("000000");
      const short: Signer = { algorithm, sign: () => new Uint8Array(20) };
      expect(() => hotp({ secret: short }, 0)).toThrow(refusal("signer-failed"));
    }
  });
});

describe("a handle's algorithm", () => {
  it("wins when the key has none", async () => {
    for (const { prepare } of SIGNERS) {
      for (const algorithm of ALGORITHMS) {
        const secret = prepare(SECRET, algorithm);
        expect(await hotp({ secret }, 0)).toBe(hotp({ secret: SECRET, algorithm }, 0));
        expect(await hotp({ secret, algorithm }, 0)).toBe(hotp({ secret: SECRET, algorithm }, 0));
      }
    }
  });

  it("must be the key's when the key has one: at once, before anything is signed (trap 72)", () => {
    for (const { prepare } of SIGNERS) {
      for (const own of ALGORITHMS) {
        for (const algorithm of ALGORITHMS.filter((name) => name !== own)) {
          const key = { secret: prepare(SECRET, own), algorithm };
          expect(() => hotp(key, 0)).toThrow(refusal("invalid-argument", "algorithm"));
          expect(() => totp(key, { now: 0 })).toThrow(refusal("invalid-argument", "algorithm"));
          expect(() => attemptTotp(key, "755224", NOW)).toThrow(refusal("invalid-argument", "algorithm"));
          expect(() => attemptHotp(key, "755224", { counter: 0 })).toThrow(refusal("invalid-argument", "algorithm"));
        }
      }
    }
  });

  it.each(["MD5", "sha1", "SHA-1", "SHA224", "", null, undefined, 1, {}, "constructor"])(
    "is refused when it is %o, before anything is signed (trap 45, trap 72)",
    (algorithm) => {
      let signed = false;
      const secret: Signer = {
        algorithm: algorithm as Algorithm,
        sign: (message) => {
          signed = true;
          return digestOf(message);
        },
      };
      expect(() => hotp({ secret }, 0)).toThrow(refusal("invalid-argument", "algorithm"));
      expect(() => attemptTotp({ secret }, "755224", NOW)).toThrow(refusal("invalid-argument", "algorithm"));
      expect(signed).toBe(false);
    },
  );

  it("is SHA-1 for Steam, or refused", () => {
    expect(totp({ secret: sha1(digestOf), encoder: "steam" }, { now: 0 })).toMatch(/^[2-9BCDFGHJKMNPQRTVWXY]{5}$/);
    for (const algorithm of ["SHA256", "SHA512"] as const) {
      const secret: Signer = { algorithm, sign: () => new Uint8Array(64) };
      expect(() => totp({ secret, encoder: "steam" }, { now: 0 })).toThrow(refusal("invalid-argument", "algorithm"));
    }
  });
});
