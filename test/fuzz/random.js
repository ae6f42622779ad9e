/** Numbers that a seed decides (mulberry32): the same inputs on every machine. */
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit) => next() % limit;
  /** Up to so many pieces, one after the other. */
  const ofLength = (longest, draw) => {
    let text = "";
    for (let left = below(longest + 1); left > 0; left--) text += draw();
    return text;
  };
  return { below, oneOf: (list) => list[below(list.length)], ofLength };
}
