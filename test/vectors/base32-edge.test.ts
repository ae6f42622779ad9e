import { decodeBase32, encodeBase32, hotp } from "otp-core";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { toHex } from "../support/vector-bytes.ts";
import { list, rows, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("base32-edge", [
  "lenientEqual",
  "illegalLengthsMod8",
  "nonCanonicalTrailingBits",
  "seenInTheWildWithIllegalLength",
  "rejected",
  "note",
]);
const lenient = rows(file.lenientEqual, { input: "string", hex: "string", from_: "string" });
const illegalLengths = list(file.illegalLengthsMod8, "number");
const nonCanonical = list(file.nonCanonicalTrailingBits, "string");
const illegal = rows(file.seenInTheWildWithIllegalLength, { input: "string", why: "string" });
const rejected = list(file.rejected, "string");

describe("base32 as it is found in the wild", () => {
  it.each(lenient)("$input is read: $from_", ({ input, hex }) => {
    expect(toHex(decodeBase32(input))).toBe(hex);
    expect(encodeBase32(decodeBase32(input))).toBe(input.toUpperCase().replace(/[ =-]/g, ""));
  });

  it("no length over a multiple of 8 is refused but 1, 3 and 6 (trap 49)", () => {
    expect(file.note).toEqual(expect.stringContaining("RFC 4648 section 6"));
    const refused = Array.from({ length: 24 }, (_, length) => length).filter((length) => {
      try {
        return decodeBase32("A".repeat(length)).length !== Math.floor((length * 5) / 8);
      } catch {
        return true;
      }
    });
    expect(refused).toEqual([0, 8, 16].flatMap((multiple) => illegalLengths.map((rest) => multiple + rest)));
  });

  it.each(nonCanonical)("'%s' has bits to spare that are not zero: refused (trap 49, trap 70)", (input) => {
    expect(() => decodeBase32(input)).toThrow(refusal("invalid-secret"));
    expect(() => decodeBase32(input)).toThrow(`index ${input.replace(/=+$/, "").length - 1}`);
  });

  it.each(illegal)("$input is refused: $why", ({ input }) => {
    expect(() => decodeBase32(input)).toThrow(refusal("invalid-secret"));
    expect(() => hotp({ secret: input }, 0)).toThrow(refusal("invalid-secret"));
  });

  it.each([...new Set(rejected.flatMap((input) => [input, input.replace(/ \(.*/, "")]))])(
    "'%s' is refused",
    (input) => {
      expect(() => decodeBase32(input)).toThrow(refusal("invalid-secret"));
      expect(() => hotp({ secret: input }, 0)).toThrow(refusal("invalid-secret"));
    },
  );
});
