// How recovery codes look, and how they are read as people type them.
import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { CROCKFORD } from "../encoding/alphabet.ts";
import { drawSymbols } from "../encoding/random.ts";
import { removeSeparators } from "../encoding/separators.ts";
import { freshNonce } from "../store/step/envelope.ts";

/** How many recovery codes there are, and how long they are. */
export interface RecoveryFormat {
  /** Codes of a set: 1 to 20. Default: 10. */
  readonly count?: number | undefined;
  /** Random bits per code: 120 (24 characters) or 80 (16 characters). Default: 120. */
  readonly bits?: 80 | 120 | undefined;
}

/** The codes of one set, as they are shown, and a nonce. */
export interface RecoveryDraw {
  /** Groups of four characters. */
  readonly codes: readonly string[];
  readonly nonce: string;
}

export interface CheckedRecoveryFormat {
  readonly count: number;
  readonly length: number;
}

export const FORMAT_OPTIONS: Options<RecoveryFormat> = { count: true, bits: true };

const MAX_COUNT = 20;
const BITS_PER_SYMBOL = 5;
const GROUP = 4;
const MIN_ADOPTED = 8;
const MAX_ADOPTED = 64;

export function checkRecoveryFormat({ count = 10, bits = 120 }: RecoveryFormat): CheckedRecoveryFormat {
  // Each value by itself: arithmetic on another type would let "80" pass.
  if (bits !== 80 && bits !== 120) refuse("bits", "80 or 120");
  return { count: checkInteger(count, "count", 1, MAX_COUNT), length: bits / BITS_PER_SYMBOL };
}

/**
 * Recovery codes and a nonce for {@link createRecoveryMachine}. `createRecoveryCodes` draws by itself.
 *
 * @example
 * ```ts
 * import { drawRecoveryCodes } from "otp-core/recovery";
 *
 * const { codes } = drawRecoveryCodes({ count: 8, bits: 80 });
 * console.log(codes.length, /^\w{4}-\w{4}-\w{4}-\w{4}$/.test(codes[0] ?? "")); // 8 true
 * ```
 *
 * @throws OtpError `invalid-argument` for a format out of range; `random-unavailable` without a cryptographic generator.
 */
export function drawRecoveryCodes(format: RecoveryFormat = {}): RecoveryDraw {
  checkOptions(format, FORMAT_OPTIONS, "format");
  return drawCodes(checkRecoveryFormat(format));
}

export function drawCodes({ count, length }: CheckedRecoveryFormat): RecoveryDraw {
  const drawGroup = () => drawSymbols(CROCKFORD.symbols, GROUP);
  const drawCode = () => Array.from({ length: length / GROUP }, drawGroup).join("-");
  return { codes: Array.from({ length: count }, drawCode), nonce: freshNonce() };
}

const LOOK_ALIKES: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/**
 * The symbols of a recovery code: upper case, O as 0, I and L as 1, without white space, dashes, invisible characters, and a full
 * stop at the end. `null`: not 8 to 64 letters and digits.
 */
export function readRecoveryCode(typed: unknown): string | null {
  if (typeof typed !== "string") return null;
  const characters = removeSeparators(typed).replace(/\.$/, "");
  // ASCII before the change of case: toUpperCase would make two letters of some, and an S of the long s.
  if (!/^[0-9A-Za-z]{8,64}$/.test(characters)) return null;
  return characters.toUpperCase().replace(/[OIL]/g, (letter) => LOOK_ALIKES[letter] as string);
}

/** Whether symbols can be a code that was drawn with this length. */
export function hasForm(symbols: string, length: number): boolean {
  // All letters but U, and I, L and O, which are read as digits.
  return symbols.length === length && !symbols.includes("U");
}

/** The symbols of codes that were drawn. */
export function checkDrawnCodes(codes: unknown): { readonly symbols: readonly string[]; readonly length: number } {
  const symbols = Array.isArray(codes) ? Array.from(codes, readRecoveryCode) : [];
  const length = symbols[0]?.length ?? 0;
  const isDrawn = (code: string | null) => code !== null && hasForm(code, length);
  if (symbols.length > MAX_COUNT || !(length === 16 || length === 24) || !symbols.every(isDrawn)) {
    refuse("codes", "those of drawRecoveryCodes");
  }
  return { symbols: symbols as readonly string[], length };
}

/** The symbols of codes that users hold already. */
export function checkAdoptedCodes(codes: unknown): readonly string[] {
  const expected = `1 to ${MAX_COUNT} different texts of ${MIN_ADOPTED} to ${MAX_ADOPTED} letters and digits`;
  const symbols = Array.isArray(codes) ? Array.from(codes, readRecoveryCode) : [];
  if (symbols.length < 1 || symbols.length > MAX_COUNT || symbols.includes(null)) refuse("codes", expected);
  if (new Set(symbols).size !== symbols.length) refuse("codes", expected);
  return symbols as readonly string[];
}

/**
 * How many bits the shortest of the codes has if its symbols were drawn at random: from the digits, the digits of hexadecimal, or
 * the letters and digits, whichever is the smallest of them that has all symbols of the set.
 */
export function estimateBits(symbols: readonly string[]): number {
  const all = symbols.join("");
  const bitsPerSymbol = /^[0-9]*$/.test(all) ? Math.log2(10) : /^[0-9A-F]*$/.test(all) ? 4 : BITS_PER_SYMBOL;
  return Math.floor(Math.min(...symbols.map(({ length }) => length)) * bitsPerSymbol);
}

export const bitsOf = (length: number) => length * BITS_PER_SYMBOL;
