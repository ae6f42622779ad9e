import fc from "fast-check";
import { decodeBase32, hotp, parseKey, totp, verifyHotp, verifyTotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { webHmac } from "otp-core/hmac/web";
import { describe, expect, it } from "vitest";
import { CROCKFORD, readSymbols } from "../../src/encoding/alphabet.ts";
import { removeSeparators, separatorLength } from "../../src/encoding/separators.ts";
import { SEPARATORS, separators } from "../support/separators.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

describe("separators", () => {
  it("are exactly the white space, dashes and format characters of Unicode (fields D1, D2)", () => {
    expect(SEPARATORS.length).toBeGreaterThan(200);
    const removed: string[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      if (removeSeparators(character) === "") removed.push(character);
    }
    expect(removed).toEqual(SEPARATORS);
  });

  it("are measured in UTF-16 units, and every other character has none", () => {
    for (const character of SEPARATORS) expect(separatorLength(`A${character}B`, 1)).toBe(character.length);
    const others = fc.string({ unit: "binary", minLength: 1, maxLength: 1 }).filter((one) => !SEPARATORS.includes(one));
    fc.assert(
      fc.property(others, (character) => {
        expect(separatorLength(character, 0)).toBe(0);
        expect(removeSeparators(character)).toBe(character);
      }),
    );
  });

  it("contain no letter and no digit of any script", () => {
    expect(SEPARATORS.filter((character) => /[\p{L}\p{N}]/u.test(character))).toEqual([]);
  });
});

const interleaved = (text: string) =>
  fc
    .array(separators, { minLength: text.length + 1, maxLength: text.length + 1 })
    .map((gaps) => gaps[0] + [...text].map((character, i) => character + gaps[i + 1]).join(""));

describe("every entry point that takes a secret", () => {
  it.each(SEPARATORS)("ignores %j", async (separator) => {
    const secret = `${separator}GEZDGNBVGY3TQOJQ${separator}GEZDGNBVGY3TQOJQ${separator}`;
    expect(hotp({ secret }, 1)).toBe("287082");
    expect(decodeBase32(secret)).toEqual(decodeBase32(SECRET));
  });

  it("ignores separators anywhere", async () => {
    const law = fc.asyncProperty(interleaved(SECRET), async (secret) => {
      const now = 59_000;
      const code = "287082";
      expect(hotp({ secret }, 1)).toBe(code);
      expect(totp({ secret }, { now })).toBe(code);
      expect(verifyTotp({ secret }, code, { after: null, now })).toEqual({ step: 1, drift: 0 });
      expect(verifyHotp({ secret }, code, { counter: 1 })).toEqual({ nextCounter: 2 });
      expect(parseKey({ type: "totp", secret })).toEqual({ type: "totp", secret: SECRET });
      expect(hotp({ secret: hmac(secret) }, 1)).toBe(code);
      expect(hotp({ secret: nodeHmac(secret) }, 1)).toBe(code);
      expect(await hotp({ secret: webHmac(secret) }, 1)).toBe(code);
    });
    await fc.assert(law);
  });
});

describe("every entry point that takes a code", () => {
  const key = { secret: SECRET };
  const options = { after: null, now: 59_000 };

  it.each(SEPARATORS)("ignores %j", (separator) => {
    const code = `${separator}287${separator}${separator}082${separator}`;
    expect(verifyTotp(key, code, options)).toEqual({ step: 1, drift: 0 });
    expect(verifyHotp(key, code, { counter: 0 })).toEqual({ nextCounter: 2 });
    const steam = `${separator}pv${separator}9M4${separator}`;
    expect(verifyTotp({ ...key, encoder: "steam" }, steam, options)).toEqual({ step: 1, drift: 0 });
    expect(readSymbols(`${separator}o1${separator}z`, CROCKFORD, 3)).toBe("01Z");
  });

  it("ignores separators anywhere, and reads nothing else", () => {
    const law = fc.property(
      interleaved("287082"),
      fc.constantFrom("+", ".", "_", "٢", "２", "𝟐", "\u20e3", "\ud800", "\0", "x"),
      (code, other) => {
        expect(verifyTotp(key, code, options)).toEqual({ step: 1, drift: 0 });
        expect(verifyTotp(key, code + other, options)).toBeNull();
        expect(verifyTotp(key, other + code, options)).toBeNull();
      },
    );
    fc.assert(law);
  });
});
