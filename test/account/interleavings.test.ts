// Confirm-with-replace, verify, a recovery code, trust and forget of one user, at the same time from several processes: every order of
// their store operations, with faults on the way (see test/concurrency/interleavings.test.ts).
import { isOtpError, type TotpKey, totp } from "otp-core";
import { type Accounts, createAccounts, type Seal } from "otp-core/account";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { type AccountState, readState } from "../../src/account/state.ts";
import { explore, exploreAtRandom, type Scenario } from "../concurrency/explore.ts";
import { stateOf } from "../concurrency/invariants.ts";
import type { Call, ExploredStore, History, World, WorldOptions, Write } from "../concurrency/simulated-store.ts";
import { PEPPER, START, SUBJECT } from "../support/accounts.ts";

const STEP = 30_000;
const MINUTE = 60_000;
const LONG = 120_000;
/** A record names its last four writes. */
const REMEMBERED = 4;
const OLD_PHONE = "old-phone";
const OLD_KEY: TotpKey<string> = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };

/** It hides nothing, because a simulated runtime has no WebCrypto. test/account/key-box.test.ts proves the key box. */
const seal: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (sealed) => Uint8Array.from(sealed.split("."), Number),
};

/** The user before the calls begin: the old phone is confirmed, the new one is proposed. */
interface Prepared {
  readonly record: string | null;
  readonly newPhone: string;
  readonly keys: { readonly old: TotpKey<string>; readonly new: TotpKey<string> };
  readonly recoveryCodes: readonly string[];
  readonly deviceToken: string;
  /** A code that was sent two minutes ago. */
  readonly sentCode: string;
}

type Asked = "confirm" | "attempt" | "send" | "trust" | "forget";

interface Act {
  readonly asked: Asked;
  readonly run: (accounts: Accounts, user: Prepared, deliver: ExploredStore["deliver"]) => Promise<unknown>;
}

interface Situation extends Omit<WorldOptions, "now" | "record" | "processes"> {
  readonly processes: readonly (readonly Act[])[];
  /** What was done before, without anything going wrong. */
  readonly past?: readonly Act[];
  /** Mistake: accounts of another make. */
  readonly make?: Make;
}

type Make = (store: ExploredStore, clock: () => number) => Accounts;

const type = (phone: "old" | "new", steps = 0): Act => ({
  asked: "attempt",
  run: (accounts, { keys }) =>
    accounts.attempt({ subject: SUBJECT, code: totp(keys[phone], { now: START + steps * STEP }) }),
});
const [oldCode, newCode, nextCode] = [type("old"), type("new"), type("old", 1)];
const confirm: Act = {
  asked: "confirm",
  run: (accounts, { newPhone, keys }) =>
    accounts.confirm({
      subject: SUBJECT,
      authenticator: newPhone,
      code: totp(keys.new, { now: START }),
      replaces: OLD_PHONE,
    }),
};
const recover: Act = {
  asked: "attempt",
  run: (accounts, { recoveryCodes }) => accounts.attempt({ subject: SUBJECT, code: recoveryCodes[0] }),
};
const onDevice: Act = {
  asked: "attempt",
  run: (accounts, { keys, deviceToken }) =>
    accounts.attempt({ subject: SUBJECT, code: totp(keys.old, { now: START }), deviceToken }),
};
const LOGIN = { subject: SUBJECT, purpose: "login" };
const sentCode: Act = {
  asked: "attempt",
  run: (accounts, { sentCode }) => accounts.attempt({ ...LOGIN, code: sentCode }),
};
/** Two channels. Each may fail, hang, and send the message all the same. */
const send: Act = {
  asked: "send",
  run: (accounts, _, deliver) =>
    accounts.send({
      ...LOGIN,
      deliver: [
        { channel: "sms", deliver: () => deliver("sms") },
        { channel: "mail", deliver: () => deliver("mail") },
      ],
    }),
};
const trust: Act = { asked: "trust", run: (accounts) => accounts.trust({ subject: SUBJECT }) };
const forget: Act = { asked: "forget", run: (accounts) => accounts.forget(SUBJECT) };

function accountsOver(store: Store, clock: () => number): Accounts {
  return createAccounts({ store, clock, pepper: PEPPER, seal, recovery: { count: 3 } });
}

/** A store of one record. */
function storeOf(record: string | null): Store & { readonly record: () => string | null } {
  let text = record;
  return {
    record: () => text,
    get: async () => text,
    swap: async (_, expected, next) => {
      if (text !== expected) return false;
      text = next;
      return true;
    },
  };
}

async function prepare(past: readonly Act[]): Promise<Prepared> {
  const store = storeOf(null);
  const before = accountsOver(store, () => START - 2 * MINUTE);
  const old = OLD_KEY;
  await before.adopt({ subject: SUBJECT, key: old, authenticator: OLD_PHONE });
  const recoveryCodes = await before.generateRecoveryCodes(SUBJECT);
  await before.verify({ subject: SUBJECT, code: totp(old, { now: START - 2 * MINUTE }) });
  const { deviceToken = "" } = (await before.trust({ subject: SUBJECT })) ?? {};
  const { authenticator, secret } = await before.propose({ subject: SUBJECT, issuer: "Example", account: "alice" });
  const sent: string[] = [];
  await before.send({ ...LOGIN, deliver: (code) => void sent.push(code) });
  const [sentCode = ""] = sent;
  const keys = { old, new: { type: "totp", secret } as const };
  const user = { newPhone: authenticator, keys, recoveryCodes, deviceToken, sentCode };
  const accounts = accountsOver(store, () => START - MINUTE);
  for (const { run } of past) await run(accounts, { record: null, ...user }, async () => "");
  return { record: store.record(), ...user };
}

/** What a record says, as far as these calls are concerned. */
interface View {
  readonly phones: readonly string[];
  /** The last accepted step of each phone. */
  readonly steps: ReadonlyMap<string, number>;
  readonly usedRecoveryCodes: number;
  /** By the nonce of each sent code: whether it was used. */
  readonly sentCodes: ReadonlyMap<string, boolean>;
  readonly sends: number;
  readonly devices: number;
  readonly trustableAt: number | null;
  readonly isForgotten: boolean;
  readonly isEmpty: boolean;
}

/** One look at each text, because the explorer meets the same texts again and again. */
const views = new Map<string | null, View>();

function lookAt(record: string | null): View {
  const state = stateOf(record);
  const view = views.get(state) ?? viewOf(readState(state));
  views.set(state, view);
  return view;
}

function viewOf({ authenticators, proposals, recovery, sent, devices, trustableAt, usedUntil }: AccountState): View {
  const codes = sent.flatMap(({ codes }) => codes.codes);
  const steps = authenticators.flatMap(({ authenticator, position }) =>
    position?.method === "totp" ? [[authenticator, position.step] as const] : [],
  );
  return {
    phones: authenticators.map(({ authenticator }) => authenticator),
    steps: new Map(steps),
    usedRecoveryCodes: (recovery?.used ?? []).filter((used) => used).length,
    sentCodes: new Map(codes.map(({ nonce, state }) => [nonce, state === "used"])),
    sends: sent.reduce((sum, { codes }) => sum + codes.sends.length, 0),
    devices: devices.length,
    trustableAt,
    isForgotten: usedUntil !== null,
    isEmpty: [...authenticators, ...proposals, ...devices].length === 0 && recovery === null && trustableAt === null,
  };
}

/** What must be true at every moment. */
function invariants(asked: (by: string) => Asked, { newPhone }: Prepared): (history: History) => void {
  const isEitherPhone = ({ phones }: View) => phones.length === 1 && [OLD_PHONE, newPhone].includes(phones[0] ?? "");
  return ({ writes, answers, messages, faults, failovers, thrown, deceived }) => {
    /** What was used up, and the calls that did so. */
    const used = new Set<string>();
    const accepted = new Set<string>();
    const moved = new Set<string>();
    const trusted = new Set<string>();
    const sent = new Set<string>();
    const forgot = new Set<string>();
    for (const { by, before, after } of writes as readonly Write[]) {
      const [was, is] = [lookAt(before), lookAt(after)];
      if (was.isForgotten && !is.isForgotten) throw new Error(`${by} loses that the user was forgotten`);
      if (is.isForgotten && !is.isEmpty) throw new Error(`${by} leaves something of a forgotten user`);
      if (!is.isForgotten && !isEitherPhone(is)) throw new Error(`${by} leaves the phones [${is.phones}]`);
      if (is.isForgotten && !was.isForgotten && asked(by) !== "forget") throw new Error(`${by} forgets`);
      if (asked(by) === "forget") forgot.add(by);
      if (was.phones[0] === newPhone && is.phones[0] === OLD_PHONE) throw new Error(`${by} brings the old phone back`);
      if (was.phones[0] === OLD_PHONE && is.phones[0] === newPhone) {
        if (asked(by) !== "confirm") throw new Error(`${by} replaces a phone`);
        moved.add(by);
      }
      const news = [...is.steps]
        .filter(([phone, step]) => was.steps.get(phone) !== step)
        .map(([phone, step]) => `step ${step} of ${phone}`);
      for (const [phone, step] of was.steps) {
        if (step > (is.steps.get(phone) ?? step)) throw new Error(`${by} goes back to an earlier step`);
        if (is.phones.includes(phone) && !is.steps.has(phone)) throw new Error(`${by} loses a step`);
      }
      if (is.usedRecoveryCodes < was.usedRecoveryCodes && !is.isForgotten) throw new Error(`${by} gives a code back`);
      if (is.usedRecoveryCodes > was.usedRecoveryCodes) news.push("the recovery code");
      for (const [nonce, isUsed] of is.sentCodes) {
        if (isUsed && was.sentCodes.get(nonce) !== true) news.push(`the sent code ${nonce}`);
        if (!isUsed && was.sentCodes.get(nonce) === true) throw new Error(`${by} gives a sent code back`);
      }
      if (is.sends < was.sends && !is.isForgotten) throw new Error(`${by} gives a send back`);
      if (is.sends > was.sends) sent.add(by);
      if (news.length > 1) throw new Error(`${by} uses up ${news}`);
      for (const name of news) {
        if (used.has(name)) throw new Error(`${by} accepts ${name} a second time`);
        used.add(name);
        accepted.add(by);
        if (asked(by) === "attempt" && is.trustableAt === null) throw new Error(`${by} cannot be followed by trust`);
      }
      if (is.devices > was.devices) {
        if (asked(by) !== "trust" || was.trustableAt === null) throw new Error(`${by} trusts without an acceptance`);
        if (is.trustableAt !== null) throw new Error(`${by} can trust twice`);
        trusted.add(by);
      }
    }
    const effects = { confirm: moved, attempt: accepted, send: sent, trust: trusted, forget: forgot };
    for (const { by } of messages) if (!sent.has(by)) throw new Error(`${by} delivers a code that is not stored`);
    for (const answer of answers) {
      const { by } = answer;
      const isDone = effects[asked(by)].has(by);
      if ("error" in answer) {
        if (faults === 0) throw new Error(`${by} failed though nothing went wrong: ${String(answer.error)}`);
        const isUndelivered =
          asked(by) === "send" && isOtpError(answer.error) && answer.error.code === "delivery-failed";
        if (isUndelivered && isDone && messages.filter((message) => message.by === by).length === 2) continue;
        if (!isOtpError(answer.error) || !["store-failed", "store-uncertain"].includes(answer.error.code))
          throw new Error(`${by} failed with ${String(answer.error)}`);
        if (answer.error.code !== "store-uncertain" && isDone) throw new Error(`${by} hides its effect`);
        continue;
      }
      const value = answer.value as { readonly ok?: boolean } | null | undefined;
      const isYes = asked(by) === "forget" || (value !== null && value?.ok !== false);
      if (isYes && !isDone) throw new Error(`${by} says yes, and nothing of it is stored`);
      // The call cannot know better, see test/concurrency/invariants.ts.
      const buried = deceived.has(by) && writes.length - writes.findIndex((write) => write.by === by) > REMEMBERED;
      const revived = failovers > 0 && thrown.has(by);
      if (!isYes && isDone && !buried && !revived) throw new Error(`${by} says no, but its effect is stored`);
    }
  };
}

/** Once all is quiet: exactly the phone that is stored gets the user in, and after `forget` nothing does. */
async function judgeAfterwards(world: World, user: Prepared): Promise<void> {
  const { isForgotten, phones } = lookAt(world.record);
  const later = START + 2 * STEP;
  const isAccepted = (code: string | undefined, now = later, deviceToken?: string) =>
    accountsOver(storeOf(world.record), () => now).verify({ subject: SUBJECT, code, deviceToken });
  const { keys, recoveryCodes, deviceToken, newPhone } = user;
  const results = {
    old: await isAccepted(totp(keys.old, { now: later })),
    new: await isAccepted(totp(keys.new, { now: later })),
    recovery: await isAccepted(recoveryCodes[1]),
    oldOnDevice: await isAccepted(totp(keys.old, { now: later }), later, deviceToken),
    usedBefore: await isAccepted(totp(keys.new, { now: START }), START),
  };
  const { usedBefore, ...others } = results;
  const isOld = !isForgotten && phones[0] === OLD_PHONE;
  const isNew = !isForgotten && phones[0] === newPhone;
  expect(others).toEqual({ old: isOld, new: isNew, recovery: !isForgotten, oldOnDevice: isOld });
  expect(usedBefore).toBe(false);
}

async function scenarioOf(situation: Situation): Promise<Scenario> {
  const { processes, past = [], make = accountsOver, ...rest } = situation;
  const user = await prepare(past);
  const calls = processes.map((acts) =>
    acts.map(
      ({ run }): Call =>
        (store, clock) =>
          run(make(store, clock), user, store.deliver),
    ),
  );
  const askedBy = (by: string): Asked => {
    const [process = 0, call = 0] = by.split(".").map(Number);
    return processes[process]?.[call]?.asked ?? "attempt";
  };
  const check = invariants(askedBy, user);
  const judged = new Set<string | null>();
  const afterwards = async (world: World) => {
    const state = stateOf(world.record);
    if (!judged.has(state)) await judgeAfterwards(world, user);
    judged.add(state);
  };
  return { ...rest, now: START, record: user.record, processes: calls, check, afterwards };
}

type Named = readonly [name: string, situation: Situation];

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

describe("an account, three calls at the same time, one fault", () => {
  exhaustively(
    [
      ["the phone is replaced while both phones are used", { processes: [[confirm], [oldCode], [newCode]] }],
      ["the phone is replaced twice while the old one is used", { processes: [[confirm], [confirm], [oldCode]] }],
      [
        "the phone is replaced while a recovery code is used, and a device trusted",
        { processes: [[confirm], [recover], [trust]] },
      ],
      [
        "the phone is replaced, the old one is used, and the user is forgotten",
        { processes: [[confirm], [oldCode], [forget]] },
      ],
      ["a recovery code is used twice while the user is forgotten", { processes: [[recover], [forget], [recover]] }],
      [
        "two devices are trusted after one code, and the user is forgotten",
        { processes: [[trust], [trust], [forget]], past: [type("old", -2)] },
      ],
      [
        "a code is used with and without a device while the phone is replaced",
        { processes: [[onDevice], [oldCode], [confirm]] },
      ],
    ],
    { faults: 1, only: /is lost|second reply is false|may arrive late/ },
  );
});

describe("an account whose sent code is typed, while", () => {
  exhaustively(
    [
      ["it is typed again, and a reply is lost", { processes: [[sentCode], [sentCode]], only: /is lost/ }],
      ["another code is sent on channels that fail or hang", { processes: [[sentCode], [send]] }],
      ["another code is sent, and the user is forgotten", { processes: [[sentCode], [send], [forget]], faults: 0 }],
    ],
    { faults: 1, only: /deliver|is lost/ },
  );
});

describe("an account, four calls at the same time, no fault", () => {
  exhaustively(
    [
      ["confirm, verify, trust and forget", { processes: [[confirm], [oldCode], [trust], [forget]] }],
      ["confirm, a recovery code, trust and forget", { processes: [[confirm], [recover], [trust], [forget]] }],
    ],
    {},
  );
});

describe("an account, two calls at the same time, one fault, replies that take their time", () => {
  exhaustively(
    [
      ["the phone is replaced while the old one is used", { processes: [[confirm], [oldCode]] }],
      ["the phone is replaced, and the user is forgotten", { processes: [[confirm], [forget]] }],
    ],
    { faults: 1, split: true },
  );
});

describe("an account, a lost reply and a failover", () => {
  exhaustively(
    [
      ["the phone is replaced while the old one is used", { processes: [[confirm], [oldCode, nextCode]] }],
      ["a code is used, a device is trusted, and the user is forgotten", { processes: [[oldCode, trust], [forget]] }],
      ["a recovery code is used twice while the phone is replaced", { processes: [[recover], [recover], [confirm]] }],
    ],
    { faults: 1, failovers: 1, only: /is lost/ },
  );
});

const support = (run: Act["run"]): Act => ({ asked: "forget", run });
const remove = support((accounts) => accounts.remove({ subject: SUBJECT, authenticator: OLD_PHONE }));
const adoptAs = (authenticator: string) =>
  support((accounts) => accounts.adopt({ subject: SUBJECT, authenticator, key: OLD_KEY }));

describe("an account whose key is removed and adopted again: its code is accepted once", () => {
  it.each<Named>([
    ["while it is typed twice", { processes: [[oldCode], [remove], [adoptAs(OLD_PHONE)], [oldCode]] }],
    ["under another id", { processes: [[oldCode], [remove], [adoptAs("again")], [oldCode]] }],
    [
      "under two ids at the same time",
      { processes: [[adoptAs("a")], [adoptAs("b")], [oldCode, oldCode]], past: [remove] },
    ],
    [
      "and replies are lost",
      {
        processes: [
          [oldCode, oldCode],
          [remove, adoptAs("again")],
        ],
        faults: 1,
        only: /is lost/,
      },
    ],
    [
      "and a failover",
      {
        processes: [
          [oldCode, oldCode],
          [remove, adoptAs("again")],
        ],
        faults: 1,
        failovers: 1,
        only: /is lost/,
      },
    ],
  ])(
    "%s",
    async (_, situation) => {
      let accepted = 0;
      const check = ({ answers, faults }: History) => {
        const ok = answers.filter(({ value }) => (value as { readonly ok?: boolean } | undefined)?.ok === true).length;
        const failed = answers.some((answer) => "error" in answer);
        if (ok > 1) throw new Error("a code was accepted twice");
        if (failed && faults === 0) throw new Error("a call failed though nothing went wrong");
        accepted = Math.max(accepted, ok);
      };
      const scenario = await scenarioOf(situation);
      await explore({ ...scenario, check, afterwards: async () => {} });
      expect(accepted).toBe(1);
    },
    LONG,
  );
});

describe("the explorer finds the mistake of", () => {
  const replaced: Situation = { processes: [[confirm], [oldCode], [nextCode]], faults: 1, only: /is lost|get fails/ };
  /** Once all is quiet: if the user was told that the new phone is confirmed, the old phone is worth nothing. */
  const judgeOldPhone = async ({ history, record }: World) => {
    const isReplaced = history.answers.some(({ by, value }) => by === "0.0" && value !== null && value !== undefined);
    if (!isReplaced) return;
    const code = totp(OLD_KEY, { now: START + 2 * STEP });
    const works = await accountsOver(storeOf(record), () => START + 2 * STEP).verify({ subject: SUBJECT, code });
    if (works) throw new Error("a replaced phone still works");
  };
  const onlyOldPhone = async (situation: Situation): Promise<Scenario> => {
    const judged = new Set<string>();
    const afterwards = async (world: World) => {
      const known = `${stateOf(world.record)} ${JSON.stringify(world.history.answers)}`;
      if (!judged.has(known)) await judgeOldPhone(world);
      judged.add(known);
    };
    return { ...(await scenarioOf(situation)), check: () => {}, afterwards };
  };

  const mistakes: readonly (readonly [name: string, broken: RegExp, make: Make])[] = [
    [
      "a new phone that is added, while the old one stays",
      /leaves the phones/,
      (store, clock) => {
        const accounts = accountsOver(store, clock);
        return { ...accounts, confirm: (request) => accounts.confirm({ ...request, replaces: undefined }) };
      },
    ],
    [
      "a log-in that writes the phones as it has read them, whatever happened in between",
      /brings the old phone back/,
      (store, clock) => {
        const swap: Store["swap"] = async (_, __, next) => {
          await store.put(next);
          return true;
        };
        return { ...accountsOver(store, clock), attempt: accountsOver({ ...store, swap }, clock).attempt };
      },
    ],
    [
      "a removal after the confirmation, whose failure is not told",
      /leaves the phones/,
      (store, clock) => {
        const accounts = accountsOver(store, clock);
        const confirmThenRemove: Accounts["confirm"] = async ({ replaces = "", ...request }) => {
          const confirmed = await accounts.confirm(request);
          await accounts.remove({ subject: request.subject, authenticator: replaces }).catch(() => false);
          return confirmed;
        };
        return { ...accounts, confirm: confirmThenRemove };
      },
    ],
  ];
  it.each(mistakes)(
    "%s: a replaced phone still works",
    async (_, broken, make) => {
      await expect(explore(await onlyOldPhone({ ...replaced, make }))).rejects.toThrow("a replaced phone still works");
      await expect(explore(await scenarioOf({ ...replaced, make }))).rejects.toThrow(broken);
    },
    LONG,
  );

  it(
    "nothing in the accounts as they are: a replaced phone never works",
    async () => {
      expect(await explore(await onlyOldPhone(replaced))).toBeGreaterThan(1000);
    },
    LONG,
  );
});

it(
  "an account, more calls than can be tried in every order",
  async () => {
    const processes = [[confirm, newCode], [oldCode, trust], [recover], [onDevice], [nextCode, trust], [forget]];
    await exploreAtRandom(await scenarioOf({ processes, faults: 2, split: true }), 300);
    // Sends come last: a call that delivers lets the next one of its process begin.
    const sending = [[confirm], [oldCode, send], [sentCode], [sentCode, trust], [send], [forget]];
    await exploreAtRandom(await scenarioOf({ processes: sending, faults: 2, split: true }), 100);
  },
  LONG,
);
