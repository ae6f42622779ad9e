// The store loop once more, as an abstract protocol: clients that read, decide and swap, on one record. The decision is the real
// machine's; everything else is reduced to what matters. A write is known by its age and clients that are at the same point are
// interchangeable, so that states which differ in names only are one state.
import { checkAnswer, checkWrite } from "./protocol-invariants.ts";
import { ABSENT, Decisions } from "./protocol-machine.ts";
import { type Client, type Decision, type Made, type Protocol, REMEMBERED, type State } from "./protocol-state.ts";

const IDLE = { code: null, decision: null, made: [], accepted: false, counted: false };

export class Search {
  readonly #protocol: Protocol;
  readonly #decisions: Decisions;
  /** Equal clients are one object, and known by its number. */
  readonly #known = new Map<string, Client>();
  readonly #numbers = new Map<Client, number>();
  readonly #aged = new Map<Client, Client>();

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
    const { twoKeys = false, forgivesMonthly = false } = protocol;
    this.#decisions = new Decisions(twoKeys, { forgivesMonthly });
  }

  /** Goes through every state; throws at the first one that must not be. Returns how many there are. */
  run(): number {
    const { clients, attempts } = this.#protocol;
    const nothing = { tick: 0, faults: 0, text: ABSENT, writtenAt: 0, used: [], guesses: 0, late: [] };
    const first = { ...nothing, clients: Array<Client>(clients).fill(this.#one({ ...IDLE, left: attempts })) };
    const seen = new Set([this.#nameOf(first)]);
    const open: State[] = [first];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const next of this.#after(state)) {
        const name = this.#nameOf(next);
        if (seen.has(name)) continue;
        seen.add(name);
        open.push(next);
      }
    }
    return seen.size;
  }

  #one(client: Client): Client {
    const { left, code, decision, made, accepted, counted } = client;
    const writes = made.map((m) => `${m.before}${m.applied}${m.verdict}${m.threw}${m.open}${m.late}`);
    const name = `${left}${code}${decision?.verdict}${decision?.text}${decision?.base}${accepted}${counted}${writes.sort()}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, client);
    this.#numbers.set(client, this.#numbers.size);
    return client;
  }

  #nameOf({ tick, faults, text, writtenAt, used, guesses, clients, late }: State): string {
    const numbers = clients.map((client) => this.#numbers.get(client) as number).sort((a, b) => a - b);
    const age = this.#protocol.keptForSteps === undefined ? "" : tick - writtenAt;
    return `${tick} ${faults} ${text} ${age} ${used} ${guesses} ${numbers} ${late}`;
  }

  /** Every state that may come next. */
  #after(state: State): State[] {
    const { ticks, keptForSteps } = this.#protocol;
    const next: State[] = [];
    for (const [i, client] of state.clients.entries()) {
      if (state.clients.indexOf(client) === i) next.push(...this.#moves(state, i, client));
    }
    for (const text of state.late) next.push(this.#write(state, text, -1, (client) => client));
    const busy = state.clients.some(({ decision, made }) => decision !== null || made.length > 0);
    const over = state.clients.every(({ left, code }) => left === 0 && code === null);
    if (state.tick < ticks && !over) next.push(this.#later(state));
    if (keptForSteps !== undefined && state.text !== ABSENT && state.tick >= state.writtenAt + keptForSteps && !busy) {
      next.push({ ...state, text: ABSENT, late: [] });
    }
    return next;
  }

  #moves(state: State, i: number, client: Client): State[] {
    const next: State[] = [];
    if (client.decision !== null) next.push(...this.#swap(state, i, client, client.decision));
    else if (client.code !== null) next.push(this.#read(state, i, client, client.code));
    else if (client.left > 0) {
      const begun = { ...client, left: client.left - 1 };
      for (let code = 0; code < this.#protocol.codes; code++) {
        next.push(this.#read(state, i, { ...begun, code }, code));
      }
    }
    for (const [j, { late }] of client.made.entries()) {
      if (late === null) continue;
      const land = (made: Made, k: number) => (k === j ? { ...made, applied: 0 } : made);
      next.push(this.#write(state, late, i, (other) => ({ ...other, made: other.made.map(land) })));
    }
    return next;
  }

  /** Reads and decides, in one moment: whatever comes in between makes the record older or the clock later. */
  #read(state: State, i: number, client: Client, code: number): State {
    const { forgetsItsWrites = false } = this.#protocol;
    const own = client.made.find(({ applied }) => applied !== null && applied < REMEMBERED);
    // A read is not a confirmation: the state just read is written once more.
    if (own !== undefined && !forgetsItsWrites) {
      const decision = { text: state.text, verdict: own.verdict, base: own.before };
      return this.#replace(state, i, { ...client, decision });
    }
    const isOpen = ({ before, threw }: Made) => before === 0 || (threw && before >= REMEMBERED);
    const made = client.made
      .map((one) => ({ ...one, open: one.open && isOpen(one) && !forgetsItsWrites }))
      .filter(({ open, applied, late }) => open || applied !== null || late !== null);
    const { text, verdict } = this.#decisions.decide(state.text, state.tick, code);
    if (text !== state.text) {
      return this.#replace(state, i, { ...client, made, decision: { text, verdict, base: 0 } });
    }
    return this.#answer(state, i, { ...client, made }, contradicts(verdict, made) ? "uncertain" : verdict);
  }

  /** The possible results of a swap, if the record is still the expected one, or if the protocol does not compare. */
  #swap(state: State, i: number, client: Client, { text, verdict, base }: Decision): State[] {
    const { faults, countsAfterwards = false } = this.#protocol;
    const written = this.#write(state, text, i, (same) => same);
    const after = written.clients[i] as Client;
    // Those of the same record did not come before this write, and come too late now.
    const rest = client.made.filter(({ before }) => before !== base);
    const next = [this.#answer(written, i, after, contradicts(verdict, rest) ? "uncertain" : verdict)];
    if (state.faults === faults) return next;
    const goOn = (to: State, one: Omit<Made, "verdict" | "open">) => {
      const now = to.clients[i] as Client;
      const failed = { ...to, faults: state.faults + 1 };
      if (countsAfterwards && verdict === "mismatch") return this.#answer(failed, i, now, verdict);
      const made = [...now.made, { ...one, verdict, open: true }];
      return this.#replace(failed, i, { ...now, decision: null, made });
    };
    next.push(
      // Its reply is lost; it was sent again, and the second reply is false.
      goOn(written, { before: Math.min(base + 1, REMEMBERED), applied: 0, threw: true, late: null }),
      goOn(written, { before: Math.min(base + 1, REMEMBERED), applied: 0, threw: false, late: null }),
      // It did not take place, and the reply is false; it failed, and may arrive late.
      goOn(state, { before: base, applied: null, threw: false, late: null }),
      goOn(state, { before: base, applied: null, threw: true, late: text }),
    );
    return next;
  }

  /** A new record: everything that was there is a write older. */
  #write(state: State, text: number, by: number, change: (client: Client) => Client): State {
    const { look, cost } = this.#decisions;
    const accepted = checkWrite(this.#decisions, state, text);
    const counts = look(text).failures > look(state.text).failures;
    const clients = state.clients.map((client, i) => {
      if (i !== by) return this.#older(client);
      const its = { ...client, accepted: client.accepted || accepted !== null, counted: client.counted || counts };
      return this.#older({ ...change(its), decision: null });
    });
    const used = accepted === null ? state.used : [...state.used, accepted].sort();
    const guesses = counts && cost > 0 ? state.guesses + 1 : state.guesses;
    // What expects an older record never arrives.
    return { ...state, text, writtenAt: state.tick, used, guesses, clients, late: [] };
  }

  /** A swap that expects an older record is answered with false, whenever that is: then the client has to read again. */
  #older(client: Client): Client {
    const known = this.#aged.get(client);
    if (known !== undefined) return known;
    const older = (age: number) => Math.min(age + 1, REMEMBERED);
    const made = client.made.map((one) => ({
      ...one,
      before: older(one.before),
      applied: one.applied === null ? null : one.late === null ? older(one.applied) : 0,
      late: null,
    }));
    const aged = this.#one({ ...client, decision: this.#protocol.blind ? client.decision : null, made });
    this.#aged.set(client, aged);
    return aged;
  }

  #later(state: State): State {
    const tick = state.tick + 1;
    const { later } = this.#decisions;
    const clients = state.clients.map((client) => {
      const { decision, made } = client;
      return this.#one({
        ...client,
        decision: decision && { ...decision, text: later(decision.text, tick) },
        made: made.map((one) => ({ ...one, late: one.late && later(one.late, tick) })),
      });
    });
    const late = state.late.map((text) => later(text, tick)).sort();
    return { ...state, tick, text: later(state.text, tick), clients, late };
  }

  #answer(state: State, i: number, client: Client, verdict: string): State {
    checkAnswer(state, client, verdict);
    const { made, left } = client;
    const late = made.flatMap((one) => one.late ?? []);
    return { ...this.#replace(state, i, { ...IDLE, left }), late: [...state.late, ...late].sort() };
  }

  #replace(state: State, i: number, client: Client): State {
    return { ...state, clients: state.clients.map((other, j) => (j === i ? this.#one(client) : other)) };
  }
}

function contradicts(verdict: string, made: readonly Made[]): boolean {
  return verdict !== "ok" && made.some((one) => one.open && one.verdict === "ok");
}
