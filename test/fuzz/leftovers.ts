// What every attack has in common: how much it tries, and that no input leaves anything behind.

export interface AttackOptions {
  readonly seed: number;
  readonly count: number;
  /** Is asked before each input, with the number of those that are done. */
  readonly goOn?: (done: number) => boolean;
}

/** No input may leave anything in these objects. */
const SHARED = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Promise.prototype, globalThis];

/** The names of everything in the objects that all programs share. */
export function namesOfShared(): string {
  return SHARED.map((object) => Reflect.ownKeys(object).map(String).join()).join();
}
