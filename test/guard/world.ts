// One record that several processes share, under the control of an explorer: no `get` or `swap` has an effect, and none is
// answered, before the explorer says so, and it may say that something goes wrong.
import type { Clock, Store } from "otp-core/guard";

/** A store that can also write without looking, which is what broken stores are made of. */
export interface ExploredStore extends Store {
  put(next: string | null): Promise<void>;
}

/** What one process does, one after the other if it is several things at once: calls for one key queue. */
export type Call = (store: ExploredStore, clock: Clock) => Promise<unknown>;

export interface Write {
  /** The number of the process and of its call. */
  readonly by: string;
  /** Which of the process's writes. */
  readonly serial: number;
  readonly before: string | null;
  readonly after: string | null;
  /** What the clock said when the write was sent. */
  readonly at: number;
}

export interface Answer {
  readonly by: string;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** What has happened so far, whoever knows of it. */
export interface History {
  readonly writes: readonly Write[];
  readonly answers: readonly Answer[];
  /** How many things went wrong. */
  readonly faults: number;
}

type Operation =
  | { readonly kind: "get" }
  | {
      readonly kind: "swap";
      readonly expected: string | null;
      readonly write: Write;
      readonly expiresAt: number | null;
    }
  | { readonly kind: "put"; readonly write: Write };

interface Pending {
  readonly operation: Operation;
  /** Its effect has taken place, and this is the reply that has not arrived yet. */
  reply?: { readonly text: string; readonly value: unknown };
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Process {
  readonly number: number;
  readonly calls: number;
  /** How many of its calls have been answered. */
  answered: number;
  pending: Pending | undefined;
  /** What it has seen: whatever it does next follows from this. */
  seen: string;
  writes: number;
  /** What ends its patience. */
  timeUp: (() => void) | undefined;
}

export interface Action {
  readonly name: string;
  run(): Promise<void>;
}

export interface WorldOptions {
  readonly now: number;
  readonly record: string | null;
  readonly processes: readonly (readonly Call[])[];
  /** How many things may go wrong. */
  readonly faults: number;
  /** The clock may jump by these many milliseconds, in this order, whenever the explorer likes. */
  readonly ticks: readonly number[];
  /** Whether a record may be dropped as soon as its time is over. */
  readonly drops: boolean;
  /** Whether a reply may arrive later than its effect took place. */
  readonly split: boolean;
}

function nameOf({ by, serial }: Write): string {
  return `${by}#${serial}`;
}

const TIMEOUT_MS = 1000;
/** More microtasks than any call needs between two operations. */
const PATIENCE = 2000;

export class World {
  readonly #options: WorldOptions;
  readonly #processes: Process[];
  /** Every text that was there, one after the other; null is absence. */
  readonly #versions: (string | null)[];
  #expiresAt: number | null = null;
  #now: number;
  #ticks = 0;
  #faults = 0;
  /** Writes that are still under way though nobody waits for them any more. */
  readonly #late: (Operation & { kind: "swap" })[] = [];
  /** Who wrote each version: a name for the text that is the same in every run, other than its nonce. */
  readonly #chain: string[] = [];
  readonly #writes: Write[] = [];
  readonly #answers: Answer[] = [];

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.#now = options.now;
    this.#versions = [options.record];
    this.#processes = options.processes.map((calls, number) => ({
      number,
      calls: calls.length,
      answered: 0,
      pending: undefined,
      seen: "",
      writes: 0,
      timeUp: undefined,
    }));
  }

  static async start(options: WorldOptions): Promise<World> {
    const world = new World(options);
    for (const process of world.#processes) {
      const store = world.#storeOf(process);
      active = process;
      for (const [i, call] of (options.processes[process.number] ?? []).entries()) {
        const by = `${process.number}.${i}`;
        call(store, () => world.#now).then(
          (value) => world.#answer(process, { by, value }),
          (error: unknown) => world.#answer(process, { by, error }),
        );
      }
      await world.#settle(process);
    }
    return world;
  }

  get history(): History {
    return { writes: this.#writes, answers: this.#answers, faults: this.#faults };
  }

  get record(): string | null {
    return this.#versions.at(-1) ?? null;
  }

  get now(): number {
    return this.#now;
  }

  /** Two worlds with the same key have the same future and the same past, as far as anybody in them can tell. */
  get key(): string {
    const processes = this.#processes.map(({ seen, pending }) => `${seen}${pending?.reply?.text ?? ""}`);
    const late = this.#late.map(({ write }) => nameOf(write)).sort();
    return [this.#chain, this.#ticks, this.#faults, late, ...processes].join("|");
  }

  /** Everything that may happen next. None: everybody has his answer. */
  actions(): Action[] {
    const actions: Action[] = [];
    const canFail = this.#faults < this.#options.faults;
    for (const process of this.#processes) {
      const { pending } = process;
      if (pending === undefined) continue;
      actions.push(...this.#regular(process, pending));
      if (canFail && pending.reply === undefined) actions.push(...this.#faulty(process, pending));
    }
    const busy = actions.length > 0;
    if (!busy && this.#late.length > 0)
      actions.push({ name: "what is late never arrives", run: async () => this.#loseLate() });
    for (const swap of this.#late) {
      if (!this.#matches(swap)) continue;
      actions.push({ name: `the late write of ${swap.write.by} arrives`, run: async () => this.#land(swap) });
    }
    const tick = this.#options.ticks[this.#ticks];
    if (busy && tick !== undefined)
      actions.push({ name: `the clock jumps by ${tick} ms`, run: async () => this.#tick(tick) });
    if (this.#options.drops && this.#expiresAt !== null && this.#expiresAt <= this.#now) {
      actions.push({
        name: "the record has expired and is dropped",
        run: async () => this.#write(null, null, "dropped"),
      });
    }
    return actions;
  }

  #regular(process: Process, pending: Pending): Action[] {
    const { operation, reply } = pending;
    const who = `process ${process.number}: ${operation.kind}`;
    if (reply !== undefined) return [{ name: `${who} is answered`, run: () => this.#reply(process, pending, reply) }];
    if (this.#options.split) {
      return [{ name: `${who} takes place`, run: async () => void (pending.reply = this.#perform(operation)) }];
    }
    return [
      {
        name: `${who} takes place and is answered`,
        run: () => this.#reply(process, pending, this.#perform(operation)),
      },
    ];
  }

  #faulty(process: Process, pending: Pending): Action[] {
    const { operation } = pending;
    const who = `process ${process.number}: ${operation.kind}`;
    const fault = (name: string, run: () => Promise<void>): Action => ({
      name: `${who} ${name}`,
      run: () => {
        this.#faults++;
        return run();
      },
    });
    const fails = () => this.#fail(process, pending);
    if (operation.kind === "get") {
      const last = this.#versions.length - 1;
      const older = [last - 1, last - 2].filter((i) => i >= 0);
      return [
        fault("fails", fails),
        fault("hangs until the time is up", () => this.#timeUp(process)),
        ...older.map((i) =>
          fault(`reads what is ${last - i} writes old`, () => this.#reply(process, pending, this.#reading(i))),
        ),
      ];
    }
    if (operation.kind === "put") return [fault("fails", fails)];
    if (!this.#matches(operation)) return [fault("fails", fails)];
    return [
      fault("takes place, and its reply is lost", () => {
        this.#perform(operation);
        return fails();
      }),
      fault("takes place, is sent again, and the second reply is false", () => {
        this.#perform(operation);
        return this.#reply(process, pending, { text: "f", value: false });
      }),
      fault("does not take place, and the reply is false", () =>
        this.#reply(process, pending, { text: "f", value: false }),
      ),
      fault("fails, and may arrive late or never", () => {
        this.#late.push(operation);
        return fails();
      }),
      fault("hangs until the time is up, and may arrive late or never", () => {
        this.#late.push(operation);
        return this.#timeUp(process);
      }),
    ];
  }

  #storeOf(process: Process): ExploredStore {
    const ask = <T>(operation: Operation) =>
      new Promise<T>((resolve, reject) => {
        if (process.pending !== undefined) throw new Error(`process ${process.number} does two things at once`);
        process.pending = { operation, resolve: resolve as (value: never) => void, reject };
      });
    const writeOf = (after: string | null): Write => {
      process.writes++;
      const by = `${process.number}.${process.answered}`;
      return { by, serial: process.writes, before: this.record, after, at: this.#now };
    };
    return {
      get: () => ask({ kind: "get" }),
      swap: (_, expected, next, expiresAt) =>
        ask({ kind: "swap", expected, write: { ...writeOf(next), before: expected }, expiresAt }),
      put: (next) => ask({ kind: "put", write: writeOf(next) }),
    };
  }

  #matches({ expected }: { readonly expected: string | null }): boolean {
    return this.record === expected;
  }

  #reading(version: number) {
    return { text: `r${version}`, value: this.#versions[version] ?? null };
  }

  #perform(operation: Operation): { text: string; value: unknown } {
    if (operation.kind === "get") return this.#reading(this.#versions.length - 1);
    if (operation.kind === "swap" && !this.#matches(operation)) return { text: "f", value: false };
    const before = this.record;
    this.#writes.push({ ...operation.write, before });
    const expiresAt = operation.kind === "swap" ? operation.expiresAt : null;
    this.#write(operation.write.after, expiresAt, nameOf(operation.write));
    return { text: "t", value: true };
  }

  #write(text: string | null, expiresAt: number | null, by: string): void {
    this.#versions.push(text);
    this.#chain.push(by);
    this.#expiresAt = expiresAt;
  }

  #land(swap: Operation & { kind: "swap" }): void {
    this.#late.splice(this.#late.indexOf(swap), 1);
    this.#perform(swap);
  }

  #loseLate(): void {
    this.#late.length = 0;
  }

  #tick(ms: number): void {
    this.#ticks++;
    this.#now += ms;
  }

  async #reply(
    process: Process,
    pending: Pending,
    reply: { readonly text: string; readonly value: unknown },
  ): Promise<void> {
    process.pending = undefined;
    // What it decides next may depend on the clock.
    process.seen += `${reply.text}@${this.#ticks} `;
    pending.resolve(reply.value as never);
    await this.#settle(process);
  }

  async #fail(process: Process, pending: Pending): Promise<void> {
    process.pending = undefined;
    process.seen += `x@${this.#ticks} `;
    pending.reject(new Error("the connection is lost"));
    await this.#settle(process);
  }

  async #timeUp(process: Process): Promise<void> {
    const { timeUp } = process;
    if (timeUp === undefined) throw new Error(`process ${process.number} waits without a limit`);
    process.pending = undefined;
    process.seen += `h@${this.#ticks} `;
    timeUp();
    await this.#settle(process);
  }

  #answer(process: Process, answer: Answer): void {
    process.answered++;
    this.#answers.push(answer);
  }

  /** Until the process has asked for something or has all its answers. */
  async #settle(process: Process): Promise<void> {
    active = process;
    for (let i = 0; process.pending === undefined && process.answered < process.calls; i++) {
      if (i === PATIENCE) throw new Error(`process ${process.number} waits for something that nobody gives it`);
      await null;
    }
  }
}

/** Whose timers are set: one process moves at a time. */
let active: Process | undefined;

/**
 * Runs `body` while timers are the worlds': a pause takes no time, because the explorer decides on the order anyway, and a time
 * limit is over when the explorer says so. So nothing here waits for a clock.
 */
export async function withWorldTimers<T>(body: () => Promise<T>): Promise<T> {
  const { setTimeout, clearTimeout } = globalThis;
  const stub = (run: () => void, ms: number) => {
    if (ms < TIMEOUT_MS) queueMicrotask(run);
    else if (active !== undefined) active.timeUp = run;
    return 0;
  };
  Object.assign(globalThis, { setTimeout: stub, clearTimeout: () => {} });
  try {
    return await body();
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}
