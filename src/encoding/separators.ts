// The characters that people and apps put between the characters of a secret or a code: they mean nothing, wherever they stand.

/**
 * Every white space, dash and invisible format character of Unicode 17 (the properties White_Space and Dash, and the category Cf).
 *
 * The ranges are written out, because some engines that people still use cannot parse `\p{...}`, and because a text must not be read
 * differently by an engine with an older version of Unicode.
 */
const SEPARATORS =
  /[\t-\r \-\x85\xa0\xad\u058a\u05be\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1400\u1680\u1806\u180e\u2000-\u2015\u2028-\u202f\u2053\u205f-\u2064\u2066-\u206f\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u3000\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\ufeff\uff0d\ufff9-\ufffb\u{10d6e}\u{10ead}\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/gu;

/** The text without its separators. */
export function removeSeparators(text: string): string {
  return text.replace(SEPARATORS, "");
}

const SPACE = 0x20;
const DASH = 0x2d;

/**
 * How many UTF-16 units the separator at this place has: 1 or 2, or 0 if the character is not a separator. A place in a well-formed
 * text must not be the second half of a surrogate pair.
 */
export function separatorLength(text: string, at: number): 0 | 1 | 2 {
  const unit = text.charCodeAt(at);
  if (unit === SPACE || unit === DASH) return 1;
  // Letters and digits are the common case.
  if (unit > DASH && unit < 0x80) return 0;
  const character = String.fromCodePoint(text.codePointAt(at) as number);
  if (removeSeparators(character) !== "") return 0;
  return character.length as 1 | 2;
}
