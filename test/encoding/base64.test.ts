import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/encoding/base64.ts";

// base64 has no entry point. Migration URIs use it.

const bytes = fc.uint8Array({ maxLength: 100 });

describe("encodeBase64", () => {
  it("is the base64 of RFC 4648 section 4", () => {
    fc.assert(
      fc.property(bytes, (list) => {
        expect(encodeBase64(list)).toBe(Buffer.from(list).toString("base64"));
      }),
    );
    // Section 10.
    const vectors = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
    expect(vectors.map((_, length) => encodeBase64(Buffer.from("foobar".slice(0, length))))).toEqual(vectors);
  });
});

describe("decodeBase64", () => {
  it("undoes it, in either alphabet, with padding and without, with spaces for plus signs", () => {
    fc.assert(
      fc.property(
        bytes,
        fc.boolean(),
        fc.constantFrom("+", "-", " "),
        fc.constantFrom("/", "_"),
        (list, padded, plus, slash) => {
          const text = encodeBase64(list).replaceAll("+", plus).replaceAll("/", slash);
          expect(decodeBase64(padded ? text : text.replace(/=+$/, ""))).toEqual(list);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("reads only what is the text of some bytes", () => {
    const texts = fc.string({ unit: fc.constantFrom(..."AQgwB4+/-_ =z\n%é"), maxLength: 9 });
    fc.assert(
      fc.property(texts, (text) => {
        const plain = text.replace(/=+$/, "").replace(/[- ]/g, "+").replaceAll("_", "/");
        const expected = Buffer.from(plain, "base64");
        const legal = expected.toString("base64").replace(/=+$/, "") === plain;
        expect(decodeBase64(text)).toEqual(legal ? new Uint8Array(expected) : null);
      }),
      { numRuns: 5000 },
    );
  });

  it("refuses a lonely character, spare bits, padding inside and other characters", () => {
    for (const text of ["A", "AAAAA", "Zh==", "Zm9=", "Zg", "Z=g=", "=Zg", "Zm9v\n", "Zm.v", "Zmé", "Ａ"]) {
      expect(decodeBase64(text)).toEqual(text === "Zg" ? Uint8Array.of(0x66) : null);
    }
    expect(decodeBase64("====")).toEqual(new Uint8Array());
  });
});
