// What was asked of the guards and what they answered, and whether that can be true. Knows nothing of records, of time steps or
// of how a guard decides: a call began and ended at two moments of one clock, and took effect, once, somewhere between them.

/** What a call that was told nothing may still do for so long: its request may be under way. */
const GRACE_MS = 10_000;
/** These may clear the failures, if they are accepted. A wrong code never is. */
const MAY_RESET = new Set(["right", "again", "resync", "unlock"]);
const PRESENTS = new Set(["right", "again", "resync", "wrong"]);
const ANSWERS = new Set(["ok", "refused", "mismatch", "replayed", "throttled", "disabled", "status", "done"]);
/** What the library says when a store fails, and nothing else. */
const REJECTIONS = new Set(["!store-failed", "!store-uncertain", "!store-contention"]);

/** From the moment in which a call began to the one in which it ended. */
interface Interval {
  readonly start: number;
  readonly end: number;
}
interface Fact extends Interval {
  readonly name: string;
  readonly position: number;
  readonly accepted: boolean;
}
interface Look extends Interval {
  readonly name: string;
  readonly failures: number;
}
interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly position: number;
  readonly start: number;
  end: number;
}

/** What is known of one factor at one store. */
class Account {
  /** Every position that was accepted, for the whole run. */
  readonly used = new Set<number>();
  /** Where the record was seen or moved to, by calls that others may still overlap with. */
  facts: Fact[] = [];
  /** No lower position can be true any more. */
  floor = -1;
  /** Mismatches that were answered, and calls that may have cleared them. */
  mismatches: Interval[] = [];
  resets: Entry[] = [];
  /** Up to here everything may have been cleared. */
  clearedUntil: number = Number.NEGATIVE_INFINITY;
  /** Looks at the failures that have not been judged yet. */
  looks: Look[] = [];
}

export class Ledger {
  readonly violations: string[] = [];
  readonly tallies: Record<string, number> = {};
  /** How many looks at the failures there were to compare with something, and how many failures these had to show. */
  judged = 0;
  demanded = 0;
  readonly #accounts = new Map<string, Account>();
  readonly #open = new Map<string, Entry>();

  begin(client: number, call: number, at: number, place: string, id: string, kind: string, position: number): void {
    const name = `${place} ${id}`;
    const account = this.#accounts.get(name) ?? new Account();
    this.#accounts.set(name, account);
    const entry: Entry = { name, kind, position, start: at, end: Number.POSITIVE_INFINITY };
    this.#open.set(`${client} ${call}`, entry);
    if (MAY_RESET.has(kind)) account.resets.push(entry);
  }

  /** @param position - with `failures`, what `status` said. */
  end(client: number, call: number, at: number, answer: string, position = Number.NaN, failures = Number.NaN): void {
    const entry = this.#open.get(`${client} ${call}`);
    if (entry === undefined) throw new Error(`client ${client} ends call ${call}, which it has not begun`);
    this.#open.delete(`${client} ${call}`);
    const { name, kind, start } = entry;
    const account = this.#accounts.get(name) as Account;
    this.tallies[answer] = (this.tallies[answer] ?? 0) + 1;
    if (answer.startsWith("!")) {
      if (!REJECTIONS.has(answer)) this.#violation(`${kind} at ${name} was rejected with ${answer.slice(1)}`);
      entry.end = at + GRACE_MS;
      return;
    }
    entry.end = at;
    const expected = kind === "status" ? "status" : kind === "unlock" ? "done" : undefined;
    if (!ANSWERS.has(answer) || (expected ?? answer) !== answer || (PRESENTS.has(kind) && answer === "done")) {
      this.#violation(`${kind} at ${name} was answered ${answer}`);
    }
    if (answer === "status") {
      this.#fact(account, { name, start, end: at, position, accepted: false });
      account.looks.push({ name, start, end: at, failures });
    } else if (answer === "ok") {
      this.#accept(account, entry, at);
    } else if (answer !== "done") {
      account.resets = account.resets.filter((reset) => reset !== entry);
      if (answer === "mismatch") account.mismatches.push({ start, end: at });
    }
  }

  /** The client is gone; what it had begun may have happened or not. */
  leave(client: number, at: number): void {
    for (const [key, entry] of this.#open) {
      if (!key.startsWith(`${client} `)) continue;
      entry.end = at + GRACE_MS;
      this.#open.delete(key);
      this.tallies["killed before the answer"] = (this.tallies["killed before the answer"] ?? 0) + 1;
    }
  }

  /** @param until - everything that happened before this moment has been told. */
  settle(until: number): void {
    let oldest = until;
    for (const { start } of this.#open.values()) oldest = Math.min(oldest, start);
    for (const account of this.#accounts.values()) {
      const due = account.looks.filter(({ end }) => end < until);
      account.looks = account.looks.filter(({ end }) => !(end < until));
      for (const look of due) this.#judge(account, look);
      this.#forget(account, Math.min(oldest, ...account.looks.map(({ start }) => start)));
    }
  }

  /** With what stands in a record when everything is over. */
  compare(name: string, position: number, failures: number): void {
    const account = this.#accounts.get(name);
    if (account === undefined) return;
    const at = Number.MAX_VALUE;
    this.#fact(account, { name, start: at, end: at, position, accepted: false });
    this.#judge(account, { name, start: at, end: at, failures });
  }

  #accept(account: Account, { name, kind, position, start }: Entry, end: number): void {
    if (kind === "wrong") this.#violation(`${name}: a wrong code was accepted`);
    if (account.used.has(position)) this.#violation(`${name}: ${position} was accepted twice`);
    account.used.add(position);
    this.#fact(account, { name, start, end, position, accepted: true });
  }

  /** Of two calls of which one had ended before the other began, the later one cannot be further back. */
  #fact(account: Account, fact: Fact): void {
    if (fact.position < account.floor || (fact.accepted && fact.position === account.floor)) {
      this.#violation(`${fact.name} went backwards: ${fact.position} after ${account.floor}`);
    }
    for (const other of account.facts) {
      if (!(other.end < fact.start) && !(fact.end < other.start)) continue;
      const [first, second] = other.end < fact.start ? [other, fact] : [fact, other];
      if (second.position < first.position || (second.accepted && second.position === first.position)) {
        this.#violation(`${fact.name} went backwards: ${second.position} after ${first.position}`);
      }
    }
    account.facts.push(fact);
  }

  /** Every mismatch that was answered before the look began, and after the last call that may have cleared it, is counted. */
  #judge(account: Account, { name, start, end, failures }: Look): void {
    let cleared = account.clearedUntil;
    for (const reset of account.resets) if (reset.start < end) cleared = Math.max(cleared, reset.end);
    const counted = account.mismatches.filter((mismatch) => mismatch.start > cleared && mismatch.end < start).length;
    if (counted > 0) this.judged++;
    this.demanded += counted;
    if (failures < counted) this.#violation(`${name}: ${counted} mismatches were answered and ${failures} are counted`);
  }

  /** What nothing that may still come can be compared with. */
  #forget(account: Account, oldest: number): void {
    for (const { end, position } of account.facts) if (end < oldest) account.floor = Math.max(account.floor, position);
    account.facts = account.facts.filter(({ end }) => !(end < oldest));
    for (const { start, end } of account.resets) {
      if (start < oldest && end < Number.POSITIVE_INFINITY) account.clearedUntil = Math.max(account.clearedUntil, end);
    }
    account.resets = account.resets.filter(({ start, end }) => !(start < oldest && end < Number.POSITIVE_INFINITY));
    account.mismatches = account.mismatches.filter(({ start }) => start > account.clearedUntil);
  }

  #violation(text: string): void {
    this.violations.push(text);
  }
}
