/** What codes for people are written in, and how what they type is read back. */
export interface Alphabet {
  readonly symbols: string;
  /** For a character that was typed, its symbol, or undefined when it stands for none. */
  readonly meant: (character: string) => string | undefined;
}

const listed = (symbols: string) => (character: string) => (symbols.includes(character) ? character : undefined);

/** The ASCII digits and nothing that only looks like one (trap 35). */
export const DIGITS: Alphabet = /* @__PURE__ */ Object.freeze({
  symbols: "0123456789",
  meant: /* @__PURE__ */ listed("0123456789"),
});

const CROCKFORD_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/**
 * Crockford's base 32: the digits and the upper-case letters without I, L and O, which look like digits, and without U. Read in
 * either case, and a look-alike as the digit it was taken from.
 */
export const CROCKFORD: Alphabet = /* @__PURE__ */ Object.freeze({
  symbols: CROCKFORD_SYMBOLS,
  meant(character: string) {
    // Upper case of ASCII only: toUpperCase would let the long s pass as S.
    const upper = character >= "a" && character <= "z" ? character.toUpperCase() : character;
    const symbol = LOOK_ALIKES[upper] ?? upper;
    return CROCKFORD_SYMBOLS.includes(symbol) ? symbol : undefined;
  },
});

/** The symbols that a typed text stands for, less spaces and dashes; null: other characters, another length, no text at all. */
export function readSymbols(typed: unknown, { meant }: Alphabet, length: number): string | null {
  if (typeof typed !== "string") return null;
  const symbols: string[] = [];
  for (let i = 0; i < typed.length; i++) {
    const character = typed.charAt(i);
    if (character === " " || character === "-") continue;
    const symbol = meant(character);
    if (symbol === undefined || symbols.length === length) return null;
    symbols.push(symbol);
  }
  return symbols.length === length ? symbols.join("") : null;
}
