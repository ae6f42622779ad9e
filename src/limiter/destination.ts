// Telephone numbers and mail addresses that codes are sent to, and their prefixes.
import { refuse } from "../check.ts";
import { removeSeparators } from "../encoding/separators.ts";

/** A destination, and the prefixes by which its sends are counted. */
export interface Destination {
  /** One text for all spellings. */
  readonly text: string;
  /** The country code, or the domain. */
  readonly prefix: string;
  /** The country code and four more digits. `null`: a mail address. */
  readonly range: string | null;
}

const MAX_LENGTH = 254;
/** E.164: at most 15 digits. */
const NUMBER = /^\+[1-9][0-9]{6,14}$/;
const MAIL = /^[^\s@]{1,64}@([^\s@]+)$/;
const RANGE_DIGITS = 4;
/** E.164: 1 and 7 are country codes of one digit; these begin those of two; all others have three. */
const TWO_DIGITS = /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** `null`: neither a telephone number in E.164 nor a mail address. */
export function readDestination(value: unknown): Destination | null {
  if (typeof value !== "string" || value.length > MAX_LENGTH) return null;
  const [, domain] = MAIL.exec(value) ?? [];
  if (domain !== undefined) {
    const prefix = `@${lowerCase(domain)}`;
    return { text: value.slice(0, -prefix.length) + prefix, prefix, range: null };
  }
  const text = readDigits(value);
  if (!NUMBER.test(text)) return null;
  const prefix = text.slice(0, 1 + countryLength(text.slice(1)));
  return { text, prefix, range: text.slice(0, prefix.length + RANGE_DIGITS) };
}

function countryLength(digits: string): number {
  if (/^[17]/.test(digits)) return 1;
  return TWO_DIGITS.test(digits) ? 2 : 3;
}

/** A number without the characters that people put between its digits. */
function readDigits(value: string): string {
  return removeSeparators(value).replace(/[().]/g, "");
}

/** Of ASCII only, so that the length stays. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** `"+"` and up to 15 digits, or `"@"` and a domain. */
export function checkPrefixes(prefixes: unknown, argument: string): readonly string[] {
  if (!Array.isArray(prefixes) || prefixes.length > MAX_PREFIXES) {
    refuse(argument, `a list of up to ${MAX_PREFIXES} prefixes, such as "+49" or "@example.com"`);
  }
  return Array.from(prefixes as readonly unknown[], (value, i) => {
    const prefix = typeof value === "string" ? readPrefix(value) : null;
    if (prefix === null) refuse(`${argument}[${i}]`, 'a prefix such as "+49" or "@example.com"');
    return prefix;
  });
}

const MAX_PREFIXES = 10_000;

function readPrefix(value: string): string | null {
  if (/^@[^\s@]{1,253}$/.test(value)) return lowerCase(value);
  const digits = readDigits(value);
  return /^\+[1-9][0-9]{0,14}$/.test(digits) ? digits : null;
}

/** The longest of the prefixes that the destination begins with. A domain has to be the whole one. */
export function findPrefix(prefixes: readonly string[], { text, prefix, range }: Destination): string | null {
  let longest: string | null = null;
  for (const candidate of prefixes) {
    const isMatch = range === null ? candidate === prefix : text.startsWith(candidate);
    if (isMatch && candidate.length > (longest?.length ?? 0)) longest = candidate;
  }
  return longest;
}
