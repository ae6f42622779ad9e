// What people and programs send instead of a code. Made on demand, because some of these values cannot even be printed.

export type Typed = readonly [name: string, make: () => unknown];

const trap = (): never => {
  throw new Error("a value that is not text must not be read");
};

/** A value whose every trap throws. */
function touchMeNot(target: object): object {
  const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap]));
  return new Proxy(target, traps);
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** By its length it is two entries, one of them no code; by its iterator it is many codes. */
function disguisedArray(): readonly string[] {
  return Object.assign(["287082", ""], { [Symbol.iterator]: () => Array(20).fill("287082").values() });
}

/** A million characters. */
export const MEGABYTE = 2 ** 20;

/** No code of 6 to 10 digits and no Steam code, whatever the key is. */
export const NO_CODES: readonly Typed[] = [
  ["nothing at all", () => undefined],
  ["null", () => null],
  ["true", () => true],
  ["NaN", () => Number.NaN],
  ["Infinity", () => Number.POSITIVE_INFINITY],
  ["a number", () => 287082],
  ["a bigint", () => 287082n],
  ["a symbol", () => Symbol("287082")],
  ["a function", () => () => "287082"],
  ["an object", () => ({})],
  ["an object without a prototype", () => Object.create(null)],
  ["an object with length and digits", () => ({ length: 6, 0: "2", 1: "8", 2: "7", 3: "0", 4: "8", 5: "2" })],
  ["an object whose toString throws", () => ({ toString: trap, valueOf: trap, [Symbol.toPrimitive]: trap })],
  ["an object whose fields throw", () => Object.defineProperty({}, "length", { get: trap })],
  ["a Proxy whose traps throw", () => touchMeNot({})],
  ["a Proxy of an array whose traps throw", () => touchMeNot(["287082"])],
  ["a Proxy of a function whose traps throw", () => touchMeNot(trap)],
  ["a revoked Proxy", () => revoked({})],
  ["a revoked Proxy of an array", () => revoked([])],
  ["an empty array", () => []],
  ["an array of digits", () => ["2", "8", "7", "0", "8", "2"]],
  ["an array whose elements throw", () => Object.defineProperty(["287082", ""], 1, { get: trap })],
  ["an array whose iterator throws", () => Object.assign(["287082", ""], { [Symbol.iterator]: trap })],
  ["an array whose iterator says something else", () => disguisedArray()],
  ["an array of a million", () => Array(MEGABYTE).fill("287082")],
  ["an array with a hole", () => Object.assign(Array(2), { 1: "287082" })],
  ["bytes", () => Uint8Array.of(0x32, 0x38, 0x37, 0x30, 0x38, 0x32)],
  ["a date", () => new Date(0)],
  ["a regular expression", () => /287082/],
  ["a promise", () => Promise.resolve("287082")],
  ["the empty string", () => ""],
  ["spaces", () => "      "],
  ["dashes", () => "------"],
  ["four digits", () => "2870"],
  ["eleven digits", () => "28708228708"],
  ["letters", () => "secret"],
  ["emoji", () => "🔑🔑🔑🔑🔑🔑"],
  ["keycap emoji of digits", () => "2️⃣8️⃣7️⃣0️⃣8️⃣2️⃣"],
  ["emoji of six code units", () => "🔑🔑🔑"],
  ["lone surrogates", () => "\ud800\udc00\ud800\ud800\udfff\udfff"],
  ["NUL characters", () => "\0\0\0\0\0\0"],
  ["exponents", () => "1e3"],
  ["an exponent as long as a code", () => "1e0003"],
  ["hexadecimal", () => "0x1234"],
  ["a decimal fraction", () => "2870.2"],
  ["a negative fraction", () => "-.28708"],
  ["the word NaN", () => "NaN"],
  ["SQL", () => "' OR 1=1 --"],
  ["a megabyte of digits", () => "1".repeat(MEGABYTE)],
  ["a megabyte of spaces", () => " ".repeat(MEGABYTE)],
  ["a megabyte of dashes", () => "-".repeat(MEGABYTE)],
  ["a megabyte of emoji", () => "🔑".repeat(MEGABYTE / 2)],
  ["a megabyte of spaces and too few digits", () => `2870${" ".repeat(MEGABYTE)}`],
];

/** The digits of another script in their place: `zero` is its digit nought. */
function inScript(code: string, zero: number): string {
  return code.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

/** A valid code in forms that a careless reader accepts. All of them are malformed. */
export function disguises(code: string): readonly Typed[] {
  const text = (name: string, value: string): Typed => [name, () => value];
  return [
    text("full-width digits", inScript(code, 0xff10)),
    text("Arabic-Indic digits", inScript(code, 0x660)),
    text("extended Arabic-Indic digits", inScript(code, 0x6f0)),
    text("Devanagari digits", inScript(code, 0x966)),
    text("Bengali digits", inScript(code, 0x9e6)),
    text("Thai digits", inScript(code, 0xe50)),
    text("mathematical bold digits", inScript(code, 0x1d7ce)),
    text("mathematical monospace digits", inScript(code, 0x1d7f6)),
    text("characters whose low byte is the digit", inScript(code, 0x130)),
    text("one full-width digit among the others", `${code.slice(0, -1)}${inScript(code.slice(-1), 0xff10)}`),
    text("a second line", `${code}\n${code}`),
    text("a NUL at the end", `${code}\0`),
    text("a combining accent", `${code}\u0301`),
    text("a variation selector", `${code}\ufe0f`),
    text("half of a surrogate pair", `${code}\ud83d`),
    text("a full stop", `${code}.`),
    text("a decimal fraction", `${code}.0`),
    text("an exponent", `${code}e0`),
    text("a leading plus", `+${code}`),
    text("a leading 0x", `0x${code}`),
    text("a leading zero", `0${code}`),
    text("a separator of numerals", `${code.slice(0, 3)}_${code.slice(3)}`),
    text("a comma", `${code.slice(0, 3)},${code.slice(3)}`),
    text("a letter behind it", `${code}x`),
    text("a letter for the last digit", `${code.slice(0, -1)}x`),
    text("quotation marks", `"${code}"`),
    text("the letter O for a nought", code.slice(0, -1).concat("O")),
    text("one digit less", code.slice(1)),
    text("twice", `${code}${code}`),
    ["a String object", () => new String(code)],
    ["an array of one", () => [code]],
    ["a nested array", () => [[code]]],
    ["an object whose toString is the code", () => ({ toString: () => code, valueOf: () => code })],
    ["an object that becomes the code", () => ({ [Symbol.toPrimitive]: () => code })],
    ["an object that is written as the code in JSON", () => ({ toJSON: () => code })],
    ["the number", () => Number(code)],
    ["a Number object", () => new Number(code)],
    ["its bytes", () => Buffer.from(code)],
  ];
}
