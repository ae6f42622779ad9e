// Compares codes with candidates in constant time.
import type { CodeFormat } from "./code-format.ts";

// The results of a search that found no match. A match is an index, which is 0 or more.
/** No candidate has the code. */
export const NONE = -1;
/** Only used candidates have the code. */
export const STALE = -2;
/** The text is not a code of this key. */
export const MALFORMED = -3;

/**
 * The index, among the first `count` values, of the candidate that has the code, or {@link NONE} or {@link STALE}. Candidates below
 * `cut` are used up. Of several consecutive codes it is the index of the last one, and `cut` applies to the first one.
 *
 * With `latest` the highest index wins, else the lowest. Every candidate is compared completely and with the same operations,
 * wherever the match is.
 */
export function match(
  values: Int32Array,
  count: number,
  format: CodeFormat,
  codes: number | readonly number[],
  cut: number,
  latest: boolean,
): number {
  const length = typeof codes === "number" ? 1 : codes.length;
  const places = count - length + 1;
  const stride = latest ? 1 : -1;
  let fresh = NONE;
  let stale = 0;
  // The match that is met last wins.
  for (let n = 0, i = latest ? 0 : places - 1; n < places; n++, i += stride) {
    let difference = 0;
    for (let j = 0; j < length; j++) {
      const code = typeof codes === "number" ? codes : (codes[j] as number);
      difference |= format.reduce(values[i + j] as number) ^ comparable(code);
    }
    // Masks of ones or zeros instead of branches.
    const equal = ((difference | -difference) >>> 31) - 1;
    const allowed = (cut - 1 - i) >> 31;
    fresh ^= (fresh ^ i) & equal & allowed;
    stale |= equal & ~allowed;
  }
  const found = ~(fresh >> 31);
  // STALE is NONE minus one.
  return fresh + (~found & stale) + (found & (length - 1));
}

/** Ten digits may be 2^31 or more, which no value is. An xor would wrap them into the range of the values. */
function comparable(code: number): number {
  return code <= 0x7fffffff ? code : -1;
}
