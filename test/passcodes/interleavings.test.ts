// Codes that are sent and recovery codes, asked for and redeemed at the same time from several processes, through every order of
// what they ask of the store, with things going wrong on the way (see interleavings.test.ts).
import { isOtpError } from "otp-core";
import { createPasscodes, type Passcodes } from "otp-core/passcodes";
import { createRecoveryCodes, type RecoveryCodes } from "otp-core/recovery";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { explore, exploreAtRandom, type Scenario } from "../concurrency/explore.ts";
import { stateOf } from "../concurrency/invariants.ts";
import type { Call, History, WorldOptions, Write } from "../concurrency/simulated-store.ts";

const NOW = 1_800_000_000_000;
const pepper = new Uint8Array(32).fill(7);
const TARGET = { subject: "user-1", purpose: "login" };
const LONG = 120_000;
/** A record names its last four writes. */
const REMEMBERED = 4;

/** What a state of either kind says. */
interface View {
  /** Which code or set it is about. */
  readonly nonce: string;
  /** One flag for each of its codes. */
  readonly used: string;
  readonly failures: number;
  readonly closed: boolean;
}

type Read = (state: string | null) => View;

const view = (nonce = "-", used = "-", failures = "0", failedAt = "-"): View => {
  const count = Number(failures);
  const wait = count > 4 ? 30_000 * 2 ** (count - 5) : 0;
  return { nonce, used, failures: count, closed: failedAt !== "-" && Number(failedAt) + wait > NOW };
};
const readPasscode: Read = (state) => {
  const [, nonce, , , , used, failures, failedAt] = (state ?? "").split(",");
  return view(nonce, used, failures, failedAt);
};
const readRecovery: Read = (state) => {
  const [, nonce, , , used, failures, failedAt] = (state ?? "").split(",");
  return view(nonce, used, failures, failedAt);
};

type Asked = "redeem" | "issue" | "other";

interface Act<Service> {
  readonly asked: Asked;
  readonly run: (service: Service, code: string, deliver: () => void) => Promise<unknown>;
}

interface Situation<Service> extends Omit<WorldOptions, "now" | "record" | "processes"> {
  readonly processes: readonly (readonly Act<Service>[])[];
  readonly past?: readonly Act<Service>[];
}

/** What must be true at every moment. */
function invariants(read: Read, asked: (by: string) => Asked, deliveries: ReadonlyMap<string, number>) {
  return ({ writes, answers, faults, deceived }: History) => {
    const redeemed = new Set<string>();
    const accepted = new Set<string>();
    const counted = new Set<string>();
    for (const { by, before, after } of writes as readonly Write[]) {
      const [was, is] = [read(stateOf(before)), read(stateOf(after))];
      if (is.failures > was.failures + 1) throw new Error("one write counts more than one failure");
      if (is.failures > was.failures) counted.add(by);
      if (was.closed && (is.failures > was.failures || (was.nonce === is.nonce && was.used !== is.used)))
        throw new Error(`${by} was looked at while it waits`);
      if (asked(by) === "issue" && is.failures !== was.failures) throw new Error(`${by} resets the guesses`);
      if (was.nonce !== is.nonce) {
        if (asked(by) === "redeem") throw new Error(`${by} has changed the code`);
        continue;
      }
      for (let i = 0; i < is.used.length; i++) {
        if (was.used[i] === "1" && is.used[i] === "0") throw new Error(`${by} gives a used code back`);
        if (was.used[i] === is.used[i]) continue;
        if (redeemed.has(`${is.nonce}.${i}`)) throw new Error("a code was redeemed twice");
        redeemed.add(`${is.nonce}.${i}`);
        accepted.add(by);
      }
    }
    for (const answer of answers) {
      const { by } = answer;
      const delivered = deliveries.get(by) ?? 0;
      const buried = deceived.has(by) && writes.length - writes.findIndex((write) => write.by === by) > REMEMBERED;
      if ("error" in answer) {
        if (faults === 0) throw new Error(`${by} failed though nothing went wrong: ${String(answer.error)}`);
        if (!isOtpError(answer.error)) throw new Error(`${by} failed with ${String(answer.error)}`);
        if (answer.error.code !== "store-uncertain" && accepted.has(by)) throw new Error(`${by} hides its acceptance`);
        if (delivered > 0) throw new Error(`${by} sent a code though it failed`);
        continue;
      }
      const { ok, reason } = (answer.value ?? {}) as { ok?: boolean; reason?: string };
      if (asked(by) === "redeem") {
        if (ok && !accepted.has(by)) throw new Error(`${by} is ok, but no acceptance of it is stored`);
        if (!ok && accepted.has(by) && !buried) throw new Error(`${by} is ${reason}, but redeemed`);
        if (!ok && !["replayed", "throttled"].includes(reason ?? "") && !counted.has(by))
          throw new Error(`${by} is ${reason}, which nobody counted`);
      }
      if (asked(by) === "issue" && ok !== undefined) {
        if (delivered !== (ok ? 1 : 0)) throw new Error(`${by} is ${ok} and was delivered ${delivered} times`);
        if (ok && !writes.some((write) => write.by === by)) throw new Error(`${by} was sent and not stored`);
      }
    }
  };
}

type Make<Service> = (store: Store, clock: () => number) => Service;

/** The record after what `acts` does, without anything going wrong. */
async function recordAfter(record: string | null, acts: (store: Store) => Promise<void>): Promise<string | null> {
  let text = record;
  await acts({
    get: async () => text,
    swap: async (_, expected, next) => {
      if (text !== expected) return false;
      text = next;
      return true;
    },
  });
  return text;
}

/** A record, and the code or codes that it is about. */
interface Prepared {
  readonly record: string | null;
  readonly code: string;
}

async function scenarioOf<Service>(
  situation: Situation<Service>,
  read: Read,
  make: Make<Service>,
  prepared: Prepared,
): Promise<Scenario> {
  const { processes, past = [], ...rest } = situation;
  const record = await recordAfter(prepared.record, async (store) => {
    const service = make(store, () => NOW - 60_000);
    for (const { run } of past) await run(service, prepared.code, () => {});
  });
  const deliveries = new Map<string, number>();
  const calls = processes.map((acts, process) =>
    acts.map(
      ({ run }, i): Call =>
        (store, clock) => {
          const by = `${process}.${i}`;
          deliveries.set(by, 0);
          return run(make(store, clock), prepared.code, () => deliveries.set(by, (deliveries.get(by) ?? 0) + 1));
        },
    ),
  );
  const askedBy = (by: string): Asked => {
    const [process, call] = by.split(".").map(Number);
    return processes[process ?? 0]?.[call ?? 0]?.asked ?? "other";
  };
  return { ...rest, now: NOW, record, processes: calls, check: invariants(read, askedBy, deliveries) };
}

// ---- codes that are sent

const passcodesOf: Make<Passcodes> = (store, clock) => createPasscodes({ store, clock, pepper });
const redeem = (typed?: string): Act<Passcodes> => ({
  asked: "redeem",
  run: (service, code) => service.redeem({ ...TARGET, code: typed ?? code }),
});
const right = redeem();
// In another context, so that it is never the right one by chance.
const wrong: Act<Passcodes> = {
  asked: "redeem",
  run: (service, code) => service.redeem({ ...TARGET, context: "another login", code }),
};
const issue: Act<Passcodes> = {
  asked: "issue",
  run: (service, _, deliver) => service.issue({ ...TARGET, deliver }),
};
const forget: Act<Passcodes> = { asked: "other", run: (service) => service.forget(TARGET) };
const unlock: Act<Passcodes> = { asked: "other", run: (service) => service.unlock(TARGET) };
const failed = (times: number) => Array<Act<Passcodes>>(times).fill(wrong);

/** A code that was sent two minutes ago. */
async function sentCode(): Promise<Prepared> {
  let code = "";
  const record = await recordAfter(null, async (store) => {
    await passcodesOf(store, () => NOW - 120_000).issue({ ...TARGET, deliver: (sent) => (code = sent) });
  });
  return { record, code };
}

type Named<Service> = readonly [name: string, situation: Situation<Service>];

function exhaustively<Service>(
  situations: readonly Named<Service>[],
  scenario: (situation: Situation<Service>) => Promise<Scenario>,
  common: Pick<Situation<Service>, "faults" | "split">,
) {
  it.each(situations)(
    "%s",
    async (_, situation) => {
      const runs = await explore(await scenario({ ...common, ...situation }));
      expect(runs).toBeGreaterThan(10);
    },
    LONG,
  );
}

const passcodeScenario = async (situation: Situation<Passcodes>) =>
  scenarioOf(situation, readPasscode, passcodesOf, await sentCode());

describe("a code that was sent, three calls at once, two things going wrong", () => {
  exhaustively<Passcodes>(
    [
      ["the right code in all of them: one wins", { processes: [[right], [right], [right]], alike: true }],
      [
        "a wrong code at the edge of the wait in all of them (trap 23)",
        { processes: [[wrong], [wrong], [wrong]], alike: true, past: failed(3) },
      ],
      ["three new codes: one is sent, and delivered once", { processes: [[issue], [issue], [issue]], alike: true }],
    ],
    passcodeScenario,
    { faults: 2 },
  );
});

describe("a code that was sent, three calls at once, one thing going wrong", () => {
  exhaustively<Passcodes>(
    [
      ["the right code, a new one and a wrong one", { processes: [[right], [issue], [wrong]] }],
      ["the right code, its end and a new one", { processes: [[right], [forget], [issue]] }],
      ["the right code, the last guess and an unlock", { processes: [[right], [wrong], [unlock]], past: failed(4) }],
      ["two calls in one process, one in another", { processes: [[wrong, right], [right]] }],
    ],
    passcodeScenario,
    { faults: 1 },
  );
});

describe("a code that was sent, two calls at once, two things going wrong, replies that take their time", () => {
  exhaustively<Passcodes>(
    [
      ["the same right code", { processes: [[right], [right]], alike: true }],
      ["the right code and a new one", { processes: [[right], [issue]] }],
    ],
    passcodeScenario,
    { faults: 2, split: true },
  );
});

it(
  "a code that was sent, more calls than can be tried in every order",
  async () => {
    const processes = [[right], [issue, right], [wrong], [right], [forget], [unlock]];
    const scenario = await passcodeScenario({ processes, past: failed(3), faults: 2, split: true });
    await exploreAtRandom(scenario, 1500);
  },
  LONG,
);

// ---- recovery codes

const recoveryOf: Make<RecoveryCodes> = (store, clock) => createRecoveryCodes({ store, clock, pepper, count: 3 });
const use = (which = 0): Act<RecoveryCodes> => ({
  asked: "redeem",
  run: (service, codes) => service.redeem({ subject: "user-1", code: codes.split(" ")[which] ?? "" }),
});
const guess: Act<RecoveryCodes> = {
  asked: "redeem",
  run: (service) => service.redeem({ subject: "user-1", code: "0000-0000-0000-0000" }),
};
const renew: Act<RecoveryCodes> = { asked: "other", run: (service) => service.generate("user-1") };
const guessed = (times: number) => Array<Act<RecoveryCodes>>(times).fill(guess);

async function writtenDown(): Promise<Prepared> {
  let codes: string[] = [];
  const record = await recordAfter(null, async (store) => {
    codes = await recoveryOf(store, () => NOW - 120_000).generate("user-1");
  });
  return { record, code: codes.join(" ") };
}

const recoveryScenario = async (situation: Situation<RecoveryCodes>) =>
  scenarioOf(situation, readRecovery, recoveryOf, await writtenDown());

describe("recovery codes, three calls at once, two things going wrong", () => {
  exhaustively<RecoveryCodes>(
    [
      ["the same code in all of them: one wins (trap 50)", { processes: [[use()], [use()], [use()]], alike: true }],
      [
        "a wrong one at the edge of the wait in all of them",
        { processes: [[guess], [guess], [guess]], alike: true, past: guessed(3) },
      ],
      ["two codes, one of them twice", { processes: [[use(0)], [use(1)], [use(0)]] }],
    ],
    recoveryScenario,
    { faults: 2 },
  );
});

describe("recovery codes, three calls at once, one thing going wrong", () => {
  exhaustively<RecoveryCodes>(
    [
      ["a code twice while a new set is written (trap 53)", { processes: [[use()], [renew], [use()]] }],
      ["a code, a wrong one and a new set", { processes: [[use()], [guess], [renew]], past: guessed(4) }],
    ],
    recoveryScenario,
    { faults: 1 },
  );
});
