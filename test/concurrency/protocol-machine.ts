// The real machine as the decision of an abstract protocol: asked once about everything, and its state without what makes equal
// situations differ.
import { hotp, totp } from "otp-core";
import { createGuardMachine, type GuardKeys, type GuardMachine } from "otp-core/guard";
import { hmac, type Signer } from "otp-core/hmac";

const STEP_MS = 30_000;
const NOW = 100_000 * STEP_MS;
const PHONE = { type: "totp", secret: hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") } as const;
const TOKEN = { type: "hotp", secret: hmac("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") } as const;
const RIGHT = totp(PHONE, { now: NOW });
const NEXT = totp(PHONE, { now: NOW + STEP_MS });
const WRONG = "000000";

const nowOf = (tick: number) => NOW + tick * STEP_MS;

export const ABSENT = 0;

interface Decided {
  readonly text: number;
  readonly verdict: string;
}

/** What is to be seen in a state. */
export interface Look {
  /** The last accepted step or counter of each authenticator. */
  readonly positions: Readonly<Record<string, number>>;
  readonly failures: number;
  /** Nothing is to be compared: waiting or disabled. */
  readonly isClosed: boolean;
}

interface Setting {
  readonly machine: GuardMachine;
  readonly keys: GuardKeys<Signer>;
  readonly codes: readonly string[];
  /** The fields of a state that no decision asks for. */
  readonly unused: readonly number[];
  readonly cost: number;
  readonly monthly: number;
}

/** One authenticator. The second failure has to be waited for, one step; the third one disables. */
const oneKey = (): Setting => ({
  machine: createGuardMachine({ attempts: { freeFailures: 1, disableAfter: 3 } }),
  keys: { phone: PHONE },
  codes: [RIGHT, WRONG, NEXT],
  // When a code was accepted, and (so early) the failures of 30 days.
  unused: [3, 4, 5],
  cost: 0,
  monthly: 0,
});

/**
 * Two authenticators, and nothing but the budget of 30 days against guesses. A code is compared with three codes of the phone and
 * eleven of the token, which costs five. So the budget is used up by two guesses.
 */
const twoKeys = (): Setting => ({
  machine: createGuardMachine({ attempts: { freeFailures: 99, monthly: 10 } }),
  keys: { phone: PHONE, token: TOKEN },
  codes: [RIGHT, WRONG, hotp(TOKEN, 0), NEXT],
  unused: [3],
  cost: 5,
  monthly: 10,
});

/** Mistake: a success empties the budget of 30 days. */
export interface Mistake {
  readonly forgivesMonthly: boolean;
}

/** What the machine decides, on states that are known by their numbers. */
export class Decisions {
  readonly #setting: Setting;
  readonly #mistake: Mistake;
  /** Every state that was met. */
  readonly #texts: (string | null)[] = [null];
  /** How many failures of 30 days one guess costs. 0: nothing is said about the budget. */
  readonly cost: number;
  /** The most that guesses may cost without an unlock. */
  readonly budget: number;

  constructor(two: boolean, mistake: Mistake) {
    this.#setting = two ? twoKeys() : oneKey();
    this.#mistake = mistake;
    const { cost, monthly } = this.#setting;
    this.cost = cost;
    // An attempt is looked at as long as there is room for one failure.
    this.budget = monthly - 1 + cost;
  }

  /** What the machine would store, and what it would answer. */
  readonly decide = this.#once<Decided>((text, tick, code) => {
    const { machine, keys, codes } = this.#setting;
    const { state, outcome } = machine.attempt(text, { keys, code: codes[code], now: nowOf(tick) });
    return { text: this.#numberOf(state, tick, outcome.ok), verdict: outcome.ok ? "ok" : outcome.reason };
  });

  readonly look = this.#once<Look>((text, tick) => {
    const { keys, failures, state } = this.#setting.machine.status(text, nowOf(tick));
    const positions = Object.entries(keys).map(([name, key]) => [name, key.method === "totp" ? key.step : key.counter]);
    return {
      positions: Object.fromEntries(positions),
      failures,
      isClosed: state === "waiting" || state === "disabled",
    };
  });

  /** The state at a later moment, when it may be the same as another one. */
  readonly later = this.#once<number>((text, tick) => this.#numberOf(text, tick));

  #once<Answer>(ask: (text: string | null, tick: number, code: number) => Answer) {
    const known: Answer[] = [];
    return (number: number, tick = 0, code = 0): Answer => {
      const question = (number * 16 + tick) * 4 + code;
      known[question] ??= ask(this.#texts[number] ?? null, tick, code);
      return known[question];
    };
  }

  #numberOf(text: string | null, tick: number, accepted = false): number {
    if (text === null) return ABSENT;
    const fields = text.split(",");
    for (const field of this.#setting.unused) fields[field] = field === 3 ? "-" : "0";
    if (accepted && this.#mistake.forgivesMonthly) fields[4] = "0";
    // A failure that has been waited for has no moment any more.
    const waits = this.#setting.machine.status(text, nowOf(tick)).state === "waiting";
    if (!waits) fields[2] = fields[1] === "0" ? "-" : "0";
    const plain = fields.join(",");
    const known = this.#texts.indexOf(plain);
    return known < 0 ? this.#texts.push(plain) - 1 : known;
  }
}
