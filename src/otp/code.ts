import { digitsOf } from "../key/key.ts";

/** How a truncated value becomes a code and back. Codes are compared as numbers below 2^31. */
export interface CodeFormat {
  write(value: number): string;
  /** The number that a typed code stands for, or -1 when it is malformed: another alphabet, another length, no text at all. */
  read(code: unknown): number;
  /** The part of a truncated value that shows in a code. */
  reduce(value: number): number;
}

const SPACE = 0x20;
const DASH = 0x2d;

/** RFC 4226 section 5.3: the value modulo 10^digits, leading zeros kept (trap 69). */
class Decimal implements CodeFormat {
  readonly #digits: number;
  // 10^9 for ten digits too: a modulus over 2^31 would make V8 divide in floating point, for every number of digits.
  readonly #modulus: number;

  constructor(digits: number) {
    this.#digits = digits;
    this.#modulus = 10 ** Math.min(digits, 9);
  }

  reduce(value: number): number {
    return this.#digits === 10 ? value : value % this.#modulus;
  }

  write(value: number): string {
    // A one in front keeps the zeros; below 2 * 10^10, so exact.
    return String(this.reduce(value) + (this.#digits === 10 ? 1e10 : this.#modulus)).slice(1);
  }

  read(code: unknown): number {
    if (typeof code !== "string") return -1;
    let value = 0;
    let length = 0;
    for (let i = 0; i < code.length; i++) {
      const unit = code.charCodeAt(i);
      if (unit === SPACE || unit === DASH) continue;
      // ASCII digits and nothing that only looks like one (trap 35).
      if (unit < 0x30 || unit > 0x39 || ++length > this.#digits) return -1;
      value = value * 10 + (unit - 0x30);
    }
    return length === this.#digits ? value : -1;
  }
}

const STEAM_ALPHABET = "23456789BCDFGHJKMNPQRTVWXY";

/** Steam Guard: the value in base 26, five characters, the lowest first. */
const STEAM: CodeFormat = {
  reduce: (value) => value % 26 ** 5,
  write(value) {
    let code = "";
    for (let rest = value; code.length < 5; rest = Math.floor(rest / 26)) code += STEAM_ALPHABET[rest % 26];
    return code;
  },
  read(code) {
    if (typeof code !== "string") return -1;
    let value = 0;
    let length = 0;
    for (let i = 0; i < code.length; i++) {
      const unit = code.charCodeAt(i);
      if (unit === SPACE || unit === DASH) continue;
      // Upper case of ASCII only: toUpperCase would let the long s pass as S.
      const upper = unit >= 0x61 && unit <= 0x7a ? unit - 0x20 : unit;
      const symbol = STEAM_ALPHABET.indexOf(String.fromCharCode(upper));
      if (symbol < 0 || ++length > 5) return -1;
      value += symbol * 26 ** (length - 1);
    }
    return length === 5 ? value : -1;
  },
};

const DECIMALS = /* @__PURE__ */ [6, 7, 8, 9, 10].map((digits) => new Decimal(digits));

export function formatOf(key: { readonly digits?: unknown; readonly encoder?: unknown }): CodeFormat {
  const digits = digitsOf(key);
  return key.encoder === undefined ? (DECIMALS[digits - 6] as CodeFormat) : STEAM;
}
