// The alphabets of codes, and how a code that a user typed is read.
import { removeSeparators } from "./separators.ts";

/** The characters of a code. */
export interface Alphabet {
  readonly symbols: string;
  /** The symbol that a typed character stands for, or `undefined`. */
  readonly meant: (character: string) => string | undefined;
}

const listed = (symbols: string) => (character: string) => (symbols.includes(character) ? character : undefined);

/** The ASCII digits. Digits of other scripts are not read. */
export const DIGITS: Alphabet = /* @__PURE__ */ Object.freeze({
  symbols: "0123456789",
  meant: /* @__PURE__ */ listed("0123456789"),
});

const CROCKFORD_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/**
 * Crockford's base 32: the digits and the upper-case letters without I, L and O, which look like digits, and without U. Both cases are
 * read, and I, L and O are read as the digits that they look like.
 */
export const CROCKFORD: Alphabet = /* @__PURE__ */ Object.freeze({
  symbols: CROCKFORD_SYMBOLS,
  meant(character: string) {
    // Only the letters of ASCII: toUpperCase would make an S of the long s.
    const upper = character <= "z" ? character.toUpperCase() : character;
    const symbol = LOOK_ALIKES[upper] ?? upper;
    return CROCKFORD_SYMBOLS.includes(symbol) ? symbol : undefined;
  },
});

/**
 * The symbols of a code that a user typed, without separators, or `null` if it is not text, has other characters or another number
 * of symbols. Never throws.
 */
export function readSymbols(typed: unknown, { meant }: Alphabet, length: number): string | null {
  if (typeof typed !== "string") return null;
  const characters = removeSeparators(typed);
  if (characters.length !== length) return null;
  let symbols = "";
  for (let i = 0; i < length; i++) {
    const symbol = meant(characters.charAt(i));
    if (symbol === undefined) return null;
    symbols += symbol;
  }
  return symbols;
}
