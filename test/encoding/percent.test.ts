import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { decodePercent, encodePercent, encodePlain, textOf } from "../../src/encoding/percent.ts";

// Ours is fast for ASCII; the engine's own functions are what it must agree with.

const builtIn = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};
const wellFormed = fc.string({ unit: "grapheme" });

describe("decodePercent", () => {
  it("reads what decodeURIComponent reads, and null where that throws (quirks 7, 31)", () => {
    const pieces = fc.constantFrom(
      "%",
      "%2",
      "%41",
      "%61",
      "%7f",
      "%80",
      "%00",
      "%C3%9F",
      "%c3",
      "%e2%82%ac",
      "%F0%9F%94%90",
      "%ff",
      "%c0%80",
      "%ed%a0%80",
      "%zz",
      "+",
      "a",
      "ß",
      "🔐",
      "\ud800",
      "G",
      "0",
    );
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 8 }).map((list) => list.join("")),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(decodePercent(text)).toBe(builtIn(text));
      }),
      { numRuns: 5000 },
    );
  });

  it("reads ASCII without the engine's own function, whichever characters are escaped, in either case", () => {
    const escapes = Array.from({ length: 0x80 }, (_, unit) => `%${unit.toString(16).padStart(2, "0")}`);
    const own = vi.spyOn(globalThis, "decodeURIComponent");
    try {
      for (const text of ["no escape", ...escapes, ...escapes.map((text) => text.toUpperCase())]) {
        expect(decodePercent(text)).not.toBe(null);
      }
      expect(own).not.toHaveBeenCalled();
      decodePercent("%c3%9f");
      expect(own).toHaveBeenCalledTimes(1);
    } finally {
      own.mockRestore();
    }
  });

  it("knows every pair of characters after a percent sign", () => {
    const units = Array.from({ length: 0x180 }, (_, unit) => String.fromCharCode(unit));
    for (const a of units)
      for (const b of ["0", "4", "9", "a", "F", "g", "/", ":", "@", "`", a]) {
        expect(decodePercent(`x%${a}${b}y`)).toBe(builtIn(`x%${a}${b}y`));
      }
  });
});

describe("encodePercent", () => {
  it("leaves the unreserved characters, escapes all others, and is undone by decoding (quirks 7 to 9)", () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        const encoded = encodePercent(text);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(encoded).not.toMatch(/%(?:3[0-9]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A]|2[DE]|5F|7E)/);
        expect(decodePercent(encoded)).toBe(text);
        expect(encodePlain(text) ?? encoded).toBe(encoded);
      }),
      { numRuns: 2000 },
    );
  });

  it("writes printable ASCII without the engine's own function", () => {
    const printable = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).join("");
    const own = vi.spyOn(globalThis, "encodeURIComponent");
    try {
      const encoded = encodePercent(printable.replace(":", ""));
      expect(own).not.toHaveBeenCalled();
      expect(decodePercent(encoded)).toBe(printable.replace(":", ""));
      expect(encodePercent(printable)).toContain("%3A");
      expect(own).toHaveBeenCalledTimes(1);
    } finally {
      own.mockRestore();
    }
  });
});

describe("textOf", () => {
  it("reads UTF-8, and a replacement character for each other byte: overlong, of a surrogate, cut off", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const lead = fc.constantFrom(
      0x00,
      0x41,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
      0xa0,
      0x9f,
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(lead, { maxLength: 6 }),
          fc.string({ unit: "binary" }).map((text) => [...Buffer.from(text)]),
        ),
        (list) => {
          const bytes = Uint8Array.from(list);
          const text = textOf(bytes);
          let expected: string | undefined;
          try {
            expected = decoder.decode(bytes);
          } catch {}
          if (expected === undefined) expect(text).toContain("\ufffd");
          else expect(text).toBe(expected);
          expect(text).not.toMatch(/\p{Cs}/u);
          // 0xFF is never a part of a character.
          expect(textOf(Uint8Array.of(...bytes, 0xff, 0xc3, 0xa9))).toBe(`${text}\ufffdé`);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
