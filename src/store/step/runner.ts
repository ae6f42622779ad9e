// Runs the machines of a service on the records of one kind, and emits their events.
import { type Options, refuse } from "../../check.ts";
import { type Clock, checkNow } from "../../time.ts";
import { checkStore, type RecordKind, type Store } from "../store.ts";
import { checkPrefix, storeKey } from "../store-key.ts";
import type { Machine, RecordPlace } from "./machine.ts";
import { readState, runMachine, timeoutOf } from "./transact.ts";

/** What every service needs to know about its store. */
export interface ServiceOptions<Event> {
  readonly store: Store;
  /** What every store key starts with: 1 to 24 characters of `A-Z a-z 0-9 _ -`. @defaultValue `"otp1"` */
  readonly prefix?: string | undefined;
  /** Milliseconds since 1970. @defaultValue `Date.now` */
  readonly clock?: Clock | undefined;
  /** How long one call may take, waiting included: 1 to 600,000 ms. @defaultValue 10,000 */
  readonly timeoutMs?: number | undefined;
  /** Called after the write, never with a code or a secret. It may be async; the service does not wait for it. */
  readonly onEvent?: ((event: Event) => unknown) | undefined;
  /** Called with what `onEvent` threw or rejected with. @defaultValue ignored */
  readonly onListenerError?: ((error: unknown, event: Event) => void) | undefined;
}

export const SERVICE_OPTIONS: Options<ServiceOptions<never>> = {
  store: true,
  prefix: true,
  clock: true,
  timeoutMs: true,
  onEvent: true,
  onListenerError: true,
};

/** Which record of a service. All its fields are added to the record's events. */
export interface RecordTarget {
  readonly subject: string;
  readonly purpose?: string;
}

/**
 * The machines of one service, run on its records. Subjects and purposes have been checked by the service.
 */
export class MachineRunner<Target extends RecordTarget, Event extends object = never> {
  readonly #kind: RecordKind;
  readonly #name: string | null;
  readonly #ids: readonly string[];
  readonly #store: Store;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onEvent: ((event: Event & Target) => unknown) | undefined;
  readonly #onListenerError: ((error: unknown, event: Event & Target) => void) | undefined;

  /**
   * @param options - may have other fields, which the service has checked.
   * @param named - for limiters: the name, and what else separates their records, for example the policy.
   */
  constructor(
    kind: RecordKind,
    options: ServiceOptions<Event & Target>,
    named: { readonly name: string; readonly ids: readonly string[] } | null = null,
  ) {
    const { store, clock = Date.now, onEvent, onListenerError } = options;
    checkStore(store);
    if (typeof clock !== "function") refuse("clock", "a function that returns milliseconds since 1970");
    if (onEvent !== undefined && typeof onEvent !== "function") refuse("onEvent", "a function");
    if (onListenerError !== undefined && typeof onListenerError !== "function") refuse("onListenerError", "a function");
    this.#kind = kind;
    this.#name = named?.name ?? null;
    this.#ids = named === null ? [] : [named.name, ...named.ids];
    this.#store = store;
    this.#prefix = checkPrefix(options.prefix);
    this.#clock = clock;
    this.#timeoutMs = timeoutOf(options);
    this.#onEvent = onEvent;
    this.#onListenerError = onListenerError;
  }

  /** The service's clock: milliseconds since 1970. */
  now(): number {
    return checkNow(this.#clock());
  }

  /** One linearizable step, for attempts. The events are emitted after the write. */
  run<Outcome>(target: Target, machine: Machine<Outcome, Event>): Promise<Outcome> {
    return this.execute(target, machine, false);
  }

  /**
   * The same for what an administrator asks for: `unlock`, `forget`, `remove`. It writes even if the state stays equal, because the
   * state that was read may be one that a failover drops. It does not wait behind attempts of the same subject.
   */
  write<Outcome>(target: Target, machine: Machine<Outcome, Event>): Promise<Outcome> {
    return this.execute(target, machine, true);
  }

  /** What `look` sees in the state. It does not wait for other calls, and nothing is written. */
  async read<Result>(target: Target, look: (state: string | null) => Result): Promise<Result> {
    return look(await readState(this.placeOf(target), this.#timeoutMs));
  }

  /** Emits events of this target. What a listener throws or rejects with ends neither the call nor the process. */
  emit(target: Target, events: readonly Event[]): void {
    const listener = this.#onEvent;
    if (listener === undefined) return;
    for (const event of events) {
      const emitted = { ...event, ...target };
      try {
        const returned: unknown = listener(emitted);
        // The listener may return anything that can be awaited. The service does not wait for it.
        if (isThenable(returned)) returned.then(undefined, (error: unknown) => this.report(error, emitted));
      } catch (error) {
        this.report(error, emitted);
      }
    }
  }

  private async execute<Outcome>(target: Target, machine: Machine<Outcome, Event>, always: boolean): Promise<Outcome> {
    const { outcome, events } = await runMachine(this.placeOf(target), machine, this.#timeoutMs, always);
    this.emit(target, events);
    return outcome;
  }

  private placeOf({ subject, purpose }: Target): RecordPlace {
    const ids = this.#ids.concat(subject);
    if (purpose !== undefined) ids.push(purpose);
    const owner = { kind: this.#kind, subject, purpose: purpose ?? this.#name };
    return { store: this.#store, key: storeKey(this.#prefix, this.#kind, ids), owner };
  }

  private report(error: unknown, event: Event & Target): void {
    try {
      const returned: unknown = this.#onListenerError?.(error, event);
      if (isThenable(returned)) returned.then(undefined, () => {});
    } catch {
      // There is nothing left to tell.
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
