// How the codes of a key are written, read and compared.
import { removeSeparators } from "../encoding/separators.ts";
import { digitsOf } from "../key/key.ts";

const SPACE = 0x20;
const DASH = 0x2d;

/** Writes a truncated value as a code, and reads a code as a number. Codes are compared as numbers. */
export abstract class CodeFormat {
  protected readonly length: number;
  readonly #base: number;
  readonly #lowestFirst: boolean;
  readonly #modulus: number;

  constructor(length: number, base: number, lowestFirst: boolean) {
    this.length = length;
    this.#base = base;
    this.#lowestFirst = lowestFirst;
    // 10^9 also for ten digits, so that it is a small integer. Otherwise V8 divides in floating point, for every length.
    this.#modulus = (base ** Math.min(length, 9)) | 0;
  }

  protected abstract symbolValue(unit: number): number;

  /** The part of a truncated value that a code shows (RFC 4226 section 5.3). Ten digits show all of its 31 bits. */
  reduce(value: number): number {
    return this.length === 10 ? value : value % this.#modulus;
  }

  abstract write(value: number): string;

  /**
   * The number of a code that a user typed, or -1 if it is malformed: not text, other characters, or another length. Separators are
   * ignored. Never throws.
   */
  read(code: unknown): number {
    if (typeof code !== "string") return -1;
    const value = this.readPlain(code);
    // Nearly every code is read without a copy. The rest may have rarer separators than the space and the dash.
    return value < 0 ? this.readPlain(removeSeparators(code)) : value;
  }

  private readPlain(code: string): number {
    let value = 0;
    let length = 0;
    for (let i = 0; i < code.length; i++) {
      const unit = code.charCodeAt(this.#lowestFirst ? code.length - 1 - i : i);
      if (unit === SPACE || unit === DASH) continue;
      const symbol = this.symbolValue(unit);
      if (symbol < 0 || ++length > this.length) return -1;
      value = value * this.#base + symbol;
    }
    return length === this.length ? value : -1;
  }
}

/** "000" to "999". Looking three digits up takes a third of the time of padding a number. Created when first needed. */
let triples: string[] | undefined;

class Digits extends CodeFormat {
  constructor(digits: number) {
    super(digits, 10, false);
  }

  write(value: number): string {
    triples ??= Array.from({ length: 1000 }, (_, i) => String(i + 1000).slice(1));
    const rest = this.reduce(value);
    // `| 0` rounds down, because the value is below 2^31. Leading zeros stay.
    const six = (triples[((rest / 1000) | 0) % 1000] as string) + triples[rest % 1000];
    return this.length === 6 ? six : String((rest / 1e6) | 0).padStart(this.length - 6, "0") + six;
  }

  // The digits of ASCII. Digits of other scripts are not read.
  protected symbolValue(unit: number): number {
    return unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : -1;
  }
}

const STEAM_ALPHABET = "23456789BCDFGHJKMNPQRTVWXY";

/** Steam Guard: five characters in base 26, the lowest first. */
class Steam extends CodeFormat {
  constructor() {
    super(5, 26, true);
  }

  protected symbolValue(unit: number): number {
    // Only the letters of ASCII: toUpperCase would make an S of the long s.
    return STEAM_ALPHABET.indexOf(String.fromCharCode(unit >= 0x61 && unit <= 0x7a ? unit - 0x20 : unit));
  }

  write(value: number): string {
    let code = "";
    for (let rest = value; code.length < 5; rest = Math.floor(rest / 26)) code += STEAM_ALPHABET[rest % 26];
    return code;
  }
}

const FORMATS = /* @__PURE__ */ [6, 7, 8, 9, 10].map((digits) => new Digits(digits));
const STEAM = /* @__PURE__ */ new Steam();

export function formatOf(key: { readonly digits?: unknown; readonly encoder?: unknown }): CodeFormat {
  const digits = digitsOf(key);
  return key.encoder === undefined ? (FORMATS[digits - 6] as CodeFormat) : STEAM;
}
