import { decodeBase32, encodeBase32, isOtpError } from "otp-core";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../support/vector-bytes.ts";
import { rows, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("rfc4648", ["BASE64", "BASE32", "BASE32-HEX", "BASE16"]);
const ROW = { text: "string", hex: "string", encoded: "string", unpadded: "string" } as const;
const base32 = rows(file.BASE32, ROW);
const others = (["BASE64", "BASE32-HEX", "BASE16"] as const).flatMap((name) =>
  rows(file[name], ROW).map((vector) => ({ ...vector, name })),
);

describe("RFC 4648 section 10", () => {
  it.each([...base32, ...others])("the bytes of $text are $hex", ({ text, hex }) => {
    expect(Buffer.from(text, "latin1").toString("hex")).toBe(hex);
  });

  it.each(base32)("base32 of $text is $unpadded, without the padding that some apps refuse", ({ hex, unpadded }) => {
    expect(encodeBase32(fromHex(hex))).toBe(unpadded);
  });

  it.each(base32)("$encoded decodes with its padding and without", ({ hex, encoded, unpadded }) => {
    expect(toHex(decodeBase32(encoded))).toBe(hex);
    expect(toHex(decodeBase32(unpadded))).toBe(hex);
  });

  it.each(others.filter(({ text }) => text !== ""))("$name $encoded is not mistaken for base32", ({ hex, encoded }) => {
    let read: string;
    try {
      read = toHex(decodeBase32(encoded));
    } catch (error) {
      expect(isOtpError(error) && error.code).toBe("invalid-secret");
      return;
    }
    expect(read).not.toBe(hex);
  });
});
