// The parameters of a key, and the other names under which they are written. A parameter that looks like a known one must never
// silently become a default: the codes would be wrong.

import { removeSeparators } from "../encoding/separators.ts";

export const PARAMETERS = ["secret", "issuer", "algorithm", "digits", "period", "epoch", "counter", "encoder"] as const;

export type ParameterName = (typeof PARAMETERS)[number];

/** The values of a key's parameters as they are written, with their escapes. */
export type UriParameters = { [Name in ParameterName]: string | undefined };

/** Names that other software gives to the same parameters. */
const SYNONYMS: ReadonlyMap<string, ParameterName> = /* @__PURE__ */ new Map<string, ParameterName>([
  ["algo", "algorithm"],
  ["alg", "algorithm"],
  ["hash", "algorithm"],
  ["digit", "digits"],
  ["interval", "period"],
  ["step", "period"],
  ["timestep", "period"],
  ["t0", "epoch"],
]);

/** What a name of a parameter stands for: a known one, one that is not certain, or (`undefined`) none of them. */
export type Meaning = { readonly name: ParameterName; readonly certain: boolean } | undefined;

/**
 * The known parameter that a name stands for. It is certain in any case, with an `amp;` before it (from a page that escaped `&`
 * twice), with other marks or blanks in it, and for a synonym. One mistyped letter makes it uncertain.
 */
export function meaningOf(written: string): Meaning {
  const plain = lettersOf(written);
  const exact = PARAMETERS.find((name) => name === plain) ?? SYNONYMS.get(plain);
  if (exact !== undefined) return { name: exact, certain: true };
  const near = PARAMETERS.find((name) => isOneTypoFrom(plain, name));
  return near === undefined ? undefined : { name: near, certain: false };
}

/** In lower case, without `amp;` before it, and without marks of ASCII, blanks and invisible characters. */
function lettersOf(written: string): string {
  let start = 0;
  while (written.slice(start, start + 4).toLowerCase() === "amp;") start += 4;
  return removeSeparators(written.slice(start).toLowerCase()).replace(/[^a-z0-9\x80-\uffff]/g, "");
}

/** One letter added, left out or replaced, or two neighbours swapped. */
function isOneTypoFrom(text: string, wanted: string): boolean {
  let at = 0;
  while (at < wanted.length && text[at] === wanted[at]) at++;
  const rest = text.slice(at + 1);
  return (
    rest === wanted.slice(at) ||
    text.slice(at) === wanted.slice(at + 1) ||
    rest === wanted.slice(at + 1) ||
    (text[at] === wanted[at + 1] && text[at + 1] === wanted[at] && text.slice(at + 2) === wanted.slice(at + 2))
  );
}

const HIDDEN = /* @__PURE__ */ new RegExp(`[?&;](?:amp;)*(${PARAMETERS.join("|")})=`, "i");

/** A parameter that stands in a text where no parameter can stand, as in `Shop?digits=8`: after a wrong separator. */
export function hiddenParameter(text: string): ParameterName | undefined {
  // Nearly all texts have no equals sign, and need no expression.
  return text.includes("=") ? (HIDDEN.exec(text)?.[1]?.toLowerCase() as ParameterName | undefined) : undefined;
}
