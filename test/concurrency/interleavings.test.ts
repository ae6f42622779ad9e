// Calls at the same time, from several processes, through every order of what they ask of the store: two or three of them
// exhaustively, more of them at random. Up to two things go wrong on the way: a read fails or is stale; a write takes place and
// its reply is lost, or is sent again so that the second reply is false; it is lost; it fails and arrives late; it hangs.
import { hotp, totp } from "otp-core";
import { createGuard, createGuardMachine, type Guard, type GuardPolicy } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { later } from "../support/signers.ts";
import { explore, exploreAtRandom, type Scenario } from "./explore.ts";
import { type Asked, guardInvariants } from "./invariants.ts";
import type { Answer, Call, History, World, WorldOptions } from "./simulated-store.ts";

const ID = "factor-7";
const STEP = 30_000;
const NOW = 100_000 * STEP;
const SECRET = hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
const TOTP = { type: "totp", secret: SECRET } as const;
const HOTP = { type: "hotp", secret: SECRET } as const;
/** The code of the current step, or of one so many steps later. */
const code = (steps: number) => totp(TOTP, { now: NOW + steps * STEP });
const A_DAY = 2880;
const WRONG = "000000";

interface Act {
  readonly asked: Asked;
  readonly run: (guard: Guard, store: Store, now: number) => Promise<unknown>;
}

const attempt = (run: Act["run"]): Act => ({ asked: "attempt", run });
const typed = (text: string) => attempt((guard) => guard.attempt({ subject: ID, key: TOTP, code: text }));
const pressed = (counter: number) =>
  attempt((guard) => guard.attempt({ subject: ID, key: HOTP, code: hotp(HOTP, counter) }));
const [right, next, wrong] = [typed(code(0)), typed(code(1)), typed(WRONG)];
const unlock: Act = { asked: "unlock", run: (guard) => guard.unlock(ID) };
const forget: Act = { asked: "forget", run: (guard) => guard.forget(ID) };
const status: Act = { asked: "status", run: (guard) => guard.status(ID) };
const resync = attempt((guard) => guard.resync({ subject: ID, key: TOTP, codes: [code(0), code(1)] }));
/** Two authenticators under one budget. The token's codes are those of another secret. */
const TOKEN = { type: "hotp", secret: hmac("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") } as const;
const either = (text: string) =>
  attempt((guard) => guard.attempt({ subject: ID, keys: { phone: TOTP, token: TOKEN }, code: text }));
const [phone, phoneNext, token, tokenNext] = [code(0), code(1), hotp(TOKEN, 0), hotp(TOKEN, 1)].map(either) as [
  Act,
  Act,
  Act,
  Act,
];
const neither = either(WRONG);
const removal = (keyName: string): Act => ({
  asked: "remove",
  run: (guard) => guard.remove({ subject: ID, keyName }),
});
const resyncToken = attempt((guard) =>
  guard.resync({ subject: ID, key: TOKEN, keyName: "token", codes: [hotp(TOKEN, 0), hotp(TOKEN, 1)] }),
);
/** A code is compared with 14 codes, which costs five failures: after two guesses the budget of 30 days is used up. */
const MONTHLY = { attempts: { freeFailures: 99, monthly: 10 } };
/** A host that reads the row in a transaction of its own and lets the machine decide, while another process uses a store. */
const inTransaction = (text: string) =>
  attempt(async (_, store, now) => {
    const machine = createGuardMachine();
    for (;;) {
      const row = (await store.get(ID)) ?? null;
      const { state, outcome } = machine.attempt(row, { key: TOTP, code: text, now });
      if (state === row || (await store.swap(ID, row, state, null))) return outcome;
    }
  });
const elsewhere = attempt((guard) =>
  guard.attempt({ subject: ID, key: { ...TOTP, secret: later(SECRET) }, code: code(0) }),
);

interface Situation extends Omit<WorldOptions, "now" | "record" | "processes"> {
  /** What each process does. */
  readonly processes: readonly (readonly Act[])[];
  readonly policy?: GuardPolicy;
  /** What was done before, without anything going wrong. */
  readonly past?: readonly Act[];
  /** Whether the owner gets in later on, with the code of that moment. */
  readonly honest?: boolean;
}

/** The record after these acts. */
async function recordAfter(acts: readonly Act[], policy: GuardPolicy, record: string | null = null) {
  let text = record;
  const store = {
    get: async () => text,
    swap: async (_: string, expected: string | null, to: string | null) => {
      if (text !== expected) return false;
      text = to;
      return true;
    },
  };
  const run = async (act: Act, now: number) => act.run(createGuard({ ...policy, store, clock: () => now }), store, now);
  for (const act of acts) await run(act, NOW - 1000);
  return { text, run };
}

async function scenarioOf(situation: Situation): Promise<Scenario> {
  const { processes, policy = {}, past = [], honest = false, ...rest } = situation;
  const { text } = await recordAfter(past, policy);
  const callOf =
    ({ run }: Act): Call =>
    (store, clock) =>
      run(createGuard({ ...policy, store, clock }), store, clock());
  const askedBy = (by: string): Asked => {
    const [process, call] = by.split(".").map(Number);
    return processes[process ?? 0]?.[call ?? 0]?.asked ?? "status";
  };
  const afterwards = async (world: World) => {
    if (!honest) return;
    const { run } = await recordAfter([], policy, world.record);
    expect(await run(typed(code(A_DAY)), NOW + A_DAY * STEP)).toMatchObject({ ok: true });
  };
  const calls = processes.map((acts) => acts.map(callOf));
  return { ...rest, now: NOW, record: text, processes: calls, check: guardInvariants(askedBy, policy), afterwards };
}

const failed = (times: number) => Array<Act>(times).fill(wrong);

type Named = readonly [name: string, situation: Situation];

/** Far more than it takes: an endless search is to fail by name. */
const LONG = 600_000;

function exhaustively(situations: readonly Named[], common: Partial<Situation>): void {
  it.each(situations)(
    "%s",
    async (_, situation) => {
      const runs = await explore(await scenarioOf({ ...common, ...situation }));
      expect(runs).toBeGreaterThan(10);
    },
    LONG,
  );
}

describe("three calls at once, two things going wrong", () => {
  exhaustively(
    [
      [
        "the same right code in all of them (trap 6)",
        { processes: [[right], [right], [right]], alike: true, honest: true },
      ],
      [
        "a wrong code at the edge of the wait in all of them (trap 23)",
        { processes: [[wrong], [wrong], [wrong]], alike: true, past: failed(3), honest: true },
      ],
      ["the right code, the next one and the removal", { processes: [[right], [next], [forget]] }],
    ],
    { faults: 2 },
  );
});

describe("three calls at once, one thing going wrong", () => {
  exhaustively(
    [
      ["the right code, a wrong one and an unlock", { processes: [[right], [wrong], [unlock]], past: failed(4) }],
      ["HOTP: the same code twice, and the next one", { processes: [[pressed(0)], [pressed(0)], [pressed(1)]] }],
      ["a resynchronisation with the codes that others type (trap 16)", { processes: [[resync], [right], [next]] }],
      ["a code that was used, a new one and a wrong one", { past: [right], processes: [[right], [next], [wrong]] }],
      ["a step back: the next code, and the one before it twice (trap 7)", { processes: [[next], [right], [right]] }],
      ["a wrong code, an unlock and a look", { past: failed(6), processes: [[wrong], [unlock], [status]] }],
      ["two calls in one process, one in another", { processes: [[right, wrong], [right]] }],
    ],
    { faults: 1 },
  );
});

describe("two calls at once, two things going wrong, replies that take their time", () => {
  exhaustively(
    [
      ["the same right code", { processes: [[right], [right]], alike: true, honest: true }],
      ["a right code and a wrong one", { processes: [[right], [wrong]], past: failed(3) }],
      ["a handle that signs elsewhere", { processes: [[elsewhere], [elsewhere]], alike: true }],
      ["a right code and the removal", { processes: [[right], [forget]] }],
    ],
    { faults: 2, split: true },
  );
});

describe("the clock jumps whenever it likes", () => {
  exhaustively(
    [
      ["forwards by a step, then back by two", { processes: [[right], [next]], ticks: [STEP, -2 * STEP], faults: 1 }],
      ["back by a step among three calls", { processes: [[right], [next], [wrong]], ticks: [-STEP] }],
      [
        "back by a day while a guard waits",
        { processes: [[wrong], [right]], past: failed(6), ticks: [-A_DAY * STEP], faults: 1 },
      ],
      [
        "by two months, and the marker is dropped",
        { processes: [[right], [right], [forget]], ticks: [60 * A_DAY * STEP], drops: true, faults: 1 },
      ],
    ],
    {},
  );
});

describe("two authenticators under one budget, one thing going wrong", () => {
  exhaustively(
    [
      ["a code of each and a wrong one", { processes: [[phone], [token, neither]], honest: true }],
      ["both codes of the phone and the token's", { processes: [[phone], [phoneNext], [token]], past: [neither] }],
      ["the token's codes, the later one first", { processes: [[tokenNext], [token], [phone]], past: [phone] }],
      ["one is removed while both are used", { processes: [[phone], [token], [removal("phone")]], past: [token] }],
      [
        "a code and the removal of its authenticator, while the other one is used",
        { processes: [[phone, removal("phone")], [tokenNext]] },
      ],
      ["a resynchronisation of the token", { processes: [[resyncToken], [token, phone]] }],
    ],
    { faults: 1 },
  );
});

describe("the budget of 30 days", () => {
  exhaustively(
    [
      ["the last guess, three times", { processes: [[neither], [neither], [neither]], past: [neither], alike: true }],
      [
        "guesses between the owner's log-ins",
        {
          processes: [
            [neither, neither],
            [phone, neither],
          ],
        },
      ],
      ["guesses while support unlocks", { processes: [[neither, neither], [unlock]], past: [neither] }],
      ["guesses while the subject is forgotten", { processes: [[neither, token], [forget]], past: [neither] }],
    ].map(([name, situation]) => [name, { ...(situation as Situation), policy: MONTHLY }] as Named),
    { faults: 1 },
  );

  it("is used up by two guesses, however many are made at the same time and whatever the owner does", async () => {
    const processes = [[neither, neither], [phone, tokenNext], [neither]];
    const scenario = await scenarioOf({ processes, policy: MONTHLY });
    const most: number[] = [];
    const check = (history: History) => {
      scenario.check(history);
      const reasons = history.answers.map(({ value }) => (value as { reason?: string }).reason);
      most.push(reasons.filter((reason) => reason === "mismatch").length);
      if (reasons.length === 5) expect(reasons.filter((reason) => reason === "throttled").length).toBeGreaterThan(0);
    };
    await explore({ ...scenario, check });
    expect(Math.max(...most)).toBe(2);
  });
});

describe("a store and a host with a transaction of its own on one row, and the store's write goes wrong", () => {
  const [rightInTransaction, wrongInTransaction] = [inTransaction(code(0)), inTransaction(WRONG)];
  exhaustively(
    [
      ["the same right code", { processes: [[right], [rightInTransaction]] }],
      ["a right code and wrong ones", { processes: [[right], [wrongInTransaction], [wrongInTransaction]] }],
      ["a right code, a wrong one and another store", { processes: [[right], [wrongInTransaction], [next]] }],
      [
        "a row that a machine wrote",
        { processes: [[right], [wrongInTransaction], [wrong]], past: [wrongInTransaction] },
      ],
    ],
    { faults: 1, only: /^process 0: swap/ },
  );
});

describe("a record names its last four writes", () => {
  const patient = { attempts: { freeFailures: 20 } };
  const busy = Array<Act>(4).fill(wrong);

  it("a call whose reply was lost, and which finds four later writes, rejects because it cannot know", async () => {
    const answers: Answer[] = [];
    const situation = { processes: [[right], busy], policy: patient, faults: 1, only: /reply is lost/ };
    const scenario = await scenarioOf(situation);
    await explore({ ...scenario, check: (history) => [scenario.check(history), answers.push(...history.answers)] });
    expect(answers).toContainEqual({ by: "0.0", error: refusal("store-uncertain") });
    expect(answers).toContainEqual({ by: "0.0", value: expect.objectContaining({ ok: true }) });
  });

  it("who was not the fastest, and whose code is too old by then, is refused without a doubt", async () => {
    await explore(await scenarioOf({ processes: [[right], busy], policy: patient, ticks: [3 * STEP] }));
  });
});

describe("more calls than can be tried in every order", () => {
  const situations: readonly Named[] = [
    ["six times the same right code", { processes: Array<Act[]>(6).fill([right]), alike: true, honest: true }],
    [
      "six wrong codes at the edge of the wait",
      { processes: Array<Act[]>(6).fill([wrong]), past: failed(2), honest: true },
    ],
    [
      "a bit of everything",
      { processes: [[right], [wrong, next], [unlock], [right], [forget], [resync]], past: failed(3) },
    ],
    [
      "the budget of 30 days, and the owner in between",
      { processes: [[neither], [neither], [neither, phone], [token], [neither], [neither]], policy: MONTHLY },
    ],
    ["HOTP", { processes: [[pressed(0)], [pressed(1)], [pressed(0)], [pressed(2)], [unlock]] }],
  ];
  it.each(situations)(
    "%s",
    async (_, situation) => {
      const scenario = await scenarioOf({ ...situation, faults: 2, split: true, ticks: [STEP, -STEP, 2 * STEP] });
      await exploreAtRandom(scenario, 2000);
    },
    LONG,
  );
});
