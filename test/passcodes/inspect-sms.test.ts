// What a text message costs, and which code phones and browsers find in it.
import fc from "fast-check";
import { inspectSms } from "otp-core/passcodes";
import { describe, expect, it } from "vitest";

/** 3GPP TS 23.038 section 6.2.1, row by row of the published table, without the escape at 0x1B. */
const GSM_ROWS = [
  ["@", "Δ", " ", "0", "¡", "P", "¿", "p"],
  ["£", "_", "!", "1", "A", "Q", "a", "q"],
  ["$", "Φ", '"', "2", "B", "R", "b", "r"],
  ["¥", "Γ", "#", "3", "C", "S", "c", "s"],
  ["è", "Λ", "¤", "4", "D", "T", "d", "t"],
  ["é", "Ω", "%", "5", "E", "U", "e", "u"],
  ["ù", "Π", "&", "6", "F", "V", "f", "v"],
  ["ì", "Ψ", "'", "7", "G", "W", "g", "w"],
  ["ò", "Σ", "(", "8", "H", "X", "h", "x"],
  ["Ç", "Θ", ")", "9", "I", "Y", "i", "y"],
  ["\n", "Ξ", "*", ":", "J", "Z", "j", "z"],
  ["Ø", "+", ";", "K", "Ä", "k", "ä"],
  ["ø", "Æ", ",", "<", "L", "Ö", "l", "ö"],
  ["\r", "æ", "-", "=", "M", "Ñ", "m", "ñ"],
  ["Å", "ß", ".", ">", "N", "Ü", "n", "ü"],
  ["å", "É", "/", "?", "O", "§", "o", "à"],
];
const ONE_UNIT = GSM_ROWS.flat();
const TWO_UNITS = ["\f", "^", "{", "}", "\\", "[", "~", "]", "|", "€"];

describe("the size of a message", () => {
  it("is counted in seven bits for the 127 characters of the GSM alphabet, and twice that for its extension", () => {
    expect(new Set(ONE_UNIT).size).toBe(127);
    for (const character of ONE_UNIT) {
      expect(inspectSms(character.repeat(160)), character).toMatchObject({
        bytes: 140,
        encoding: "GSM-7",
        parts: 1,
        firstUcs2: null,
      });
    }
    for (const character of TWO_UNITS) {
      expect(inspectSms(character.repeat(80)), character).toMatchObject({
        bytes: 140,
        encoding: "GSM-7",
        parts: 1,
        firstUcs2: null,
      });
    }
  });

  it("is counted in sixteen bits as soon as one character is in neither table", () => {
    const known = new Set([...ONE_UNIT, ...TWO_UNITS]);
    for (let unit = 0; unit < 0x2100; unit++) {
      const character = String.fromCharCode(unit);
      expect(inspectSms(character).encoding, character).toBe(known.has(character) ? "GSM-7" : "UCS-2");
    }
    expect(inspectSms("Ihr Code für heute: 1234 – gültig")).toMatchObject({
      encoding: "UCS-2",
      firstUcs2: "–",
      parts: 1,
    });
    expect(inspectSms("code 😀 ’").firstUcs2).toBe("😀");
    expect(inspectSms("voilà, ç")).toMatchObject({ encoding: "UCS-2", firstUcs2: "ç", bytes: 16 });
  });

  it.each([
    ["", 0, 0],
    ["x", 1, 1],
    ["x".repeat(160), 140, 1],
    ["x".repeat(161), 141, 2],
    ["x".repeat(306), 268, 2],
    ["x".repeat(307), 269, 3],
    [`${"x".repeat(159)}€`, 141, 2],
    // An escape sequence is not divided: 152 + 2 do not fit into 153.
    [`${"x".repeat(152)}€${"x".repeat(152)}`, 268, 3],
    ["ç".repeat(70), 140, 1],
    ["ç".repeat(71), 142, 2],
    ["ç".repeat(134), 268, 2],
    ["ç".repeat(135), 270, 3],
    // Nor a surrogate pair: 66 + 2 do not fit into 67.
    [`${"ç".repeat(66)}😀${"ç".repeat(66)}`, 268, 3],
    [`${"ç".repeat(65)}😀${"ç".repeat(67)}`, 268, 2],
  ])("gives the number of messages: %j", (text, bytes, parts) => {
    expect(inspectSms(text)).toMatchObject({ bytes, parts });
  });

  it("never falls when a character is added", () => {
    const text = fc.array(fc.constantFrom("x", "€", "é", "ç", "😀"), { maxLength: 400 });
    const law = fc.property(text, fc.constantFrom("x", "€", "ç", "😀"), (characters, more) => {
      const [short, long] = [inspectSms(characters.join("")), inspectSms([...characters, more].join(""))];
      expect(long.parts).toBeGreaterThanOrEqual(short.parts);
      expect(long.bytes).toBeGreaterThanOrEqual(short.bytes);
      const capacity = short.encoding === "GSM-7" ? 134 : 134;
      expect(short.parts).toBeGreaterThanOrEqual(Math.ceil(short.bytes / 140));
      expect(short.parts).toBeLessThanOrEqual(Math.ceil(short.bytes / (capacity - 2)));
    });
    fc.assert(law);
  });
});

describe("the code that is found", () => {
  it.each([
    // message, ios, android, chrome
    ["Your code is 747723.", "747723", "747723", null],
    ["747723 ist Ihre Nummer.", null, "747723", null],
    ["Your Passcode: 7477", "7477", "7477", null],
    ["codec 747723", null, "747723", null],
    ["Your code is ABCDEF.", null, null, null],
    ["Your code is ABCDE2.", null, "ABCDE2", null],
    ["Your code is 747.", null, null, null],
    ["Your code is 123456789.", null, "123456789", null],
    ["Your code is 12345678901.", null, null, null],
    ["Since 2026 your code is 747723.", "2026", "2026", null],
    ["@example.com #747723", "747723", "747723", "747723"],
    ["Your code\n\n@example.com #ABCDEF", "ABCDEF", null, "ABCDEF"],
    // Safari reads the last line, Chrome the first match.
    ["@a.example #1111\n@b.example #2222", "2222", "1111", "1111"],
    ["@a.example #1111\nthanks", null, "1111", "1111"],
    ["@a.example #1111 and more\n", null, "1111", "1111"],
    ["@a.example  #1111", null, "1111", null],
    ["x@a.example #1111", null, "1111", null],
  ])("in %j", (message, ios, android, chrome) => {
    expect(inspectSms(message).found).toEqual({ ios, android, chrome });
  });
});

describe("the last line", () => {
  it.each(["\n", "\r\n", "\r"])("is what stands after the last end of line: %j", (end) => {
    expect(inspectSms(`@other.example #1${end}@example.com #2`).origin?.code).toBe("2");
    expect(inspectSms(`@other.example #1${end}`).origin).toBe(null);
  });

  it.each([
    "@example.com\t#1",
    "@exam\tple.com #1",
    "@exam\fple.com #1",
    "@example.com #\t1",
    " @example.com #1",
    "@example.com #\f",
    "@example.com",
    "@ #1",
  ])("has one space between the fields, and no white space in them: %j", (message) =>
    expect(inspectSms(message).origin).toBe(null),
  );

  it("ends a field at white space, and leaves the rest to the future", () => {
    const bound = { host: "example.com", code: "1" };
    expect(inspectSms("@example.com #1\tmore").origin).toEqual({ ...bound, embeddedHosts: [] });
    expect(inspectSms("@example.com #1 %other.example").origin).toEqual({ ...bound, embeddedHosts: [] });
    expect(inspectSms("@example.com #1 @a @b $future").origin).toEqual({ ...bound, embeddedHosts: ["a", "b"] });
  });
});

it("takes anything, and reports what is not text as an empty message", () => {
  const nothing = inspectSms("");
  expect(nothing).toEqual({
    bytes: 0,
    encoding: "GSM-7",
    parts: 0,
    firstUcs2: null,
    found: { ios: null, android: null, chrome: null },
    origin: null,
  });
  const law = fc.property(fc.anything(), (value) => {
    if (typeof value === "string") expect(inspectSms(value).parts).toBeGreaterThanOrEqual(value === "" ? 0 : 1);
    else expect(inspectSms(value)).toEqual(nothing);
  });
  fc.assert(law);
});
