import fc from "fast-check";
import { diagnose, encodeBase32, type TotpParameters, totp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { NO_CODES } from "../support/bad-codes.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const BYTES = Uint8Array.from(Buffer.from("12345678901234567890"));
const STEP = 50_000_000;
const NOW = STEP * 30_000 + 7_000;

// Ten digits, where nothing else has them: so many candidates have the same six digits once in a few hundred codes.
const key = { secret: SECRET, digits: 10 };
const shown = (key: TotpParameters<string | Uint8Array>, steps = 0, period = 30) =>
  totp(key, { now: NOW + steps * period * 1000 });

describe("diagnose", () => {
  it("says that the code is valid within one step", () => {
    for (const steps of [-1, 0, 1]) expect(diagnose(key, shown(key, steps), { now: NOW })).toEqual({ cause: "none" });
  });

  it("says by how much the clock is off, as far as it searches", () => {
    const law = fc.property(fc.integer({ min: -120, max: 120 }), fc.constantFrom(30, 60, 45), (drift, period) => {
      fc.pre(Math.abs(drift) > 1);
      const slow = { ...key, period };
      const expected = { cause: "clock", drift, driftMs: drift * period * 1000 };
      expect(diagnose(slow, shown(slow, drift, period), { now: NOW })).toEqual(expected);
    });
    fc.assert(law, { numRuns: 50 });
    expect(diagnose(key, shown(key, 121), { now: NOW })).toBeNull();
    expect(diagnose(key, shown(key, -3000), { now: NOW, steps: 3000 })).toMatchObject({ drift: -3000 });
    expect(diagnose(key, shown(key, 3), { now: NOW, steps: 2 })).toBeNull();
  });

  it.each([
    [{ algorithm: "SHA256" }, { algorithm: "SHA1" }, ["algorithm"]],
    [{ digits: 8 }, { digits: 9 }, ["digits"]],
    [{ period: 60 }, { period: 30 }, ["period"]],
    [
      { algorithm: "SHA512", digits: 8, period: 60 },
      { algorithm: "SHA1", digits: 9, period: 30 },
      ["algorithm", "digits", "period"],
    ],
    [{}, { algorithm: "SHA512" }, ["algorithm"]],
  ] as const)("says what an app ignored: %o is shown as %o", (asked, used, differs) => {
    const own = { secret: SECRET, digits: 10, issuer: "Shop", account: "alice", domain: "shop.example", ...asked };
    const app: TotpParameters = { ...own, ...used };
    for (const steps of [0, 1, -40]) {
      const found = diagnose(own, totp(app, { now: NOW + steps * (app.period ?? 30) * 1000 }), { now: NOW });
      const key = { type: "totp", algorithm: "SHA1", period: 30, epoch: 0, ...app };
      expect(found).toEqual({ cause: "parameters", differs, drift: steps, key });
    }
  });

  it("says that the secret was read as text or as hexadecimal", () => {
    const ascii = { ...key, secret: Uint8Array.from(Buffer.from(SECRET)) };
    expect(diagnose(key, shown(ascii, 2), { now: NOW })).toEqual({ cause: "encoding", encoding: "ascii", drift: 2 });
    expect(diagnose({ ...key, secret: BYTES }, shown(ascii), { now: NOW })).toEqual({
      cause: "encoding",
      encoding: "ascii",
      drift: 0,
    });
    const hexadecimal = { ...key, secret: "A2B3C4D5E6F7A2B3" };
    const hex = { ...key, secret: Uint8Array.from(Buffer.from("A2B3C4D5E6F7A2B3", "hex")) };
    expect(diagnose(hexadecimal, shown(hex), { now: NOW })).toEqual({ cause: "encoding", encoding: "hex", drift: 0 });
    expect(diagnose({ ...key, secret: "A2B3C4D5E6F7A2BZ" }, shown(hex), { now: NOW })).toBeNull();
  });

  // Found by search: in these steps two explanations give the same six digits.
  it.each([
    [
      "a parameter and the right time before a clock that is off",
      50_016_663,
      "920002",
      { cause: "parameters", drift: 0 },
    ],
    [
      "an encoding and the right time before a clock that is off",
      50_001_058,
      "439975",
      { cause: "encoding", drift: 0 },
    ],
    ["a clock before a clock and a parameter", 50_012_450, "863500", { cause: "clock", drift: -91 }],
    ["a clock before a clock and an encoding", 50_000_987, "439975", { cause: "clock", drift: 120 }],
  ])("prefers %s", (_, step, code, expected) => {
    expect(diagnose({ secret: SECRET }, code, { now: step * 30_000 })).toMatchObject(expected);
  });

  it("diagnoses Steam codes", () => {
    const steam = { secret: SECRET, encoder: "steam" } as const;
    expect(diagnose(steam, shown(steam), { now: NOW })).toEqual({ cause: "none" });
    expect(diagnose(steam, shown(steam, 9), { now: NOW })).toMatchObject({ cause: "clock", drift: 9 });
    expect(diagnose(steam, "123456", { now: NOW })).toBeNull();
  });

  it("shows the whole key that an app uses, and nothing that it does not have", () => {
    const found = diagnose({ secret: SECRET, digits: 10, algorithm: "SHA256" }, shown(key), { now: NOW });
    expect(found).toStrictEqual({
      cause: "parameters",
      differs: ["algorithm"],
      drift: 0,
      key: { type: "totp", secret: SECRET, algorithm: "SHA1", digits: 10, period: 30, epoch: 0 },
    });
  });

  it("never has a field `ok`, and is null when nothing fits", () => {
    expect(diagnose(key, "0123456789", { now: NOW })).toBeNull();
    for (const code of [shown(key), shown(key, 5), shown({ ...key, digits: 9 })]) {
      expect(diagnose(key, code, { now: NOW })).not.toHaveProperty("ok");
    }
  });

  it.each(NO_CODES)("is null for %s", (_, make) => {
    expect(diagnose(key, make(), { now: NOW, steps: 0 })).toBeNull();
  });

  it("searches near the beginning of time, and uses Date.now() by default", () => {
    expect(diagnose(key, totp(key, { now: 150_000 }), { now: 0 })).toEqual({
      cause: "clock",
      drift: 5,
      driftMs: 150_000,
    });
    expect(diagnose(key, totp(key))).toEqual({ cause: "none" });
  });

  it("refuses arguments that are wrong, whatever the code is", () => {
    const now = NOW;
    expect(() => diagnose({ secret: hmac(SECRET) } as never, 1)).toThrow(refusal("invalid-argument", "secret"));
    expect(() => diagnose({ secret: "1" }, 1)).toThrow(refusal("invalid-secret", "secret"));
    expect(() => diagnose({ secret: encodeBase32(BYTES), type: "hotp" } as never, 1)).toThrow(
      refusal("invalid-argument", "type"),
    );
    expect(() => diagnose({ ...key, digits: 5 }, 1)).toThrow(refusal("invalid-argument", "digits"));
    expect(() => diagnose({ ...key, epoch: 10 ** 10 }, 1, { now })).toThrow(refusal("invalid-argument", "now"));
    for (const steps of [-1, 3001, 1.5, "1"]) {
      expect(() => diagnose(key, 1, { now, steps: steps as number })).toThrow(refusal("invalid-argument", "steps"));
    }
    expect(() => diagnose(key, 1, { window: 1 } as never)).toThrow(refusal("invalid-argument", "window"));
  });
});
