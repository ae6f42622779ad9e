// The options of an object, which can be set, copied and reset.
import { refuse } from "../../check.ts";
import type { OtplibOptions } from "./options.ts";

/** What the objects of otplib 12 have in common. */
export interface Configurable<Self> {
  /** The options that were set. An assignment adds to them. */
  options: OtplibOptions;
  /** The options that were set, and the defaults of all others. */
  allOptions(): Readonly<OtplibOptions>;
  /** Back to the options that the object was created with. */
  resetOptions(): Self;
  /** A copy that has these options in addition. */
  clone(options?: OtplibOptions): Self;
  /** A new object with these options only. */
  create(options?: OtplibOptions): Self;
}

/** The options that an object was created with, and those that were set. */
export class OptionSet {
  readonly #initial: Readonly<OtplibOptions>;
  #set: Readonly<OtplibOptions>;

  constructor(initial: unknown = {}, set: Readonly<OtplibOptions> = {}) {
    this.#initial = { ...checkOptionObject(initial) };
    this.#set = set;
  }

  get all(): Readonly<OtplibOptions> {
    return Object.freeze({ ...this.#initial, ...this.#set });
  }

  add(options: unknown): void {
    this.#set = { ...this.#set, ...checkOptionObject(options) };
  }

  reset(): void {
    this.#set = {};
  }

  extended(options: unknown = {}): OptionSet {
    return new OptionSet({ ...this.#initial, ...checkOptionObject(options) }, this.#set);
  }
}

/** The part of an object that is the same for all three. */
export class OptionHolder {
  protected readonly optionSet: OptionSet;

  constructor(options: OptionSet) {
    this.optionSet = options;
  }

  get options(): OtplibOptions {
    return this.optionSet.all;
  }

  set options(options: OtplibOptions) {
    this.optionSet.add(options);
  }

  resetOptions(): this {
    this.optionSet.reset();
    return this;
  }
}

export function checkOptionObject(options: unknown): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null) refuse("options", "an object");
  return options as Readonly<Record<string, unknown>>;
}
