import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8, utf8Length } from "../../src/encoding/utf8.ts";

describe("encodeUtf8", () => {
  it("writes the bytes that Node writes, none for the empty text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(encodeUtf8(text)).toEqual(new Uint8Array(Buffer.from(text)));
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
      { examples: [[""], ["\u{ffff}\u{10000}\u{10ffff}"], ["\x7f\x80\u07ff\u0800"]] },
    );
  });

  it("is null if half of a surrogate pair stands alone", () => {
    for (const half of ["\ud800", "\udfff", "a\udc00b", "\udc00\ud800", "\ud800\ud800"]) {
      expect(encodeUtf8(half)).toBe(null);
      expect(utf8Length(half)).toBe(-1);
    }
  });
});
