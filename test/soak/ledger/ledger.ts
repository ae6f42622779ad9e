// What was asked of the accounts and what they answered, and whether that can be true. Knows nothing of records, of time steps or of
// how an account decides: a call began and ended at two moments of one clock, and took effect, once, somewhere between them.
import { Acceptances } from "./acceptances.ts";
import { DeviceTokens } from "./device-tokens.ts";
import { Failures } from "./failures.ts";
import { Presence } from "./presence.ts";

/** What a call without an answer may still do for so long: its request may be under way. */
const GRACE_MS = 10_000;
const ANSWERS = new Set(
  "ok refused status mismatch replayed throttled disabled malformed absent expired exhausted superseded".split(" "),
);
/** What the library says when a store fails, and nothing else. */
const REJECTIONS = new Set(["!store-failed", "!store-uncertain", "!store-contention"]);

/** From the moment in which a call began to the one in which it ended. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** What a call that begins can do, in the words of this ledger. */
export interface Claim {
  readonly kind: string;
  /** What is accepted at most once: the series, and where in the series, or `null` for a single code. */
  readonly presents?: readonly [series: string, position: number | null];
  /** No answer may be an acceptance. */
  readonly isWrong?: boolean;
  /** These refusals are counted as failures. */
  readonly counts?: readonly string[];
  /** If it is accepted, the failures may be forgiven. */
  readonly resets?: boolean;
  /** If it is accepted, the subject may trust one device. */
  readonly allowsTrust?: boolean;
  /** Trusts a device. */
  readonly trusts?: boolean;
  /** What may be gone afterwards: ids of authenticators and devices, or `"d:*"` for all devices. */
  readonly ends?: readonly string[];
  /** Only a refusal ends it: presenting a copied token ends its device. */
  readonly endsIfRefused?: boolean;
  /** Presents the token of a device: its id and its generation. */
  readonly token?: readonly [device: string, generation: number];
}

/** What an answer says apart from the answer itself. */
export interface Told {
  /** An authenticator or a device that exists from now on. */
  readonly made?: string;
  /** What a status lists. */
  readonly listed?: readonly string[];
  readonly failures?: number;
}

/** A call that has begun. The end is infinite until it is known. */
export interface Entry {
  readonly claim: Claim;
  readonly start: number;
  end: number;
}

interface OpenCall {
  readonly name: string;
  readonly entry: Entry;
}

/** What is known of one subject at one store. */
class Account {
  readonly acceptances = new Acceptances();
  readonly failures = new Failures();
  readonly presence = new Presence();
  readonly deviceTokens = new DeviceTokens();
  trusts = 0;
  /** Calls after which a device may have been trusted. */
  credits = 0;
}

export class Ledger {
  readonly violations: string[] = [];
  readonly tallies: Record<string, number> = {};
  /** Acceptances by kind of call. */
  readonly accepted: Record<string, number> = {};
  readonly #accounts = new Map<string, Account>();
  readonly #open = new Map<string, OpenCall>();

  begin(client: number, call: number, at: number, name: string, claim: Claim): void {
    const account = this.#accountOf(name);
    const entry: Entry = { claim, start: at, end: Number.POSITIVE_INFINITY };
    this.#open.set(`${client} ${call}`, { name, entry });
    if (claim.resets) account.failures.mayReset(entry);
    if (claim.ends !== undefined) account.presence.mayEnd(entry);
    if (claim.allowsTrust) account.credits++;
  }

  end(client: number, call: number, at: number, answer: string, told: Told = {}): void {
    const open = this.#open.get(`${client} ${call}`);
    if (open === undefined) throw new Error(`client ${client} ends call ${call}, which it has not begun`);
    this.#open.delete(`${client} ${call}`);
    const { name, entry } = open;
    const { claim } = entry;
    this.tallies[answer] = (this.tallies[answer] ?? 0) + 1;
    if (answer.startsWith("!")) {
      if (!REJECTIONS.has(answer)) this.#violation(name, `${claim.kind} was rejected with ${answer.slice(1)}`);
      entry.end = at + GRACE_MS;
      return;
    }
    entry.end = at;
    if (!ANSWERS.has(answer) || (answer === "status") !== (claim.kind === "status")) {
      this.#violation(name, `${claim.kind} was answered ${answer}`);
    }
    this.#judge(name, entry, answer, told);
  }

  /** The client is gone; what it had begun may have happened or not. */
  leave(client: number, at: number): void {
    for (const [key, { entry }] of this.#open) {
      if (!key.startsWith(`${client} `)) continue;
      entry.end = at + GRACE_MS;
      this.#open.delete(key);
      this.tallies["killed before the answer"] = (this.tallies["killed before the answer"] ?? 0) + 1;
    }
  }

  /** @param until - everything that happened before this moment has been told. */
  settle(until: number): void {
    let oldest = until;
    for (const { entry } of this.#open.values()) oldest = Math.min(oldest, entry.start);
    for (const [name, account] of this.#accounts) {
      this.#report(name, account.failures.settle(until, oldest));
      this.#report(name, account.presence.settle(until, oldest));
      account.acceptances.forget(oldest);
    }
  }

  /** With what an account says when everything is over. `positions` are those that its record holds, by series. */
  compare(
    name: string,
    told: Required<Pick<Told, "listed" | "failures">>,
    positions: ReadonlyMap<string, number>,
  ): void {
    const account = this.#accountOf(name);
    const [start, end] = [Number.MAX_VALUE, Number.MAX_VALUE];
    this.#report(name, account.failures.judge({ start, end, failures: told.failures }));
    this.#report(name, account.presence.judge({ start, end, listed: new Set(told.listed) }));
    this.#report(name, account.acceptances.compare(positions));
    if (account.trusts > account.credits) {
      this.#violation(name, `${account.trusts} devices were trusted after ${account.credits} acceptances`);
    }
  }

  /** How many statuses there were to compare with something, how many failures they had to show, and how many things. */
  totals() {
    const sum = (field: (account: Account) => number) =>
      [...this.#accounts.values()].reduce((total, account) => total + field(account), 0);
    return {
      judged: sum(({ failures }) => failures.judged),
      demanded: sum(({ failures }) => failures.demanded),
      expected: sum(({ presence }) => presence.expected),
    };
  }

  #judge(name: string, entry: Entry, answer: string, told: Told): void {
    const account = this.#accountOf(name);
    const { claim, start, end } = entry;
    const isAccepted = answer === "ok";
    if (isAccepted) {
      this.accepted[claim.kind] = (this.accepted[claim.kind] ?? 0) + 1;
      if (claim.isWrong) this.#violation(name, "a wrong code was accepted");
      if (claim.presents !== undefined) this.#report(name, account.acceptances.accept(claim.presents, { start, end }));
      if (claim.token !== undefined) this.#report(name, account.deviceTokens.recognise(claim.token, { start, end }));
      if (claim.trusts) account.trusts++;
    } else {
      if (claim.resets) account.failures.withdraw(entry);
      if (claim.allowsTrust) account.credits--;
      if (claim.counts?.includes(answer)) account.failures.count({ start, end });
    }
    if (claim.ends !== undefined) {
      if (isAccepted === (claim.endsIfRefused === true)) {
        if (claim.token !== undefined && isAccepted) this.#report(name, account.presence.see(claim.ends, start));
        account.presence.withdraw(entry);
      } else if (!claim.endsIfRefused) account.presence.hasEnded(entry);
    }
    if (told.made !== undefined) account.presence.make(told.made, { start, end });
    if (told.failures !== undefined) account.failures.look({ start, end, failures: told.failures });
    if (told.listed !== undefined) account.presence.look({ start, end, listed: new Set(told.listed) });
  }

  #accountOf(name: string): Account {
    const account = this.#accounts.get(name) ?? new Account();
    this.#accounts.set(name, account);
    return account;
  }

  #report(name: string, violations: readonly string[]): void {
    for (const violation of violations) this.#violation(name, violation);
  }

  #violation(name: string, text: string): void {
    this.violations.push(`${name}: ${text}`);
  }
}
