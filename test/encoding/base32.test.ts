import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { decodeBase32, encodeBase32, isOtpError } from "otp-core";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { SEPARATORS, separators } from "../support/separators.ts";

// The published and collected examples are in test/vectors: rfc4648 and base32-edge.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const bytes = fc.uint8Array({ minLength: 0, maxLength: 300 });
const symbols = (constraints: { minLength?: number; maxLength?: number } = {}) =>
  fc.string({ unit: fc.constantFrom(...ALPHABET), ...constraints });

/** The text as people paste it: in either case, with separators anywhere and padding at the end. */
const pasted = fc
  .tuple(bytes, fc.infiniteStream(fc.tuple(separators, fc.boolean())), fc.nat({ max: 8 }), separators)
  .map(([secret, gaps, padding, end]) => {
    let text = "";
    for (const symbol of encodeBase32(secret)) {
      const [gap, lower] = gaps.next().value ?? ["", false];
      text += `${gap}${lower ? symbol.toLowerCase() : symbol}`;
    }
    return { secret, text: `${text}${"=".repeat(padding)}${end}` };
  });

/** What decodes, or undefined; anything but a decent refusal fails the test. */
function decoded(text: string): Uint8Array | undefined {
  try {
    return decodeBase32(text);
  } catch (error) {
    expect(isOtpError(error) && error.code).toBe("invalid-secret");
    return undefined;
  }
}

describe("base32: laws", () => {
  it("what is encoded decodes to itself", () => {
    fc.assert(
      fc.property(bytes, (secret) => {
        expect(decodeBase32(encodeBase32(secret))).toEqual(secret);
      }),
    );
  });

  it("an encoding is upper case of the alphabet, without padding, as short as it can be", () => {
    fc.assert(
      fc.property(bytes, (secret) => {
        const text = encodeBase32(secret);
        expect(text).toMatch(/^[A-Z2-7]*$/);
        expect(text).toHaveLength(Math.ceil((secret.length * 8) / 5));
      }),
    );
  });

  it("whatever decodes is canonical: it encodes to the same symbols again (RFC 4648 section 3.5, R2, trap 49)", () => {
    fc.assert(
      fc.property(symbols({ maxLength: 40 }), (text) => {
        const secret = decoded(text);
        if (secret !== undefined) expect(encodeBase32(secret)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it("of two texts with the same bytes one is the other in another case, with other separators or padding (trap 70)", () => {
    fc.assert(
      fc.property(pasted, ({ secret, text }) => {
        expect(decodeBase32(text)).toEqual(secret);
        expect(encodeBase32(decodeBase32(text))).toBe(text.toUpperCase().replace(/[^A-Z2-7]/g, ""));
      }),
    );
  });

  it("exactly one in 2, 4, 8 or 16 last symbols is canonical", () => {
    for (const [prefix, step] of [
      ["A", 4],
      ["AAA", 16],
      ["AAAA", 2],
      ["AAAAAA", 8],
      ["AAAAAAA", 1],
    ] as const) {
      const accepted = [...ALPHABET].filter((last) => decoded(prefix + last) !== undefined);
      expect(accepted).toEqual([...ALPHABET].filter((_, value) => value % step === 0));
    }
  });

  it("no character but the 32, their lower case and separators stands in a secret (RFC 4648 section 3.3, R1)", () => {
    const accepted: string[] = [];
    for (let unit = 0; unit <= 0xffff; unit++) {
      const character = String.fromCharCode(unit);
      // Seven symbols and eight symbols are both possible lengths.
      if (decoded(`AAA${character}AAAA`) !== undefined) accepted.push(character);
    }
    const separators = [...SEPARATORS].filter((character) => character.length === 1);
    expect(accepted.sort()).toEqual([...ALPHABET, ...ALPHABET.slice(0, 26).toLowerCase(), ...separators].sort());
  });

  it("never throws anything but a refusal, whatever text it gets", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        decoded(text);
      }),
    );
  });
});

describe("decodeBase32", () => {
  it("returns exactly its content: a fresh Uint8Array that holds no more than the secret", () => {
    for (const text of ["", "MZXW6", "mzxw-6===", "M Z X W 6 Y T B"]) {
      const secret = decodeBase32(text);
      expect(secret.constructor).toBe(Uint8Array);
      expect(secret.byteOffset).toBe(0);
      expect(secret.buffer.byteLength).toBe(secret.length);
      expect(decodeBase32(text)).not.toBe(secret);
    }
  });

  it("takes padding at the end only, and spaces and dashes around it", () => {
    expect(decodeBase32(" -MZXW6===- = ")).toEqual(decodeBase32("MZXW6"));
    for (const text of ["=MZXW6", "MZ=XW6", "MZXW6===A"])
      expect(() => decodeBase32(text)).toThrow(refusal("invalid-secret"));
  });

  it("of nothing but filling is no bytes; that an empty secret is no secret is not for base32 to say", () => {
    for (const text of ["", " ", "--", "====="]) expect(decodeBase32(text)).toHaveLength(0);
  });

  it("refuses the impossible lengths, says so, and never returns an empty or shorter key (trap 49, trap 70)", () => {
    for (const [text, symbols] of [
      ["A", 1],
      ["AAA", 3],
      ["AAAAAA", 6],
      ["AAAAAAAAA", 9],
      ["A A-A =", 3],
    ] as const) {
      expect(() => decodeBase32(text)).toThrow(refusal("invalid-secret"));
      expect(() => decodeBase32(text)).toThrow(
        `invalid base32: expected a length that bytes have, not ${symbols} characters`,
      );
    }
  });

  it("does not read AB as AA (trap 70)", () => {
    expect(decodeBase32("AA")).toEqual(Uint8Array.of(0));
    expect(() => decodeBase32("AB")).toThrow(refusal("invalid-secret"));
  });

  it("says where: the index in the text as it was given", () => {
    expect(() => decodeBase32("AA-A1AAA")).toThrow("index 4");
    expect(() => decodeBase32("  0")).toThrow("index 2");
    expect(() => decodeBase32("mzxw 7===")).toThrow("index 5");
    expect(() => decodeBase32("MZXW6\n!")).toThrow("invalid base32 at index 6: expected A-Z or 2-7");
    expect(() => decodeBase32("A\u{e0020}1")).toThrow("index 3");
    expect(() => decodeBase32("AA==AA")).toThrow("index 2");
    expect(() => decodeBase32("==AA")).toThrow("index 0");
    expect(() => decodeBase32("AB")).toThrow("invalid base32 at index 1: expected no spare bits");
    expect(() => decodeBase32("A=B")).toThrow("invalid base32 at index 1: expected padding at the end only");
  });

  it("does not mistake letters of other scripts, nor those that upper-casing would turn into ours (trap 35)", () => {
    for (const text of ["ＡＡ", "ſA", "ıA", "ßAAA", "АААА", "٢٢", "２２", "𝟐𝟐", "AA\ud800", "AA\u20e3"]) {
      expect(() => decodeBase32(text)).toThrow(refusal("invalid-secret"));
    }
  });

  it("decodes a megabyte", () => {
    expect(decodeBase32("A".repeat(1 << 20))).toHaveLength((1 << 20) * (5 / 8));
  });

  it("refuses what is no text", () => {
    for (const value of [
      undefined,
      null,
      0,
      234567,
      {},
      ["MZXW6"],
      Uint8Array.of(1),
      Symbol("MZXW6"),
      new String("MZXW6"),
    ]) {
      expect(() => decodeBase32(value as string)).toThrow(refusal("invalid-argument"));
    }
  });
});

describe("encodeBase32", () => {
  it("encodes what a view shows, not what is around it (trap 70)", () => {
    const around = Uint8Array.from(Buffer.from("..foobar.."));
    expect(encodeBase32(around.subarray(2, 8))).toBe("MZXW6YTBOI");
    const pooled = Buffer.from("foobar");
    expect(pooled.buffer.byteLength).toBeGreaterThan(pooled.length);
    expect(encodeBase32(pooled)).toBe("MZXW6YTBOI");
  });

  it("takes the Uint8Array of another realm", () => {
    const foreign: Uint8Array = runInNewContext("Uint8Array.of(0x66, 0x6f, 0x6f)");
    expect(foreign instanceof Uint8Array).toBe(false);
    expect(encodeBase32(foreign)).toBe("MZXW6");
  });

  it("leaves the bytes alone", () => {
    const secret = Uint8Array.of(255, 254, 253);
    encodeBase32(secret);
    expect(secret).toEqual(Uint8Array.of(255, 254, 253));
  });

  it("refuses what is no Uint8Array", () => {
    for (const value of [undefined, null, "foo", 1, {}, [1, 2], new ArrayBuffer(2), new DataView(new ArrayBuffer(2))]) {
      expect(() => encodeBase32(value as Uint8Array)).toThrow(refusal("invalid-argument", "bytes"));
    }
    for (const value of [new Uint16Array(2), new Int8Array(2), new Uint8ClampedArray(2), { length: 1, 0: 1 }]) {
      expect(() => encodeBase32(value as unknown as Uint8Array)).toThrow(refusal("invalid-argument", "bytes"));
    }
    const disguised = { [Symbol.toStringTag]: "Uint8Array", length: 1, 0: 1 };
    expect(() => encodeBase32(disguised as unknown as Uint8Array)).toThrow(refusal("invalid-argument", "bytes"));
  });
});

describe("what was refused", () => {
  it("is named: the text, whether it is none or not base32", () => {
    expect(() => decodeBase32(1 as unknown as string)).toThrow(refusal("invalid-argument", "text"));
    for (const text of ["A", "AB", "0"]) expect(() => decodeBase32(text)).toThrow(refusal("invalid-secret", "text"));
    expect(() => decodeBase32("AAA")).toThrow(/not 3 characters$/);
  });
});
