import type { CodeFormat } from "./code-format.ts";

/** No candidate has the code. */
export const NONE = -1;
/** Only candidates below the cut have it: accepted once already, or skipped. */
export const STALE = -2;

/**
 * The lowest index, from `cut` on, at which the codes of `typed` stand in a row among the first `count` values. Every
 * candidate is compared in full and with the same operations, wherever the match is (trap 37).
 */
export function match(
  values: Int32Array,
  count: number,
  format: CodeFormat,
  typed: number | readonly number[],
  cut: number,
): number {
  const length = typeof typed === "number" ? 1 : typed.length;
  let fresh = NONE;
  let stale = 0;
  // Downwards, so that the lowest match is the one that stays (trap 18).
  for (let i = count - length; i >= 0; i--) {
    let difference = 0;
    for (let j = 0; j < length; j++) {
      const code = typeof typed === "number" ? typed : (typed[j] as number);
      difference |= format.reduce(values[i + j] as number) ^ comparable(code);
    }
    // All ones or all zeros instead of a branch.
    const equal = ((difference | -difference) >>> 31) - 1;
    const allowed = (cut - 1 - i) >> 31;
    fresh ^= (fresh ^ i) & equal & allowed;
    stale |= equal & ~allowed;
  }
  // STALE is NONE less one.
  return fresh + ((fresh >> 31) & stale);
}

/** Ten typed digits may be 2^31 or more, which no value is; xor would wrap them into the range of the values. */
function comparable(code: number): number {
  return code <= 0x7fffffff ? code : -1;
}
