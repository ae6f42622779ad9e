// Text and bytes as Node's buffers convert them, on which the old libraries rely.
import { describe, expect, it } from "vitest";
import { bytesToText, textToBytes } from "../../src/compat/text-encoding.ts";

describe("the bytes of a text", () => {
  const texts = [
    "abc",
    "0123456789abcdefABCDEF",
    "12 34",
    "123",
    "ab-_+/==",
    "YWJj ZGVm=ZGVm",
    "é\u{1f600}\uffff",
    "\ud7ff\ue000",
    // Halves of surrogate pairs.
    "a\ud800b",
    "a\udbff",
    "\udc00b",
    "\udfff",
  ];
  const encodings = [
    ...["ascii", "latin1", "binary", "utf8", "utf-8", "hex", "base64", "base64url"],
    ...["ucs2", "ucs-2", "utf16le", "utf-16le", "UTF8", "Hex"],
  ] as BufferEncoding[];

  it.each(encodings)("in %s are those of a buffer", (encoding) => {
    for (const text of texts) {
      expect(Buffer.from(textToBytes(text, encoding) as Uint8Array)).toEqual(Buffer.from(text, encoding));
    }
  });

  it.each(["", "rot13", "utf", "utf16be"])("in %o are null", (encoding) => {
    expect(textToBytes("abc", encoding)).toBeNull();
  });
});

describe("the text of bytes", () => {
  // The ends of every range that the table of well-formed UTF-8 in the Unicode Standard (table 3-7) names, and their neighbours.
  const edges = [
    ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xdf, 0xe0],
    ...[0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
  ];

  it("in UTF-8 is that of a buffer, for every combination of the edges", () => {
    const wrong: string[] = [];
    for (const first of edges) {
      for (const second of edges) {
        for (const third of edges) {
          for (const fourth of [0x41, 0x7f, 0x80, 0xbf, 0xc0]) {
            const bytes = Buffer.of(first, second, third, fourth);
            for (let length = 1; length <= 4; length++) {
              const part = bytes.subarray(0, length);
              if (bytesToText(part, "utf8") !== part.toString("utf8")) wrong.push(part.toString("hex"));
            }
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(["hex", "base64", "utf8", "latin1", "ascii"] as const)("in %s is that of a buffer", (encoding) => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(bytesToText(bytes, encoding)).toBe(bytes.toString(encoding));
  });
});
