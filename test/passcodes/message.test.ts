// The message that carries a code: written so that a browser finds host and code in it, whatever stands above. The published examples
// are in test/vectors/origin-bound-codes.test.ts.
import fc from "fast-check";
import { maskCode, parseSmsMessage, smsMessage } from "otp-core/passcodes";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const GOOD = { text: "747723 is your code.", code: "747723", host: "example.com" };

describe("smsMessage", () => {
  it("ends with the line that binds the code to the site (R6)", () => {
    expect(smsMessage(GOOD)).toBe("747723 is your code.\n\n@example.com #747723");
    expect(smsMessage({ ...GOOD, embeddedHost: "pay.example" })).toBe(
      "747723 is your code.\n\n@example.com #747723 @pay.example",
    );
  });

  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  const text = fc
    .array(fc.constantFrom("code", "@example.com #000000", "\n", "\r\n", " ", "#", "@", "é", "😀", "\u2028"), {
      minLength: 1,
    })
    .map((words) => words.join(""));

  it("is read back as it was meant, whatever the text says", () => {
    const law = fc.property(
      text,
      fc.stringMatching(/^[0-9A-Za-z-]{1,32}$/),
      host,
      fc.option(host),
      (words, code, site, embeddedHost) => {
        const message = smsMessage({ text: words, code, host: site, embeddedHost: embeddedHost ?? undefined });
        expect(parseSmsMessage(message)).toEqual({ host: site, code, embeddedHost });
      },
    );
    fc.assert(law, { numRuns: 500 });
  });

  it("takes a text of up to a thousand characters", () => {
    const text = "x".repeat(1000);
    expect(smsMessage({ ...GOOD, text })).toBe(`${text}\n\n@example.com #747723`);
  });

  it.each([undefined, null, "747723"])("is told what to write in an object: %s is refused", (message) => {
    const write = smsMessage as (message: unknown) => unknown;
    expect(() => write(message)).toThrow(refusal("invalid-argument", "message"));
  });

  it.each([
    ["text", ["", undefined, 7, "\ud800", "x".repeat(1001)]],
    ["code", ["", "747 723", "747723\n", "#747723", "é", 747_723, undefined, "0".repeat(33)]],
    [
      "host",
      [
        "",
        "https://example.com",
        "example.com:443",
        "example.com/login",
        "Example.com",
        "exämple.com",
        "a b",
        "example.com\n",
        ".com",
        "com.",
        "a..b",
        "-a.com",
        "a-.com",
        `${"a".repeat(64)}.com`,
        `${"a.".repeat(127)}com`,
        undefined,
        7,
      ],
    ],
    ["embeddedHost", ["", "https://example.com", null, 7]],
    ["hots", ["example.com"]],
  ])("refuses what would break it: %s", (name, values) => {
    for (const value of values) {
      expect(() => smsMessage({ ...GOOD, [name]: value } as typeof GOOD), String(value)).toThrow(
        refusal("invalid-argument", name),
      );
    }
  });
});

describe("parseSmsMessage", () => {
  it("takes anything and says null to what is no message", () => {
    const law = fc.property(fc.anything(), (value) => {
      if (typeof value === "string" && value.includes("@")) return;
      expect(parseSmsMessage(value)).toBe(null);
    });
    fc.assert(law);
  });

  it.each(["\n", "\r\n", "\r"])("looks at the last line only: %j", (end) => {
    expect(parseSmsMessage(`@other.example #1${end}@example.com #2`)?.code).toBe("2");
    expect(parseSmsMessage(`@other.example #1${end}`)).toBe(null);
  });

  it.each([
    "@example.com\t#1",
    "@exam\tple.com #1",
    "@exam\fple.com #1",
    "@example.com #\t1",
    " @example.com #1",
    "@example.com #\f",
  ])("has one space between the fields, and no white space in them: %j", (message) =>
    expect(parseSmsMessage(message)).toBe(null),
  );

  it("ends a field at white space, and leaves what follows to the future", () => {
    expect(parseSmsMessage("@example.com #1\tmore")).toEqual({ host: "example.com", code: "1", embeddedHost: null });
    expect(parseSmsMessage("@example.com #1 %other.example")?.embeddedHost).toBe(null);
  });
});

describe("maskCode", () => {
  it.each([
    ["747723", "******"],
    ["747 723", "*** ***"],
    ["ABCD-EF12", "****-****"],
    ["😀\n", "***"],
    ["", ""],
    ["1".repeat(100), "*".repeat(32)],
    [undefined, ""],
    [747_723, ""],
    [{ toString: () => "747723" }, ""],
  ])("%j is %j (O2)", (code, masked) => expect(maskCode(code)).toBe(masked));

  it("shows none of the characters", () => {
    const law = fc.property(fc.string(), (code) => {
      expect(maskCode(code)).toMatch(/^[* -]*$/);
    });
    fc.assert(law);
  });
});
