import fc from "fast-check";
import { findCounter, hotp, type Secret, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { scripts } from "../support/arbitrary-keys.ts";
import { NO_CODES } from "../support/bad-codes.ts";
import { refusal } from "../support/refusal.ts";
import { later, scripted } from "../support/signers.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const key = { secret: SECRET };

describe("findCounter", () => {
  it("finds the lowest counter of the range with this code, whatever the secret and the type of the counter are", async () => {
    const law = fc.asyncProperty(
      scripts([0, 1, 2, 3], 500),
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 0, max: 350 }),
      fc.constantFrom(0, 1, 2, 3, 4),
      async (script, from, more, code) => {
        const to = from + more;
        let expected: number | null = null;
        for (let counter = to; counter >= from; counter--) {
          if (script[counter % script.length] === code) expected = counter;
        }
        const signer = scripted((counter) => script[Number(counter) % script.length] ?? 0);
        expect(findCounter({ secret: signer }, `00000${code}`, { from, to })).toBe(expected);
        expect(signer.calls()).toBe(more + 1);
        expect(await findCounter({ secret: later(signer) }, `00000${code}`, { from, to })).toBe(expected);
        expect(signer.calls()).toBe(2 * (more + 1));
        const big = findCounter({ secret: signer }, `00000${code}`, { from: BigInt(from), to: BigInt(to) });
        expect(big).toBe(expected === null ? null : BigInt(expected));
      },
    );
    await fc.assert(law, { numRuns: 200 });
  });

  it("asks an asynchronous signer for at most 100 signatures at the same time", async () => {
    let open = 0;
    let most = 0;
    const secret = {
      algorithm: "SHA1",
      async: true,
      async sign() {
        most = Math.max(most, ++open);
        await Promise.resolve();
        open--;
        return new Uint8Array(20);
      },
    } as const;
    expect(await findCounter({ secret }, "000001", { from: 0, to: 449 })).toBeNull();
    expect(most).toBe(100);
  });

  it("reads keys of both types, Steam codes, and all 64 bits", () => {
    expect(findCounter({ type: "hotp", secret: SECRET }, "755 224", { from: 0, to: 5 })).toBe(0);
    expect(findCounter({ type: "totp", secret: SECRET, period: 60 }, "287082", { from: 0, to: 5 })).toBe(1);
    const steam = { secret: SECRET, encoder: "steam" } as const;
    expect(findCounter(steam, totp(steam, { now: 90_000 }), { from: 0, to: 9 })).toBe(3);
    const from = 2n ** 40n;
    expect(findCounter(key, hotp(key, from + 250n), { from, to: from + 449n })).toBe(from + 250n);
    const last = 2n ** 64n - 1n;
    expect(findCounter(key, hotp(key, last), { from: last - 3n, to: last })).toBe(last);
    expect(findCounter(key, hotp(key, 2 ** 53 - 1), { from: 2 ** 53 - 3, to: 2 ** 53 - 1 })).toBe(2 ** 53 - 1);
  });

  it.each(NO_CODES)("returns null for %s and signs nothing", async (_, make) => {
    const signer = scripted(() => 1);
    expect(findCounter({ secret: signer }, make(), { from: 0, to: 9 })).toBeNull();
    const promise = findCounter({ secret: later(signer) }, make(), { from: 0, to: 9 });
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBeNull();
    expect(signer.calls()).toBe(0);
  });

  it("refuses a range that is none", () => {
    const find = (range: object) => findCounter(key, "755224", range as { from: number; to: number });
    for (const from of [undefined, null, -1, 1.5, 2 ** 53, "0", -1n, 2n ** 64n]) {
      expect(() => find({ from, to: 5 })).toThrow(refusal("invalid-argument", "from"));
      expect(() => find({ from: 0, to: from })).toThrow(refusal("invalid-argument", "to"));
    }
    expect(() => find({ from: 5, to: 4 })).toThrow(refusal("invalid-argument", "to"));
    expect(() => find({ from: 5n, to: 6 })).toThrow(refusal("invalid-argument", "to"));
    expect(() => find({ from: 5, to: 6, step: 1 })).toThrow(refusal("invalid-argument", "step"));
    expect(() => find(null as never)).toThrow(refusal("invalid-argument", "range"));
  });

  it("refuses more than a million counters and signs nothing of them (trap 68)", async () => {
    const signer = scripted(() => 1);
    const find = (from: number | bigint, to: number | bigint, secret: Secret = signer) =>
      findCounter({ secret }, "000000", { from, to } as { from: number; to: number });
    for (const [from, to] of [
      [0, 1_000_000],
      [0n, 1_000_000n],
      [5, 2 ** 53 - 1],
      [0n, 2n ** 64n - 1n],
    ] as const) {
      expect(() => find(from, to)).toThrow(refusal("invalid-argument", "to"));
      expect(() => find(from, to, later(signer))).toThrow(refusal("invalid-argument", "to"));
    }
    expect(signer.calls()).toBe(0);
    const code = hotp(key, 1_000_001);
    const found = findCounter(key, code, { from: 2, to: 1_000_001 });
    expect(found === null ? null : hotp(key, found)).toBe(code);
  });

  it("refuses a key that is none", () => {
    const range = { from: 0, to: 5 };
    const find = (key: unknown) => findCounter(key as { secret: Secret }, "755224", range);
    for (const wrong of [undefined, null, 1, SECRET])
      expect(() => find(wrong)).toThrow(refusal("invalid-argument", "key"));
    expect(() => find({ secret: SECRET, type: "totpx" })).toThrow(refusal("invalid-argument", "type"));
    expect(() => find({ secret: SECRET, type: "hotp", encoder: "steam" })).toThrow(
      refusal("invalid-argument", "encoder"),
    );
    expect(() => find({ secret: "1" })).toThrow(refusal("invalid-secret", "secret"));
  });
});
