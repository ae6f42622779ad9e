import fc from "fast-check";
import { type Algorithm, detectKey, totp, verifyTotp } from "otp-core";
import { describe, expect, it } from "vitest";
import { NO_CODES } from "../support/bad-codes.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const NOW = 1_500_000_007_000;

const parameters = fc.record({
  algorithm: fc.constantFrom<Algorithm>("SHA1", "SHA256", "SHA512"),
  digits: fc.integer({ min: 9, max: 10 }),
  period: fc.constantFrom(30, 60),
});

describe("detectKey", () => {
  it("finds the key that an app uses, whatever it ignored, and the next code of the app is verified with it", () => {
    const law = fc.property(parameters, parameters, fc.integer({ min: -1, max: 1 }), (offered, used, distance) => {
      const labels = { secret: SECRET, issuer: "Shop", account: "alice" };
      const app = { ...labels, ...used };
      const periodMs = used.period * 1000;
      const found = detectKey({ ...labels, ...offered }, totp(app, { now: NOW + distance * periodMs }), { now: NOW });
      const differs = (["algorithm", "digits", "period"] as const).filter((name) => offered[name] !== used[name]);
      const step = Math.floor(NOW / periodMs) + distance;
      expect(found).toEqual({ key: { type: "totp", epoch: 0, ...app }, differs, step });
      const next = { after: step, now: NOW + periodMs * 2 };
      expect(found && verifyTotp(found.key, totp(app, { now: next.now }), next)).toMatchObject({ drift: 0 });
    });
    fc.assert(law);
  });

  it("takes a key with its type as well as without it, and no HOTP key", () => {
    const key = { type: "totp", secret: SECRET } as const;
    const code = totp(key, { now: NOW });
    expect(detectKey(key, code, { now: NOW })).toEqual(detectKey({ secret: SECRET }, code, { now: NOW }));
    expect(detectKey(key, code, { now: NOW })).not.toBeNull();
    const hotp = { type: "hotp", secret: SECRET } as never;
    expect(() => detectKey(hotp, code)).toThrow(refusal("invalid-argument", "type"));
  });

  it("prefers the key that was offered to a key that has the same code by chance", () => {
    // Found by search: SHA-1 and SHA-256 of this secret have the same six digits in this step.
    const step = 41_125_895;
    const code = (algorithm: Algorithm) => totp({ secret: SECRET, algorithm }, { now: step * 30_000 });
    expect(code("SHA1")).toBe(code("SHA256"));
    for (const algorithm of ["SHA1", "SHA256"] as const) {
      const found = detectKey({ secret: SECRET, algorithm }, code("SHA1"), { now: step * 30_000 });
      expect(found).toMatchObject({ differs: [], step, key: { algorithm } });
    }
  });

  it("keeps the epoch, the encoder and bytes as text", () => {
    const key = {
      secret: Uint8Array.from(Buffer.from("12345678901234567890")),
      epoch: 1000,
      encoder: "steam",
    } as const;
    const found = detectKey(key, totp(key, { now: NOW }), { now: NOW });
    expect(found?.key).toEqual({
      type: "totp",
      secret: SECRET,
      algorithm: "SHA1",
      digits: 5,
      period: 30,
      epoch: 1000,
      encoder: "steam",
    });
  });

  it("is null when nothing fits, also two steps away, and has no field `ok`", () => {
    const key = { secret: SECRET, digits: 10 };
    expect(detectKey(key, "0123456789", { now: NOW })).toBeNull();
    expect(detectKey(key, totp(key, { now: NOW + 60_000 }), { now: NOW })).toBeNull();
    expect(detectKey(key, totp(key), {})).not.toHaveProperty("ok");
    expect(detectKey(key, totp(key))).not.toBeNull();
  });

  it.each(NO_CODES)("is null for %s", (_, make) => {
    expect(detectKey({ secret: SECRET }, make(), { now: NOW })).toBeNull();
  });

  it("refuses arguments that are wrong", () => {
    expect(() => detectKey({ secret: {} } as never, "1")).toThrow(refusal("invalid-argument", "secret"));
    expect(() => detectKey({ secret: SECRET }, "1", { steps: 1 } as never)).toThrow(
      refusal("invalid-argument", "steps"),
    );
    expect(() => detectKey({ secret: SECRET, epoch: 10 ** 10 }, "1", { now: NOW })).toThrow(
      refusal("invalid-argument", "now"),
    );
  });
});
