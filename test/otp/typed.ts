// What people and programs send instead of a code. Made on demand, because some of these values cannot even be printed.

export interface Typed {
  readonly name: string;
  readonly make: () => unknown;
}

const trap = (): never => {
  throw new Error("nobody may look into what a user typed");
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

/** A million characters. */
export const MEGABYTE = 2 ** 20;

/** No code of 6 to 10 digits and no Steam code, whatever the key is. */
export const NO_CODES: readonly Typed[] = [
  { name: "nothing at all", make: () => undefined },
  { name: "null", make: () => null },
  { name: "true", make: () => true },
  { name: "NaN", make: () => Number.NaN },
  { name: "Infinity", make: () => Number.POSITIVE_INFINITY },
  { name: "a number", make: () => 287082 },
  { name: "a bigint", make: () => 287082n },
  { name: "a symbol", make: () => Symbol("287082") },
  { name: "a function", make: () => () => "287082" },
  { name: "an object", make: () => ({}) },
  { name: "an object without a prototype", make: () => Object.create(null) },
  {
    name: "an object with length and digits",
    make: () => ({ length: 6, 0: "2", 1: "8", 2: "7", 3: "0", 4: "8", 5: "2" }),
  },
  {
    name: "an object whose toString throws",
    make: () => ({ toString: trap, valueOf: trap, [Symbol.toPrimitive]: trap }),
  },
  { name: "an object whose fields throw", make: () => Object.defineProperty({}, "length", { get: trap }) },
  { name: "a Proxy whose traps throw", make: () => touchMeNot({}) },
  { name: "a Proxy of an array whose traps throw", make: () => touchMeNot(["287082"]) },
  { name: "a Proxy of a function whose traps throw", make: () => touchMeNot(trap) },
  { name: "a revoked Proxy", make: () => revoked({}) },
  { name: "a revoked Proxy of an array", make: () => revoked([]) },
  { name: "an empty array", make: () => [] },
  { name: "an array of digits", make: () => ["2", "8", "7", "0", "8", "2"] },
  { name: "an array whose elements throw", make: () => Object.defineProperty(["287082", ""], 1, { get: trap }) },
  { name: "an array whose iterator throws", make: () => Object.assign(["287082", ""], { [Symbol.iterator]: trap }) },
  { name: "an array of a million", make: () => Array(MEGABYTE).fill("287082") },
  { name: "an array with a hole", make: () => Object.assign(Array(2), { 1: "287082" }) },
  { name: "bytes", make: () => Uint8Array.of(0x32, 0x38, 0x37, 0x30, 0x38, 0x32) },
  { name: "a date", make: () => new Date(0) },
  { name: "a regular expression", make: () => /287082/ },
  { name: "a promise", make: () => Promise.resolve("287082") },
  { name: "the empty string", make: () => "" },
  { name: "spaces", make: () => "      " },
  { name: "dashes", make: () => "------" },
  { name: "four digits", make: () => "2870" },
  { name: "eleven digits", make: () => "28708228708" },
  { name: "letters", make: () => "secret" },
  { name: "emoji", make: () => "🔑🔑🔑🔑🔑🔑" },
  { name: "keycap emoji of digits", make: () => "2️⃣8️⃣7️⃣0️⃣8️⃣2️⃣" },
  { name: "emoji of six code units", make: () => "🔑🔑🔑" },
  { name: "lone surrogates", make: () => "\ud800\udc00\ud800\ud800\udfff\udfff" },
  { name: "NUL characters", make: () => "\0\0\0\0\0\0" },
  { name: "exponents", make: () => "1e3" },
  { name: "an exponent as long as a code", make: () => "1e0003" },
  { name: "hexadecimal", make: () => "0x1234" },
  { name: "a decimal fraction", make: () => "2870.2" },
  { name: "a negative fraction", make: () => "-.28708" },
  { name: "the word NaN", make: () => "NaN" },
  { name: "SQL", make: () => "' OR 1=1 --" },
  { name: "a megabyte of digits", make: () => "1".repeat(MEGABYTE) },
  { name: "a megabyte of spaces", make: () => " ".repeat(MEGABYTE) },
  { name: "a megabyte of dashes", make: () => "-".repeat(MEGABYTE) },
  { name: "a megabyte of emoji", make: () => "🔑".repeat(MEGABYTE / 2) },
  { name: "a megabyte of spaces and too few digits", make: () => `2870${" ".repeat(MEGABYTE)}` },
];

/** The digits of another script in their place: `zero` is its digit nought. */
function inScript(code: string, zero: number): string {
  return code.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

/** The right code in a form that a lenient reader takes for it. All of them are malformed. */
export function disguises(code: string): readonly Typed[] {
  const text = (name: string, value: string): Typed => ({ name, make: () => value });
  return [
    text("full-width digits", inScript(code, 0xff10)),
    text("Arabic-Indic digits", inScript(code, 0x660)),
    text("extended Arabic-Indic digits", inScript(code, 0x6f0)),
    text("Devanagari digits", inScript(code, 0x966)),
    text("Bengali digits", inScript(code, 0x9e6)),
    text("Thai digits", inScript(code, 0xe50)),
    text("mathematical bold digits", inScript(code, 0x1d7ce)),
    text("mathematical monospace digits", inScript(code, 0x1d7f6)),
    text("one full-width digit among the others", `${code.slice(0, -1)}${inScript(code.slice(-1), 0xff10)}`),
    text("a newline at the end", `${code}\n`),
    text("a carriage return and a newline at the end", `${code}\r\n`),
    text("a newline at the beginning", `\n${code}`),
    text("a second line", `${code}\n${code}`),
    text("a line separator", `${code}\u2028`),
    text("a next-line character", `${code}\u0085`),
    text("a tab", `${code}\t`),
    text("a vertical tab", `\v${code}`),
    text("a NUL at the end", `${code}\0`),
    text("a no-break space", `${code.slice(0, 3)}\u00a0${code.slice(3)}`),
    text("an ideographic space", `${code.slice(0, 3)}\u3000${code.slice(3)}`),
    text("a zero-width space", `${code.slice(0, 3)}\u200b${code.slice(3)}`),
    text("a byte order mark", `\ufeff${code}`),
    text("a right-to-left mark", `\u200f${code}`),
    text("a combining accent", `${code}\u0301`),
    text("a variation selector", `${code}\ufe0f`),
    text("half of a surrogate pair", `${code}\ud83d`),
    text("an en dash", `${code.slice(0, 3)}\u2013${code.slice(3)}`),
    text("a minus sign of typography", `${code.slice(0, 3)}\u2212${code.slice(3)}`),
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
    { name: "a String object", make: () => new String(code) },
    { name: "an array of one", make: () => [code] },
    { name: "a nested array", make: () => [[code]] },
    { name: "an object whose toString is the code", make: () => ({ toString: () => code, valueOf: () => code }) },
    { name: "an object that becomes the code", make: () => ({ [Symbol.toPrimitive]: () => code }) },
    { name: "an object that is written as the code in JSON", make: () => ({ toJSON: () => code }) },
    { name: "the number", make: () => Number(code) },
    { name: "a Number object", make: () => new Number(code) },
    { name: "its bytes", make: () => Buffer.from(code) },
  ];
}
