// Draws numbers: the same ones for the same seed.

export class Dice {
  #state;

  constructor(seed) {
    this.#state = seed | 0;
  }

  /** Mulberry32: from 0 to 1, without 1. */
  draw() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer, both ends included. */
  between(low, high) {
    return low + Math.floor(this.draw() * (high - low + 1));
  }

  /** `undefined` if the list is empty. */
  pick(list) {
    return list[Math.floor(this.draw() * list.length)];
  }

  /** One of the names, each as often as its weight says. */
  pickWeighted(weights) {
    let left = this.draw() * Object.values(weights).reduce((a, b) => a + b);
    return Object.keys(weights).find((name) => {
      left -= weights[name];
      return left < 0;
    });
  }
}
