// Sent codes and recovery codes, sent and tried at the same time from several processes, in every order of their store operations,
// with faults on the way (see test/concurrency/interleavings.test.ts).
import { isOtpError } from "otp-core";
import { createPasscodes, type DeliveryChannel, type Passcodes } from "otp-core/passcodes";
import { createRecoveryCodes, type RecoveryCodes } from "otp-core/recovery";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { readPasscode } from "../../src/passcodes/state.ts";
import { readRecovery } from "../../src/recovery/state.ts";
import { explore, exploreAtRandom, type Scenario } from "../concurrency/explore.ts";
import { stateOf } from "../concurrency/invariants.ts";
import type { Call, History, World, WorldOptions, Write } from "../concurrency/simulated-store.ts";

const NOW = 1_800_000_000_000;
const pepper = new Uint8Array(32).fill(7);
const TARGET = { subject: "user-1", purpose: "login" };
const LONG = 600_000;
/** A record names its last four writes. */
const REMEMBERED = 4;

/** What a state of either kind says. */
interface View {
  /** By the name of each code: whether it was used. */
  readonly used: ReadonlyMap<string, boolean>;
  /** Codes that no channel took. */
  readonly unconfirmed: readonly string[];
  /** How many sends count. */
  readonly sends: number;
  readonly failures: number;
  readonly closed: boolean;
}

type Read = (state: string | null) => View;

const isClosed = (failures: number, failedAt: number | null) => {
  const wait = failures > 4 ? 30_000 * 2 ** (failures - 5) : 0;
  return failedAt !== null && failedAt + wait > NOW;
};
/** One look at each text, because the explorer meets the same texts again and again. */
function lookOnce(read: Read): Read {
  const views = new Map<string | null, View>();
  return (state) => {
    const view = views.get(state) ?? read(state);
    views.set(state, view);
    return view;
  };
}
const viewPasscode = lookOnce((state) => {
  const { sent, attempts } = readPasscode(state);
  return {
    used: new Map(sent.codes.map((code) => [code.nonce, code.state === "used"])),
    unconfirmed: sent.codes.filter(({ unconfirmed }) => unconfirmed).map(({ nonce }) => nonce),
    sends: sent.sends.length,
    failures: attempts.failures,
    closed: isClosed(attempts.failures, attempts.failedAt),
  };
});
const viewRecovery = lookOnce((state) => {
  const { set, attempts } = readRecovery(state);
  return {
    used: new Map((set?.used ?? []).map((used, i) => [`${set?.nonce}.${i}`, used])),
    unconfirmed: [],
    sends: 0,
    failures: attempts.failures,
    closed: isClosed(attempts.failures, attempts.failedAt),
  };
});

/** "lost": no channel takes the code. "channels": the explorer decides what becomes of each message. */
type Asked = "attempt" | "send" | "lost" | "channels" | "other";

interface Act<Service> {
  readonly asked: Asked;
  readonly run: (
    service: Service,
    code: string,
    deliver: () => void,
    sendBy: (channel: string, code: string) => Promise<string>,
  ) => Promise<unknown>;
}

interface Situation<Service> extends Omit<WorldOptions, "now" | "record" | "processes"> {
  readonly processes: readonly (readonly Act<Service>[])[];
  readonly past?: readonly Act<Service>[];
}

/** What must be true at every moment. */
function invariants(read: Read, asked: (by: string) => Asked, deliveries: ReadonlyMap<string, number>) {
  const sends = (by: string) => ["send", "lost", "channels"].includes(asked(by));
  return (history: History) => {
    const { writes, answers, faults, deceived } = history;
    const usedUp = new Set<string>();
    const accepted = new Set<string>();
    const counted = new Set<string>();
    const marked = new Set<string>();
    const added = new Map<string, string>();
    for (const { by, before, after } of writes as readonly Write[]) {
      const [was, is] = [read(stateOf(before)), read(stateOf(after))];
      if (is.failures > was.failures + 1) throw new Error("one write counts more than one failure");
      if (is.failures > was.failures) counted.add(by);
      if (sends(by) && is.failures !== was.failures) throw new Error(`${by} resets the guesses`);
      if (is.unconfirmed.length > was.unconfirmed.length) marked.add(by);
      if (is.sends < was.sends) throw new Error(`${by} gives a send back`);
      for (const name of is.used.keys()) if (sends(by) && !was.used.has(name)) added.set(by, name);
      const isNew = (name: string) => !was.unconfirmed.includes(name) && name !== added.get(by);
      if (is.unconfirmed.some(isNew)) throw new Error(`${by} marks the code of another send`);
      const isLost = (name: string) => !is.used.has(name);
      if (sends(by) && [...was.used.keys()].some(isLost)) throw new Error(`${by} ends a code that may have arrived`);
      const names = [...was.used.keys()].every((name) => is.used.has(name)) && was.used.size === is.used.size;
      if (asked(by) === "attempt" && !names) throw new Error(`${by} has changed the codes`);
      for (const [name, used] of is.used) {
        if (was.used.get(name) === true && !used) throw new Error(`${by} gives a used code back`);
        if (!used || was.used.get(name) === true) continue;
        if (usedUp.has(name)) throw new Error("a code was accepted twice");
        if (was.closed && asked(by) === "attempt" && !canUnlock(read)) throw new Error(`${by} was looked at in a wait`);
        usedUp.add(name);
        accepted.add(by);
      }
      if (was.closed && is.failures > was.failures) throw new Error(`${by} was counted in a wait`);
    }
    judgeMessages(history, asked, added, marked);
    for (const answer of answers) {
      const { by } = answer;
      if (asked(by) === "channels") {
        judgeChannels(answer, history, read, added, marked);
        continue;
      }
      const delivered = deliveries.get(by) ?? 0;
      const buried = deceived.has(by) && writes.length - writes.findIndex((write) => write.by === by) > REMEMBERED;
      if ("error" in answer) {
        if (!isOtpError(answer.error)) throw new Error(`${by} failed with ${String(answer.error)}`);
        const { code, resendAt } = answer.error;
        if (asked(by) === "lost" && code === "delivery-failed") {
          if (delivered !== 1 || resendAt === undefined) throw new Error(`${by} was not tried once`);
          const isThere = read(stateOf(writes.at(-1)?.after ?? null)).used.has(added.get(by) ?? "");
          if (faults === 0 && isThere && !marked.has(by)) throw new Error(`${by} is not marked as lost`);
          continue;
        }
        if (faults === 0) throw new Error(`${by} failed though nothing went wrong: ${String(answer.error)}`);
        if (code !== "store-uncertain" && accepted.has(by)) throw new Error(`${by} hides its acceptance`);
        if (delivered > 0) throw new Error(`${by} sent a code though it failed`);
        continue;
      }
      const { ok, reason } = (answer.value ?? {}) as { ok?: boolean; reason?: string };
      if (asked(by) === "attempt") {
        if (ok && !accepted.has(by)) throw new Error(`${by} is ok, but no acceptance of it is stored`);
        if (!ok && accepted.has(by) && !buried) throw new Error(`${by} is ${reason}, but accepted`);
        const isCounted = !canUnlock(read) && ["mismatch", "absent", "expired", "exhausted"].includes(reason ?? "");
        if (!ok && isCounted && !counted.has(by)) throw new Error(`${by} is ${reason}, and not counted`);
      }
      if (sends(by) && ok !== undefined) {
        if (delivered !== (ok ? 1 : 0)) throw new Error(`${by} is ${ok} and was delivered ${delivered} times`);
        if (ok && !writes.some((write) => write.by === by)) throw new Error(`${by} was sent and not stored`);
      }
    }
  };
}

/** What was asked of the channels: only for a code that counts as sent, each channel once, and none after one that took it. */
function judgeMessages(
  { messages }: History,
  asked: (by: string) => Asked,
  added: ReadonlyMap<string, string>,
  marked: ReadonlySet<string>,
): void {
  for (const [i, { by, channel }] of messages.entries()) {
    if (!added.has(by)) throw new Error(`${by} sends a code that does not count`);
    const earlier = messages.slice(0, i).filter((message) => message.by === by);
    if (earlier.some((message) => message.channel === channel)) throw new Error(`${by} uses ${channel} twice`);
    if (earlier.some(({ told }) => told === "taken")) throw new Error(`${by} sends once more after a channel took it`);
  }
  for (const by of marked) {
    const own = messages.filter((message) => message.by === by);
    const isTaken = own.some(({ told }) => told === "taken");
    if (asked(by) === "channels" && (own.length < CHANNELS.length || isTaken))
      throw new Error(`${by} is marked as lost, but not every channel has failed`);
  }
}

/** The answer to a send whose channels the explorer controls. */
function judgeChannels(
  answer: History["answers"][number],
  { writes, messages, faults, thrown }: History,
  read: Read,
  added: ReadonlyMap<string, string>,
  marked: ReadonlySet<string>,
): void {
  const { by } = answer;
  const own = messages.filter((message) => message.by === by);
  const isTaken = own.some(({ told }) => told === "taken");
  if ("error" in answer) {
    if (!isOtpError(answer.error)) throw new Error(`${by} failed with ${String(answer.error)}`);
    if (answer.error.code !== "delivery-failed") {
      if (faults === 0) throw new Error(`${by} failed though nothing went wrong: ${String(answer.error)}`);
      if (own.length > 0) throw new Error(`${by} sent a code though its store failed`);
      return;
    }
    if (isTaken || own.length < CHANNELS.length) throw new Error(`${by} says that no channel took the code`);
    const isThere = read(stateOf(writes.at(-1)?.after ?? null)).used.has(added.get(by) ?? "");
    if (isThere && !marked.has(by) && !thrown.has(by)) throw new Error(`${by} is not marked as lost`);
    return;
  }
  const { ok, channel } = answer.value as { readonly ok: boolean; readonly channel?: string };
  if (!ok && own.length > 0) throw new Error(`${by} is refused, but a message was sent`);
  if (ok && own.at(-1)?.channel !== channel) throw new Error(`${by} names the channel ${channel}`);
  if (ok && !isTaken) throw new Error(`${by} is ok, but no channel took the code`);
}

/** Recovery codes of 120 bits: a wrong one is not counted, and the right one is accepted in a wait too. */
const canUnlock = (read: Read) => read === viewRecovery;

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
  remember: (code: string, by: string) => void = () => {},
): Promise<Scenario> {
  const { processes, past = [], ...rest } = situation;
  const record = await recordAfter(prepared.record, async (store) => {
    const service = make(store, () => NOW - 60_000);
    for (const { run } of past)
      await run(
        service,
        prepared.code,
        () => {},
        async () => "taken-1",
      );
  });
  const deliveries = new Map<string, number>();
  const calls = processes.map((acts, process) =>
    acts.map(
      ({ run }, i): Call =>
        (store, clock) => {
          const by = `${process}.${i}`;
          deliveries.set(by, 0);
          const note = () => deliveries.set(by, (deliveries.get(by) ?? 0) + 1);
          return run(make(store, clock), prepared.code, note, (channel, code) => {
            remember(code, by);
            return store.deliver(channel);
          });
        },
    ),
  );
  const askedBy = (by: string): Asked => {
    const [process, call] = by.split(".").map(Number);
    return processes[process ?? 0]?.[call ?? 0]?.asked ?? "other";
  };
  return { ...rest, now: NOW, record, processes: calls, check: invariants(read, askedBy, deliveries) };
}

// ---- sent codes

const passcodesOf: Make<Passcodes> = (store, clock) => createPasscodes({ store, clock, pepper });
const attempt = (typed?: string): Act<Passcodes> => ({
  asked: "attempt",
  run: (service, code) => service.attempt({ ...TARGET, code: typed ?? code }),
});
const right = attempt();
/** Another code than the right one. */
const wrong: Act<Passcodes> = {
  asked: "attempt",
  run: (service, code) =>
    service.attempt({ ...TARGET, code: code.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) }),
};
const send: Act<Passcodes> = {
  asked: "send",
  run: (service, _, deliver) => service.send({ ...TARGET, deliver }),
};
/** No channel takes the code. */
const lost: Act<Passcodes> = {
  asked: "lost",
  run: (service, _, deliver) =>
    service.send({
      ...TARGET,
      deliver: async () => {
        deliver();
        throw new Error("the gateway is down");
      },
    }),
};
const CHANNELS = ["sms", "mail"] as const;
/** The gateway may fail, hang, send the message all the same, and say so late. */
const sendByChannels: Act<Passcodes> = {
  asked: "channels",
  run: (service, _, __, sendBy) => {
    const [sms, mail] = CHANNELS.map((channel) => ({ channel, deliver: (code: string) => sendBy(channel, code) }));
    return service.send({ ...TARGET, deliver: [sms, mail] as [DeliveryChannel, DeliveryChannel] });
  },
};
const forget: Act<Passcodes> = { asked: "other", run: (service) => service.forget(TARGET) };
const unlock: Act<Passcodes> = { asked: "other", run: (service) => service.unlock(TARGET) };
const failed = (times: number) => Array<Act<Passcodes>>(times).fill(wrong);

/** A code that was sent two minutes ago. */
async function sentCode(): Promise<Prepared> {
  let code = "";
  const record = await recordAfter(null, async (store) => {
    const deliver = (sent: string) => {
      code = sent;
    };
    await passcodesOf(store, () => NOW - 120_000).send({ ...TARGET, deliver });
  });
  return { record, code };
}

type Named<Service> = readonly [name: string, situation: Situation<Service>];

function exhaustively<Service>(
  situations: readonly Named<Service>[],
  scenario: (situation: Situation<Service>) => Promise<Scenario>,
  common: Partial<Situation<Service>>,
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
  scenarioOf(situation, viewPasscode, passcodesOf, await sentCode());

/** Once all is quiet: every code that is still open is accepted, whatever was said of its message. */
async function watchedScenario(situation: Situation<Passcodes>): Promise<Scenario> {
  const codes = new Map<string, string>();
  const remember = (code: string, by: string) => void codes.set(by, code);
  const prepared = await sentCode();
  const scenario = await scenarioOf(situation, viewPasscode, passcodesOf, prepared, remember);
  const afterwards = async (world: World) => {
    const { writes, messages } = world.history;
    for (const [nonce, used] of viewPasscode(stateOf(world.record)).used) {
      const isNew = ({ before, after }: Write) =>
        viewPasscode(stateOf(after)).used.has(nonce) && !viewPasscode(stateOf(before)).used.has(nonce);
      const by = writes.find(isNew)?.by;
      const isOpen = readPasscode(stateOf(world.record)).sent.codes.some(
        (code) => code.nonce === nonce && code.state === "open",
      );
      // A code that was never handed to a channel is unknown to every user.
      const isHandedOut = messages.some((message) => message.by === by);
      const code = by === undefined ? prepared.code : isHandedOut ? codes.get(by) : undefined;
      if (used || !isOpen || code === undefined) continue;
      await recordAfter(world.record, async (store) =>
        expect(await passcodesOf(store, () => NOW).verify({ ...TARGET, code })).toBe(true),
      );
    }
  };
  return { ...scenario, afterwards };
}

describe("a sent code, three calls at the same time, two faults", () => {
  exhaustively<Passcodes>(
    [
      ["a valid code in all of them: one wins", { processes: [[right], [right], [right]], alike: true }],
      [
        "a wrong code at the edge of the wait in all of them (trap 23)",
        { processes: [[wrong], [wrong], [wrong]], alike: true, past: failed(3) },
      ],
      ["three new codes: one is sent, and delivered once", { processes: [[send], [send], [send]], alike: true }],
    ],
    passcodeScenario,
    { faults: 2 },
  );
});

describe("a sent code, three calls at the same time, one fault", () => {
  exhaustively<Passcodes>(
    [
      ["a valid code, a new one and a wrong one", { processes: [[right], [send], [wrong]] }],
      ["a valid code, its end and a new one", { processes: [[right], [forget], [send]] }],
      ["a valid code, the last guess and an unlock", { processes: [[right], [wrong], [unlock]], past: failed(4) }],
      ["two calls in one process, one in another", { processes: [[wrong, right], [right]] }],
      ["a valid code, and a new one that no channel takes", { processes: [[right], [lost]] }],
      ["two new codes that no channel takes", { processes: [[lost], [lost]], alike: true }],
    ],
    passcodeScenario,
    { faults: 1 },
  );
});

describe("a sent code, three calls at the same time, no fault", () => {
  exhaustively<Passcodes>(
    [
      ["one that is lost, one that is sent, and a valid code", { processes: [[lost], [send], [right]] }],
      ["one that is lost, the end of all, and a new one", { processes: [[lost], [forget], [send]] }],
    ],
    passcodeScenario,
    { faults: 0 },
  );
});

describe("a sent code, two calls at the same time, two faults, replies that take their time", () => {
  exhaustively<Passcodes>(
    [
      ["the same valid code", { processes: [[right], [right]], alike: true }],
      ["a valid code and a new one", { processes: [[right], [send]] }],
    ],
    passcodeScenario,
    { faults: 2, split: true },
  );
});

describe("a sent code whose messages fail, hang, arrive all the same or late", () => {
  exhaustively<Passcodes>(
    [
      ["while the code before is typed", { processes: [[sendByChannels], [right]] }],
      ["while another code is sent", { processes: [[sendByChannels], [sendByChannels]], alike: true }],
      ["while all codes end", { processes: [[sendByChannels], [forget]] }],
      [
        "three times",
        {
          processes: [[sendByChannels], [sendByChannels], [sendByChannels]],
          alike: true,
          only: /deliver .* (hangs|fails,)/,
        },
      ],
      [
        "while the store fails as well",
        {
          processes: [[sendByChannels], [sendByChannels]],
          alike: true,
          faults: 3,
          only: /deliver .* fails|reply is lost/,
        },
      ],
    ],
    watchedScenario,
    { faults: 2, only: /deliver/ },
  );
});

it(
  "a sent code, more calls than can be tried in every order",
  async () => {
    // Sends come last: a call that delivers lets the next one of its process begin.
    const processes = [[right], [wrong, send], [wrong], [right, lost], [forget], [unlock]];
    const scenario = await passcodeScenario({ processes, past: failed(3), faults: 2, split: true });
    await exploreAtRandom(scenario, 1500);
  },
  LONG,
);

// ---- recovery codes

const recoveryOf: Make<RecoveryCodes> = (store, clock) => createRecoveryCodes({ store, clock, pepper, count: 3 });
const use = (which = 0): Act<RecoveryCodes> => ({
  asked: "attempt",
  run: (service, codes) => service.attempt({ subject: "user-1", code: codes.split(" ")[which] ?? "" }),
});
const guess: Act<RecoveryCodes> = {
  asked: "attempt",
  run: (service) => service.attempt({ subject: "user-1", code: "0000-0000-0000-0000-0000-0000" }),
};
const renew: Act<RecoveryCodes> = { asked: "other", run: (service) => service.generate("user-1") };

async function writtenDown(): Promise<Prepared> {
  let codes: string[] = [];
  const record = await recordAfter(null, async (store) => {
    codes = await recoveryOf(store, () => NOW - 120_000).generate("user-1");
  });
  return { record, code: codes.join(" ") };
}

const recoveryScenario = async (situation: Situation<RecoveryCodes>) =>
  scenarioOf(situation, viewRecovery, recoveryOf, await writtenDown());

describe("recovery codes, three calls at the same time, two faults", () => {
  exhaustively<RecoveryCodes>(
    [
      ["the same code in all of them: one wins (trap 50)", { processes: [[use()], [use()], [use()]], alike: true }],
      ["two codes, one of them twice", { processes: [[use(0)], [use(1)], [use(0)]] }],
    ],
    recoveryScenario,
    { faults: 2 },
  );
});

describe("recovery codes, three calls at the same time, one fault", () => {
  exhaustively<RecoveryCodes>(
    [
      ["a code twice while a new set is written (trap 53)", { processes: [[use()], [renew], [use()]] }],
      ["a code, a wrong one and a new set", { processes: [[use()], [guess], [renew]] }],
    ],
    recoveryScenario,
    { faults: 1 },
  );
});
