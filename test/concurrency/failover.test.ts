// A store with two layers: a write can be applied here and not yet be safe, and a failover drops what is not safe. That is what
// PostgreSQL does with `synchronous_standby_names` while the standby is away, and Redis if `send` waits for its replicas.
// PROTOCOLS.md, part 1, has the rule and the three simpler rules that fail.
import { hotp, OtpError, totp } from "otp-core";
import { createGuard, createGuardMachine, type Guard, type GuardOutcome, type GuardPolicy } from "otp-core/guard";
import { describe, expect, it } from "vitest";
import { explore, type Scenario } from "./explore.ts";
import { type Asked, guardInvariants, stateOf } from "./invariants.ts";
import type { Call } from "./simulated-store.ts";

const ID = "factor-7";
const STEP = 30_000;
const NOW = 100_000 * STEP;
const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
const code = (steps: number) => totp(key, { now: NOW + steps * STEP });
const [FIRST, SECOND, WRONG] = [code(0), code(1), "000000"];
const machine = createGuardMachine();

/** An endless search is to fail by name. */
const LONG = 300_000;

/** A reply is lost, or is false although the write took place; a write fails; a read is stale. */
const FAULTS = /is lost|second reply is false|may arrive late|not there any more/;

interface Act {
  readonly asked: Asked;
  readonly call: Call;
}

const guarded = (asked: Asked, run: (guard: Guard) => Promise<unknown>): Act => ({
  asked,
  call: (store, clock) => run(createGuard({ store, clock })),
});
const typed = (text: string) => guarded("attempt", (guard) => guard.attempt({ subject: ID, key, code: text }));
/** Two authenticators. A guess is compared with 14 codes and costs five, so two use up a budget of ten. */
const BUDGET: GuardPolicy = { attempts: { freeFailures: 99, monthly: 10 } };
const TOKEN = { type: "hotp", secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" } as const;
const either = (text: string): Act => ({
  asked: "attempt",
  call: (store, clock) =>
    createGuard({ store, clock, ...BUDGET }).attempt({
      subject: ID,
      keys: { phone: key, token: TOKEN },
      code: text,
    }),
});
const [PRESSED, NEITHER] = [either(hotp(TOKEN, 0)), either(WRONG)];
const unlock = guarded("unlock", (guard) => guard.unlock(ID));
const forget = guarded("forget", (guard) => guard.forget(ID));

type Options = Partial<Scenario> & { readonly policy?: GuardPolicy };

function scenario(processes: readonly (readonly Act[])[], { policy, ...rest }: Options = {}): Scenario {
  const askedBy = (by: string): Asked => {
    const [process = 0, call = 0] = by.split(".").map(Number);
    return processes[process]?.[call]?.asked ?? "status";
  };
  return {
    now: NOW,
    record: null,
    processes: processes.map((acts) => acts.map(({ call }) => call)),
    faults: 1,
    failovers: 1,
    only: FAULTS,
    check: guardInvariants(askedBy, policy),
    ...rest,
  };
}

describe("with a failover, no code is accepted a second time and no guess is free (field C5)", () => {
  it.each<readonly [string, readonly (readonly Act[])[], Options]>([
    [
      "two attempts each, one thing going wrong",
      [
        [typed(FIRST), typed(WRONG)],
        [typed(FIRST), typed(SECOND)],
      ],
      {},
    ],
    [
      "two attempts each, two things going wrong",
      [
        [typed(FIRST), typed(WRONG)],
        [typed(FIRST), typed(WRONG)],
      ],
      { alike: true, faults: 2, only: /is lost|second reply is false/ },
    ],
    [
      "the same code, two things going wrong",
      [[typed(FIRST)], [typed(FIRST)]],
      { alike: true, faults: 2, failovers: 2 },
    ],
    ["a code and the next one, two things going wrong", [[typed(FIRST)], [typed(SECOND)]], { faults: 2 }],
    ["wrong codes, two things going wrong", [[typed(WRONG)], [typed(WRONG)]], { alike: true, faults: 2 }],
    ["an unlock", [[typed(WRONG), unlock], [typed(FIRST)]], {}],
    [
      "a code of each of two authenticators",
      [[either(FIRST)], [PRESSED]],
      { faults: 2, only: /is lost/, policy: BUDGET },
    ],
    [
      "the budget of 30 days, and the owner in between",
      [
        [NEITHER, NEITHER],
        [PRESSED, NEITHER],
      ],
      { policy: BUDGET },
    ],
    ["a removal", [[typed(FIRST)], [forget]], { faults: 2 }],
  ])(
    "%s",
    async (_, processes, options) => {
      const runs = await explore(scenario(processes, options));

      expect(runs).toBeGreaterThan(1000);
    },
    LONG,
  );
});

type Rule =
  | "never answer from a read"
  | "answer from a read"
  | "confirm only acceptances"
  | "confirm with the state of the earlier write";

let nonces = 0;

/** A guard of few lines that follows one of the rules when a swap did not answer true. */
const following = (text: string, rule: Rule): Act => {
  const call: Call = async (store, clock): Promise<GuardOutcome> => {
    const made: { nonce: string; state: string | null; outcome: GuardOutcome }[] = [];
    let cause: unknown;
    while (made.length < 5) {
      const record = (await store.get(ID)) ?? null;
      const own = made.find(({ nonce }) => record?.includes(nonce));
      if (own !== undefined && rule === "answer from a read") return own.outcome;
      if (own !== undefined && rule === "confirm only acceptances" && !own.outcome.ok) return own.outcome;
      const decided = own ?? machine.attempt(stateOf(record), { key, code: text, now: clock() });
      const { outcome } = decided;
      let { state } = decided;
      if (own === undefined && state === stateOf(record)) return outcome;
      if (own !== undefined && rule !== "confirm with the state of the earlier write") state = stateOf(record);
      const nonce = `<${++nonces}>`;
      const older = record?.split("\n")[0] ?? "";
      try {
        if (await store.swap(ID, record, `${nonce}${older}\n${state}`, null)) return outcome;
      } catch (error) {
        cause = error;
      }
      made.unshift({ nonce, state, outcome });
    }
    throw new OtpError("store-uncertain", "no answer", { cause });
  };
  return { asked: "attempt", call };
};

describe("of the rules for a write without an answer", () => {
  const only = /is lost/;
  const attempts = (rule: Rule): readonly (readonly Act[])[][] => [
    [[following(FIRST, rule)], [following(FIRST, rule)]],
    [[following(WRONG, rule)], [following(WRONG, rule)]],
    [[following(FIRST, rule)], [following(SECOND, rule)]],
  ];
  const failuresOf = async (rule: Rule) => {
    const failures: string[] = [];
    for (const processes of attempts(rule)) {
      await explore(scenario(processes, { only })).catch((error: Error) =>
        failures.push(error.message.split("\n")[0] ?? ""),
      );
    }
    return failures;
  };

  it("only the one that never answers from a read keeps every invariant", async () => {
    expect(await failuresOf("never answer from a read")).toEqual([]);
  });

  it("answering from a read is caught: ok without a safe acceptance, and an uncounted guess", async () => {
    const failures = await failuresOf("answer from a read");
    expect(failures).toContainEqual(expect.stringContaining("is ok, but no acceptance of it is stored"));
    expect(failures).toContainEqual(expect.stringContaining("is an uncounted mismatch"));
  });

  it("confirming only acceptances is caught: an uncounted guess", async () => {
    const failures = await failuresOf("confirm only acceptances");
    expect(failures).toEqual([expect.stringContaining("is an uncounted mismatch")]);
  });

  it("confirming with the state of the earlier write is caught: it undoes the acceptance of another call", async () => {
    const failures = await failuresOf("confirm with the state of the earlier write");
    expect(failures).toContainEqual(expect.stringContaining("went backwards"));
  });
});
