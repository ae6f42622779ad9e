import { refuse } from "../check.ts";
import type { Clock } from "../time.ts";
import { checkNow } from "../time.ts";
import type { Store } from "./store.ts";
import { checkPrefix, type RecordKind, storeKey } from "./store-key.ts";
import { type Machine, type TransactOptions, timeoutOf, transact } from "./transact.ts";

/** Where records are kept, and by which clock. */
export interface RecordOptions extends TransactOptions {
  readonly store: Store;
  /** What every store key starts with: 1 to 24 characters of `A-Z`, `a-z`, `0-9`, `_`, `-`; "otp1" unless told. */
  readonly prefix?: string | undefined;
  /** Milliseconds since 1970; `Date.now` unless told. */
  readonly clock?: Clock | undefined;
}

export const RECORD_OPTIONS = { store: true, prefix: true, clock: true, timeoutMs: true } as const;

/** The records of one kind in a store, and who is told of what happens to them: each event with the name of what it is about. */
export class MachineRunner<Name extends object, Event extends object = never> {
  readonly #kind: RecordKind;
  readonly #store: Store;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onEvent: ((event: Event & Name) => void) | undefined;

  /** `options` may have other fields, which whoever calls has checked. */
  constructor(
    kind: RecordKind,
    options: RecordOptions & { readonly onEvent?: ((event: Event & Name) => void) | undefined },
  ) {
    const { store, clock = Date.now, onEvent } = options;
    if (typeof store?.get !== "function" || typeof store.swap !== "function")
      refuse("store", "a store with get and swap");
    if (typeof clock !== "function") refuse("clock", "a function that returns milliseconds since 1970");
    if (onEvent !== undefined && typeof onEvent !== "function") refuse("onEvent", "a function");
    this.#kind = kind;
    this.#store = store;
    this.#prefix = checkPrefix(options.prefix);
    this.#clock = clock;
    this.#timeoutMs = timeoutOf(options);
    this.#onEvent = onEvent;
  }

  now(): number {
    return checkNow(this.#clock());
  }

  /** One linearizable step on the record of these parts, which checkId has seen. What happened is told once it is stored. */
  async run<Outcome>(parts: readonly string[], name: Name, machine: Machine<Outcome, Event>): Promise<Outcome> {
    const key = storeKey(this.#prefix, this.#kind, parts);
    const { outcome, events } = await transact(this.#store, key, machine, { timeoutMs: this.#timeoutMs });
    this.tell(name, events);
    return outcome;
  }

  tell(name: Name, events: readonly Event[]): void {
    if (this.#onEvent === undefined) return;
    for (const event of events) {
      try {
        this.#onEvent({ ...event, ...name });
      } catch {
        // The answer stands, whatever becomes of the news of it.
      }
    }
  }
}
