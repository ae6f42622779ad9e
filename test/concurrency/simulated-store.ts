// One record that several processes share, under the control of an explorer: no `get` or `swap` has an effect, and none is
// answered, before the explorer says so, and it may say that something goes wrong.
import type { Clock, Store } from "otp-core/store";
import { giveTimeLimitsTo, type Timer } from "./simulated-runtime.ts";

/** A store that can also write without looking, which is what broken stores are made of, and a gateway that sends messages. */
export interface ExploredStore extends Store {
  put(next: string | null): Promise<void>;
  /** Sends a message on a channel. It may fail, hang, and arrive all the same. */
  deliver(channel: string): Promise<string>;
}

/** A call that one process makes. */
export type Call = (store: ExploredStore, clock: Clock) => Promise<unknown>;

export interface WorldOptions {
  readonly now: number;
  readonly record: string | null;
  /** What each process does. Its calls begin together; those for one key queue. */
  readonly processes: readonly (readonly Call[])[];
  /** Whether all the processes do the same. */
  readonly alike?: boolean | undefined;
  /** How many things may go wrong. */
  readonly faults?: number | undefined;
  /** Which things may: the names of the actions. */
  readonly only?: RegExp | undefined;
  /** The clock may jump by these many milliseconds, in this order, whenever the explorer likes. */
  readonly ticks?: readonly number[] | undefined;
  /** Whether a record may be dropped as soon as its time is over. */
  readonly drops?: boolean | undefined;
  /** Whether a reply may arrive later than its effect took place. */
  readonly split?: boolean | undefined;
  /**
   * How many failovers there may be. The store then has two layers: a write whose reply is not `true` is applied here and not yet
   * safe, a reply of `true` makes everything safe that was written before, and a failover drops what is not safe.
   */
  readonly failovers?: number | undefined;
}

export interface Write {
  /** The number of the process and that of its call. */
  readonly by: string;
  /** Which of the process's writes. */
  readonly serial: number;
  readonly before: string | null;
  readonly after: string | null;
  /** What the clock said when the write was sent. */
  readonly at: number;
}

/** A message that a channel was asked to send. */
export interface Message {
  readonly by: string;
  readonly channel: string;
  /** What the caller was told. */
  readonly told: "taken" | "failed" | "nothing";
  readonly arrived: boolean;
}

export interface Answer {
  readonly by: string;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** Everything that has happened so far, known to a process or not. */
export interface History {
  readonly writes: readonly Write[];
  readonly answers: readonly Answer[];
  readonly messages: readonly Message[];
  /** How many things went wrong. */
  readonly faults: number;
  readonly failovers: number;
  /** The calls whose store has thrown. */
  readonly thrown: ReadonlySet<string>;
  /** The calls whose store answered false about a write that was applied. */
  readonly deceived: ReadonlySet<string>;
}

/** Something that may happen next. */
export interface Action {
  readonly name: string;
  readonly faulty: boolean;
  run(): void | Promise<void>;
}

type Operation = { readonly kind: "get" } | Writing | { readonly kind: "deliver"; readonly channel: string };
interface Writing {
  readonly kind: "swap" | "put";
  readonly write: Write;
  readonly expiresAt: number | null;
}

interface LateMessage {
  readonly message: Message;
  readonly resolve: (id: string) => void;
}

/** What an operation resolves to, and a name for it that is the same in every run. */
interface Reply {
  readonly name: string;
  readonly value: unknown;
}

/** A text of the record; null is absence. */
interface Version {
  readonly id: number;
  readonly text: string | null;
  readonly expiresAt: number | null;
  /** What made it; null: it was there from the beginning, or the record was dropped. */
  readonly write: Write | null;
}

interface Pending {
  readonly operation: Operation;
  /** The effect has taken place, and this has not arrived yet. */
  reply?: Reply;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Process {
  readonly number: number;
  readonly calls: number;
  /** How many of its calls have been answered. */
  answered: number;
  pending: Pending | undefined;
  /** The replies that it has got so far. They determine what it does next. */
  seen: string;
  writes: number;
  /** The deadlines of its calls, the earliest first. */
  timers: Timer[];
}

const CONNECTION_LOST = new Error("the connection is lost");
const REFUSED: Reply = { name: "false", value: false };
/** No call and no write is under way for longer: the margin by which stores keep what has expired. */
const MARGIN_MS = 3_600_000;
/** More microtasks than any call needs between two operations. */
const PATIENCE = 2000;

export class World {
  readonly #options: WorldOptions;
  readonly #processes: Process[];
  /** Every text that was there, one after the other. Those that a failover dropped are not among them. */
  #versions: Version[];
  /** How many versions there ever were. */
  #made = 1;
  /** The version up to which everything is safe. */
  #safe = 0;
  #failovers = 0;
  #now: number;
  #ticks = 0;
  #faults = 0;
  /** Writes that are still under way although no call waits for them any more. */
  #late: Writing[] = [];
  /** Messages of channels for which no call waits any more. Each may still arrive, and then its channel says so. */
  #lateMessages: LateMessage[] = [];
  #messages: Message[] = [];
  readonly #thrown = new Set<string>();
  readonly #deceived = new Set<string>();
  #writes: Write[] = [];
  readonly #answers: Answer[] = [];

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.#now = options.now;
    this.#versions = [{ id: 0, text: options.record, expiresAt: null, write: null }];
    this.#processes = options.processes.map((calls, number) => ({
      number,
      calls: calls.length,
      answered: 0,
      pending: undefined,
      seen: "",
      writes: 0,
      timers: [],
    }));
  }

  static async start(options: WorldOptions): Promise<World> {
    const world = new World(options);
    for (const process of world.#processes) {
      const store = world.#storeOf(process);
      const calls = options.processes[process.number] ?? [];
      await world.#move(process, () => {
        for (const [i, call] of calls.entries()) {
          const answer = (answer: Omit<Answer, "by">) => {
            process.answered++;
            world.#answers.push({ by: `${process.number}.${i}`, ...answer });
          };
          call(store, () => world.#now).then(
            (value) => answer({ value }),
            (error: unknown) => answer({ error }),
          );
        }
      });
    }
    return world;
  }

  get history(): History {
    return {
      writes: this.#writes,
      answers: this.#answers,
      messages: this.#messages,
      faults: this.#faults + this.#failovers,
      failovers: this.#failovers,
      thrown: this.#thrown,
      deceived: this.#deceived,
    };
  }

  get record(): string | null {
    return this.#version.text;
  }

  get #version(): Version {
    return this.#versions.at(-1) as Version;
  }

  /** Two worlds with the same key have the same past and the same future for every process in them. */
  get key(): string {
    const views = this.#processes.map(({ seen, pending }) => `${seen}${pending?.reply?.name ?? ""}`);
    // Processes that do the same are interchangeable: they are put in order by what they have seen.
    const order = views.map((_, i) => i);
    if (this.#options.alike === true) order.sort((a, b) => (views[a] as string).localeCompare(views[b] as string));
    const nameOf = (write: Write | null) => {
      if (write === null) return "dropped";
      const [process, call] = write.by.split(".");
      return `${order.indexOf(Number(process))}.${call}#${write.serial}`;
    };
    const late = this.#late.map(({ write }) => nameOf(write)).sort();
    const messages = this.#messages.map(({ by, channel, told, arrived }) => {
      const [process, call] = by.split(".");
      return `${order.indexOf(Number(process))}.${call}${channel}${told}${arrived}`;
    });
    const chain = this.#versions.map(({ write }) => nameOf(write));
    const counts: unknown[] = [this.#ticks, this.#faults];
    if (this.#options.failovers)
      counts.push(this.#safe, this.#failovers, this.#made, ...this.#versions.map(({ id }) => id));
    return [chain, counts, late, messages.sort(), ...order.map((i) => views[i])].join("|");
  }

  /** Everything that may happen next. None: every call has its answer, and nothing is under way. */
  actions(): Action[] {
    const { faults = 0, ticks = [], drops = false, failovers = 0 } = this.#options;
    const actions: Action[] = [];
    const add = (name: string, run: Action["run"]) => actions.push({ name, faulty: false, run });
    for (const process of this.#processes) {
      const { pending } = process;
      if (pending === undefined) continue;
      actions.push(this.#regular(process, pending));
      if (this.#faults < faults && pending.reply === undefined) actions.push(...this.#faulty(process, pending));
    }
    for (const late of this.#lateMessages) {
      const { by, channel } = late.message;
      add(`the late message of ${by} by ${channel} arrives, and its channel says so`, () => this.#arriveLate(late));
    }
    const busy = actions.length > 0;
    if (!busy && this.#late.length > 0) add("what is late never arrives", () => this.#loseLate());
    for (const writing of this.#late) {
      if (this.#matches(writing)) add(`the late write of ${writing.write.by} arrives`, () => this.#land(writing));
    }
    const tick = ticks[this.#ticks];
    if (busy && tick !== undefined && (tick < MARGIN_MS || this.#isIdle())) {
      add(`the clock jumps by ${tick} ms`, () => this.#tick(tick));
    }
    const { expiresAt } = this.#version;
    if (drops && expiresAt !== null && expiresAt <= this.#now) {
      add("the record has expired and is dropped", () => this.#replace(null, null, null));
    }
    if (this.#failovers < failovers && this.#safe < this.#versions.length - 1) {
      add("a failover drops what is not safe", () => this.#failOver());
    }
    return actions;
  }

  #regular(process: Process, pending: Pending): Action {
    const { operation, reply } = pending;
    const action = (what: string, run: Action["run"]) => {
      return { name: `process ${process.number}: ${operation.kind} ${what}`, faulty: false, run };
    };
    if (operation.kind === "deliver") {
      return action(`by ${operation.channel} arrives`, () => {
        this.#note(process, operation.channel, "taken", true);
        return this.#answer(process, { name: "taken", value: `${operation.channel}-1` });
      });
    }
    if (reply !== undefined) return action("is answered", () => this.#answer(process, reply));
    if (this.#options.split !== true) {
      return action("takes place and is answered", () => this.#answer(process, this.#perform(operation)));
    }
    return action("takes place", () => {
      pending.reply = this.#perform(operation);
    });
  }

  #faulty(process: Process, { operation }: Pending): Action[] {
    const { only } = this.#options;
    const actions: Action[] = [];
    const add = (what: string, run: () => Promise<void>) => {
      const name = `process ${process.number}: ${operation.kind} ${what}`;
      if (only?.test(name) === false) return;
      const counted = () => {
        this.#faults++;
        return run();
      };
      actions.push({ name, faulty: true, run: counted });
    };
    const fail = () => this.#fail(process, "lost", (pending) => pending.reject(CONNECTION_LOST));
    const hang = () => this.#fail(process, "hung", () => endPatience(process));
    if (operation.kind === "deliver") {
      const { channel } = operation;
      const failing = (arrived: boolean) => () => {
        this.#note(process, channel, "failed", arrived);
        return this.#tell(process, "lost", (pending) => pending.reject(CONNECTION_LOST));
      };
      add(`by ${channel} fails`, failing(false));
      add(`by ${channel} fails, although the message arrives`, failing(true));
      add(`by ${channel} hangs until the time is up, and may arrive late`, () => {
        const message = this.#note(process, channel, "nothing", false);
        const { resolve } = process.pending as Pending;
        this.#lateMessages.push({ message, resolve });
        return this.#tell(process, "hung", () => endPatience(process));
      });
      return actions;
    }
    if (operation.kind === "get") {
      add("fails", fail);
      const version = this.#versions.length - 2;
      if (version >= 0) add("reads what is not there any more", () => this.#answer(process, this.#read(version)));
      return actions;
    }
    if (!this.#matches(operation)) {
      add("fails", fail);
      return actions;
    }
    add("takes place, and its reply is lost", () => {
      this.#apply(operation);
      return fail();
    });
    add("takes place and is sent again, and the second reply is false", () => {
      this.#apply(operation);
      this.#deceived.add(callOf(process));
      return this.#answer(process, REFUSED);
    });
    add("does not take place, and the reply is false", () => this.#answer(process, REFUSED));
    // A write that is lost is one that never arrives.
    add("fails, and may arrive late", () => {
      this.#late.push(operation);
      return fail();
    });
    add("hangs until the time is up, and may arrive late", () => {
      this.#late.push(operation);
      return hang();
    });
    return actions;
  }

  #storeOf(process: Process): ExploredStore {
    const ask = (operation: Operation) =>
      new Promise<unknown>((resolve, reject) => {
        if (process.pending !== undefined) throw new Error(`process ${process.number} does two things at once`);
        process.pending = { operation, resolve, reject };
      });
    const write = (kind: "swap" | "put", before: string | null, after: string | null, expiresAt: number | null) => {
      process.writes++;
      const sent = { by: callOf(process), serial: process.writes, before, after, at: this.#now };
      return ask({ kind, write: sent, expiresAt });
    };
    return {
      get: () => ask({ kind: "get" }) as Promise<string | null>,
      swap: (_, expected, next, expiresAt) => write("swap", expected, next, expiresAt) as Promise<boolean>,
      put: async (next) => void (await write("put", null, next, null)),
      deliver: (channel) => ask({ kind: "deliver", channel }) as Promise<string>,
    };
  }

  #matches({ kind, write }: Writing): boolean {
    return kind === "put" || this.record === write.before;
  }

  #read(version: number): Reply {
    const { id, text } = this.#versions[version] as Version;
    return { name: `version ${id}`, value: text };
  }

  #note(process: Process, channel: string, told: Message["told"], arrived: boolean): Message {
    const message = { by: callOf(process), channel, told, arrived };
    this.#messages.push(message);
    return message;
  }

  #arriveLate(late: LateMessage): void {
    this.#lateMessages = this.#lateMessages.filter((other) => other !== late);
    this.#messages = this.#messages.map((each) => (each === late.message ? { ...each, arrived: true } : each));
    late.resolve("late-1");
  }

  #perform(operation: { readonly kind: "get" } | Writing): Reply {
    if (operation.kind === "get") return this.#read(this.#versions.length - 1);
    if (!this.#matches(operation)) return REFUSED;
    this.#apply(operation);
    this.#safe = this.#versions.length - 1;
    return { name: "true", value: true };
  }

  /** Writes, without a reply that would make it safe. */
  #apply(writing: Writing): void {
    const write = { ...writing.write, before: this.record };
    this.#writes.push(write);
    this.#replace(write.after, writing.expiresAt, write);
  }

  #failOver(): void {
    this.#failovers++;
    const dropped = this.#versions.slice(this.#safe + 1);
    this.#versions = this.#versions.slice(0, this.#safe + 1);
    this.#writes = this.#writes.filter((write) => !dropped.some((version) => version.write === write));
  }

  #replace(text: string | null, expiresAt: number | null, write: Write | null): void {
    this.#versions.push({ id: this.#made++, text, expiresAt, write });
  }

  #land(writing: Writing): void {
    this.#late = this.#late.filter((other) => other !== writing);
    this.#apply(writing);
  }

  #loseLate(): void {
    this.#late = [];
  }

  /** Whether no call is halfway: those that are not answered have not seen anything yet. */
  #isIdle(): boolean {
    return this.#processes.every(({ answered, calls, seen }) => answered === calls || seen === "");
  }

  #tick(ms: number): void {
    if (ms >= MARGIN_MS) this.#loseLate();
    this.#ticks++;
    this.#now += ms;
  }

  #answer(process: Process, { name, value }: Reply): Promise<void> {
    return this.#tell(process, name, (pending) => pending.resolve(value));
  }

  #fail(process: Process, name: string, how: (pending: Pending) => void): Promise<void> {
    this.#thrown.add(callOf(process));
    return this.#tell(process, name, how);
  }

  #tell(process: Process, name: string, how: (pending: Pending) => void): Promise<void> {
    const { pending } = process;
    if (pending === undefined) throw new Error(`process ${process.number} waits for nothing`);
    process.pending = undefined;
    // What it decides next may depend on the clock.
    process.seen += `${name} at ${this.#ticks}, `;
    return this.#move(process, () => how(pending));
  }

  /** Until the process has asked for something or has all its answers. */
  async #move(process: Process, begin: () => void): Promise<void> {
    giveTimeLimitsTo((timer) => process.timers.push(timer));
    begin();
    for (let i = 0; process.pending === undefined && process.answered < process.calls; i++) {
      if (i === PATIENCE) throw new Error(`process ${process.number} waits for something that never comes`);
      await null;
    }
  }
}

/** Lets the earliest deadline pass: that of the call that is under way. */
function endPatience(process: Process): void {
  process.timers = process.timers.filter(({ isCleared }) => !isCleared);
  const timer = process.timers.shift();
  if (timer === undefined) throw new Error(`process ${process.number} waits without a limit`);
  timer.run();
}

/** The call that is under way: those of one process queue. */
function callOf({ number, answered }: Process): string {
  return `${number}.${answered}`;
}
