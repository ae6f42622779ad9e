// The texts that carry a code, written so that phones and browsers find host and code in them. The examples of the specification
// are in test/vectors/origin-bound-codes.test.ts.
import fc from "fast-check";
import { inspectSms, mailMessage, maskCode, smsMessage } from "otp-core/passcodes";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const GOOD = { text: "747723 is your code.", code: "747723", host: "example.com" };
const APP_HASH = "FA+9qCX9V/u";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
const code = fc.stringMatching(/^[0-9A-Za-z-]{1,32}$/);
const words = fc
  .array(fc.constantFrom("code", "@", "@example.com", "#000000", "#", "\n", "\r\n", " ", "é", "😀", "\u2028"))
  .map((parts) => parts.join(""))
  .filter((text) => !/@[a-z.]+ #/.test(text));

describe.each([
  ["smsMessage", smsMessage],
  ["mailMessage", mailMessage],
])("%s", (_, write) => {
  it("ends with the line that binds the code to the site (R6)", () => {
    expect(write(GOOD)).toBe("747723 is your code.\n\n@example.com #747723");
    const embeddedHosts = ["pay.example", "bank.example"];
    expect(write({ ...GOOD, embeddedHosts })).toBe(
      "747723 is your code.\n\n@example.com #747723 @pay.example @bank.example",
    );
    expect(write({ ...GOOD, embeddedHosts: [] })).toBe(write(GOOD));
  });

  it("is read back as it was meant, by every reader, whatever the text says", () => {
    const law = fc.property(
      words,
      words,
      code,
      host,
      fc.array(host, { maxLength: 3 }),
      (before, after, code, host, embeddedHosts) => {
        const message = write({ text: `${before} ${code} ${after}`, code, host, embeddedHosts });
        const { origin, found } = inspectSms(message);
        expect(origin).toEqual({ host, code, embeddedHosts });
        expect([found.ios, found.chrome]).toEqual([code, code]);
      },
    );
    fc.assert(law, { numRuns: 500 });
  });

  it.each([
    ["Your code is here.", "747723"],
    ["Your code is 747-723.", "747723"],
    ["Your code is 747723.", "7477"],
    ["Your code is 747723.", "47723"],
    ["Your code is abc12.", "ABC12"],
  ])("refuses a text without its code: %j, %j", (text, code) => {
    expect(() => write({ ...GOOD, text, code })).toThrow(refusal("invalid-argument", "text"));
  });

  it.each(["747723", "747723.", "x 7477230 747723", "コード747723です", "«747723»", "a-747723\n"])(
    "takes a text that holds it as a word of its own: %j",
    (text) => expect(write({ ...GOOD, text })).toBe(`${text}\n\n@example.com #747723`),
  );

  it.each(["@evil.example #000000", "to @evil.example #1, code", "\t@EVIL #x"])(
    "refuses a text in which Chrome would find another code: %j",
    (text) => expect(() => write({ ...GOOD, text: `${text} 747723` })).toThrow(refusal("invalid-argument", "text")),
  );

  it.each([undefined, null, "747723"])("takes an object: %s is refused", (message) => {
    expect(() => (write as (message: unknown) => unknown)(message)).toThrow(refusal("invalid-argument", "message"));
  });

  it.each([
    ["text", ["", undefined, 7, "\ud800747723"]],
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
    ["embeddedHosts", [null, 7, "pay.example", Array<string>(11).fill("pay.example")]],
    ["hots", ["example.com"]],
  ])("refuses input that would break the line: %s", (name, values) => {
    for (const value of values) {
      expect(() => write({ ...GOOD, [name]: value } as typeof GOOD), String(value)).toThrow(
        refusal("invalid-argument", name),
      );
    }
  });

  it("takes up to ten embedded hosts", () => {
    const embeddedHosts = Array.from({ length: 10 }, (_, i) => `frame${i}.example`);
    expect(inspectSms(write({ ...GOOD, embeddedHosts })).origin).toMatchObject({ embeddedHosts });
  });

  it("names the embedded host that it refuses", () => {
    for (const wrong of ["", "https://example.com", null, 7]) {
      const embeddedHosts = ["pay.example", wrong as string];
      expect(() => write({ ...GOOD, embeddedHosts })).toThrow(refusal("invalid-argument", "embeddedHosts[1]"));
    }
  });
});

describe("a text message", () => {
  it("has up to a thousand characters, and a mail a hundred thousand", () => {
    for (const [write, length] of [
      [smsMessage, 1000],
      [mailMessage, 100_000],
    ] as const) {
      const text = "747723".padEnd(length);
      expect(write({ ...GOOD, text })).toBe(`${text}\n\n@example.com #747723`);
      expect(() => write({ ...GOOD, text: `${text} ` })).toThrow(refusal("invalid-argument", "text"));
    }
  });

  it("ends with Android's app hash, which no browser takes for something else", () => {
    const message = smsMessage({ ...GOOD, appHash: APP_HASH });
    expect(message).toBe(`747723 is your code.\n\n@example.com #747723 ${APP_HASH}`);
    expect(inspectSms(message)).toMatchObject({
      origin: { host: "example.com", code: "747723", embeddedHosts: [] },
      found: { ios: "747723", android: "747723", chrome: "747723" },
    });
    const embeddedHosts = ["pay.example"];
    expect(inspectSms(smsMessage({ ...GOOD, embeddedHosts, appHash: APP_HASH })).origin).toMatchObject({
      embeddedHosts,
    });
  });

  it.each(["", "FA+9qCX9V/", "FA+9qCX9V/uu", "FA+9qCX9V_u", null, 7, { toString: () => APP_HASH }])(
    "has no other app hash: %j",
    (appHash) => {
      expect(() => smsMessage({ ...GOOD, appHash: appHash as string })).toThrow(refusal("invalid-argument", "appHash"));
      const mail = { ...GOOD, appHash: APP_HASH };
      expect(() => mailMessage(mail)).toThrow(refusal("invalid-argument", "appHash"));
    },
  );
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
