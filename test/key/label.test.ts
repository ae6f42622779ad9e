import fc from "fast-check";
import { createHotpKey, createTotpKey, isOtpError, parseKey } from "otp-core";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

// An issuer and an account are what a key URI can carry: the rule is the same in every place and for both.

type Field = "issuer" | "account";
const SECRET = "GEZDGNBVGY3TQOJQ";
const PLACES: readonly (readonly [name: string, field: Field, keep: (label: unknown) => unknown])[] = (
  ["issuer", "account"] as const
).flatMap((field) => {
  const labels = (label: unknown) => ({ issuer: "Example", account: "alice", [field]: label });
  return [
    ["createTotpKey", field, (label: unknown) => createTotpKey(labels(label))[field]] as const,
    ["createHotpKey", field, (label: unknown) => createHotpKey(labels(label))[field]] as const,
    ["parseKey", field, (label: unknown) => parseKey({ type: "totp", secret: SECRET, [field]: label })[field]] as const,
    [
      "parseKey of HOTP",
      field,
      (label: unknown) => parseKey({ type: "hotp", secret: SECRET, [field]: label })[field],
    ] as const,
  ];
});

/** The rule once more, in the words of Unicode: no colon, no control character, no lone surrogate. */
const GOOD = /^[^:\p{Cc}\p{Cs}]{1,255}$/u;

describe.each(PLACES)("%s: the %s", (place, field, keep) => {
  const code = place.startsWith("parseKey") ? "invalid-key" : "invalid-argument";

  it("is kept as it is written, or refused", () => {
    const units = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.array(fc.nat({ max: 0xffff }), { maxLength: 4 }).map((codes) => String.fromCharCode(...codes)),
    );
    fc.assert(
      fc.property(units, (label) => {
        let kept: unknown;
        try {
          kept = keep(label);
        } catch (error) {
          expect(isOtpError(error) && error.argument).toBe(field);
          kept = undefined;
        }
        expect(kept).toBe(GOOD.test(label) ? label : undefined);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    "Example",
    "Example & Söhne GmbH",
    "alice+tag@example.com",
    "例え",
    "🔐",
    "a",
    " ",
    "%3A",
    "a/b?c=d#e",
    "<b>",
    "ﬃ",
  ])("may be %s", (label) => {
    expect(keep(label)).toBe(label);
  });

  it("may have 255 characters and no more", () => {
    expect(keep("x".repeat(255))).toBe("x".repeat(255));
    expect(() => keep("x".repeat(256))).toThrow(refusal(code, field));
    expect(() => keep("x".repeat(1 << 20))).toThrow(refusal(code, field));
  });

  it("has no colon, which separates the two in a key URI (trap 77)", () => {
    for (const label of [":", "a:b", "a:", ":b", "🔐:"]) expect(() => keep(label)).toThrow(refusal(code, field));
  });

  it("has no control character, from the first to the last", () => {
    for (let point = 0; point < 0x100; point++) {
      const control = point < 0x20 || (point >= 0x7f && point < 0xa0);
      const label = `a${String.fromCharCode(point)}b`;
      if (control) expect(() => keep(label)).toThrow(refusal(code, field));
      else if (point !== 0x3a) expect(keep(label)).toBe(label);
    }
  });

  it("has no half of a surrogate pair, which no UTF-8 can hold", () => {
    for (const half of ["\ud800", "\udbff", "\udc00", "\udfff", "\udd10\ud83d"]) {
      for (const label of [half, `a${half}`, `${half}b`]) expect(() => keep(label)).toThrow(refusal(code, field));
    }
    expect(keep("\ud83d\udd10")).toBe("🔐");
  });

  it("is text", () => {
    for (const value of [1, true, {}, ["a"], new String("a"), Symbol("a"), 1n]) {
      expect(() => keep(value)).toThrow(refusal(code, field));
    }
    expect(() => keep("")).toThrow(refusal(code, field));
  });
});

describe("a label of letters beyond ASCII", () => {
  it("may have 255 characters too, and no more", () => {
    const issuer = "ß".repeat(255);
    expect(createTotpKey({ issuer, account: "a" }).issuer).toBe(issuer);
    expect(() => createTotpKey({ issuer: `${issuer}ß`, account: "a" })).toThrow(refusal("invalid-argument", "issuer"));
  });
});
