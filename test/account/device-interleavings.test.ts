// A browser whose tabs load at the same time, a thief with a copy of its cookie, guesses on the device, and support that ends the device:
// every order of their store operations, with lost replies on the way (see test/concurrency/interleavings.test.ts).
import { isOtpError, type TotpKey, totp } from "otp-core";
import { type Accounts, createAccountMachine, createAccounts, type Seal } from "otp-core/account";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import type { Device } from "../../src/account/devices/device.ts";
import { type AccountState, readState } from "../../src/account/state.ts";
import { explore, exploreAtRandom, type Scenario } from "../concurrency/explore.ts";
import { stateOf } from "../concurrency/invariants.ts";
import type { Call, ExploredStore, History, World, WorldOptions, Write } from "../concurrency/simulated-store.ts";
import { PEPPER, START, SUBJECT } from "../support/accounts.ts";

const DAY = 86_400_000;
const LONG = 300_000;
/** Consecutive wrong codes that end a device. */
const MAX_CONSECUTIVE = 10;
const KEY: TotpKey<string> = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
const WRONG = "000000";

/** It hides nothing, because a simulated runtime has no WebCrypto. test/account/key-box.test.ts proves the key box. */
const seal: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (sealed) => Uint8Array.from(sealed.split("."), Number),
};
const POLICY = { pepper: PEPPER, seal };
const machine = createAccountMachine(POLICY);

type Make = (store: ExploredStore, clock: () => number) => Accounts;
const genuine: Make = (store, clock) => createAccounts({ ...POLICY, store, clock });

/** A user with a device that was trusted two days ago, so that its token is due to be replaced. */
interface Prepared {
  readonly record: string | null;
  readonly device: string;
  readonly deviceToken: string;
}

type Asked = "visit" | "attempt" | "revoke";

interface Act {
  readonly asked: Asked;
  readonly run: (accounts: Accounts, user: Prepared) => Promise<unknown>;
}

/** What one visit came to. */
interface Visit {
  /** The generation of the token that was shown. */
  readonly shown: number;
  /** `null`: the call failed, and the browser keeps its cookie. */
  readonly isRecognised: boolean | null;
}

/** So many visits of one tab, one after the other. It shows the cookie that it was given last. A tab is a process of its own. */
const visit = (times: number): Act => ({
  asked: "visit",
  async run(accounts, { deviceToken }) {
    const visits: Visit[] = [];
    let cookie = deviceToken;
    for (let i = 0; i < times; i++) {
      const shown = Number(cookie.split(".")[1]);
      try {
        const known = await accounts.recognise({ subject: SUBJECT, deviceToken: cookie });
        cookie = known?.deviceToken ?? cookie;
        visits.push({ shown, isRecognised: known !== null });
      } catch (error) {
        if (!isOtpError(error)) throw error;
        visits.push({ shown, isRecognised: null });
      }
    }
    return visits;
  },
});
const attempt = (code: string): Act => ({
  asked: "attempt",
  run: (accounts, { deviceToken }) => accounts.attempt({ subject: SUBJECT, code, deviceToken }),
});
const [rightCode, wrongCode] = [attempt(totp(KEY, { now: START })), attempt(WRONG)];
const revoke: Act = {
  asked: "revoke",
  run: (accounts, { device }) => accounts.revoke({ subject: SUBJECT, device }),
};
const revokeAll: Act = { asked: "revoke", run: (accounts) => accounts.revokeAll(SUBJECT) };

/** A store of one record. */
function storeOf(record: string | null): ExploredStore & { readonly record: () => string | null } {
  let text = record;
  const swap: Store["swap"] = async (_, expected, next) => {
    if (text !== expected) return false;
    text = next;
    return true;
  };
  const put = async (next: string | null) => {
    text = next;
  };
  return { record: () => text, get: async () => text, swap, put, deliver: async () => "" };
}

async function prepare(guesses: number): Promise<Prepared> {
  const store = storeOf(null);
  const before = genuine(store, () => START - 2 * DAY);
  await before.adopt({ subject: SUBJECT, key: KEY, authenticator: "phone" });
  await before.verify({ subject: SUBJECT, code: totp(KEY, { now: START - 2 * DAY }) });
  const trusted = await before.trust({ subject: SUBJECT });
  if (trusted === null) throw new Error("the device is not trusted");
  const { device, deviceToken } = trusted;
  const now = genuine(store, () => START);
  for (let i = 0; i < guesses; i++) await now.verify({ subject: SUBJECT, code: WRONG, deviceToken });
  return { record: store.record(), device, deviceToken };
}

interface Situation extends Omit<WorldOptions, "now" | "record" | "processes"> {
  readonly processes: readonly (readonly Act[])[];
  /** Wrong codes that were typed on the device before. */
  readonly guesses?: number;
  readonly make?: Make;
}

/** One look at each text, because the explorer meets the same texts again and again. */
const views = new Map<string | null, AccountState>();

function lookAt(record: string | null): AccountState {
  const state = stateOf(record);
  const view = views.get(state) ?? readState(state);
  views.set(state, view);
  return view;
}

/** What must be true at every moment. */
function invariants(asked: (by: string) => Asked, mayEnd: boolean): (history: History) => void {
  return ({ writes, answers, faults, failovers }) => {
    const revoked = new Set<string>();
    const counted = new Set<string>();
    const accepted = new Set<string>();
    for (const { by, before, after } of writes as readonly Write[]) {
      const [was, is] = [lookAt(before), lookAt(after)];
      const [[old], [now]] = [was.devices, is.devices];
      if (asked(by) === "revoke") revoked.add(by);
      if (old === undefined && now !== undefined) throw new Error(`${by} brings a device back that had ended`);
      if (old !== undefined && now !== undefined) judgeRotation(by, old, now);
      if (old !== undefined && now === undefined && asked(by) === "visit" && !mayEnd) {
        throw new Error(`${by} takes an honest browser for a thief`);
      }
      if (is.attempts.monthly.level > was.attempts.monthly.level) counted.add(by);
      if (is.attempts.monthly.level < was.attempts.monthly.level) throw new Error(`${by} forgives the month`);
      const [position, next] = [was.authenticators[0]?.position, is.authenticators[0]?.position];
      if (JSON.stringify(position) !== JSON.stringify(next)) {
        if (accepted.size > 0) throw new Error(`${by} accepts a code a second time`);
        accepted.add(by);
      }
      const isForgiven = old !== undefined && now !== undefined && now.failures < old.failures;
      if (isForgiven && !accepted.has(by)) throw new Error(`${by} forgives the guesses on the device`);
    }
    const isQuiet = faults === 0;
    for (const { by, value, error } of answers) {
      if (error !== undefined) {
        if (isQuiet || !isOtpError(error)) throw new Error(`${by} failed: ${String(error)}`);
        continue;
      }
      if (asked(by) === "revoke" && value !== false && !revoked.has(by)) throw new Error(`${by} has revoked nothing`);
      // Two tabs of one millisecond get the same successor, and the second one from a read, which a failover may drop. The browser is
      // then asked for a code, and its device does not end.
      if (
        asked(by) === "visit" &&
        !mayEnd &&
        failovers === 0 &&
        (value as Visit[]).some(({ isRecognised }) => isRecognised === false)
      ) {
        throw new Error(`${by} is an honest browser, and is not recognised`);
      }
      if (asked(by) !== "attempt") continue;
      const { ok, reason } = value as { readonly ok: boolean; readonly reason?: string };
      if (ok && !accepted.has(by)) throw new Error(`${by} is ok, but no acceptance of it is stored`);
      if (reason === "mismatch" && !counted.has(by)) throw new Error(`${by} is an uncounted mismatch`);
    }
  };
}

/** A token is replaced by the next one only, and never comes back. */
function judgeRotation(by: string, { rotation: was, failures, monthly }: Device, now: Device): void {
  const { current, previous, successor } = now.rotation;
  if (current < was.current) throw new Error(`${by} brings a replaced token back`);
  if (current > was.current && current !== was.successor) throw new Error(`${by} skips a token`);
  if (current > was.current && previous !== was.current) throw new Error(`${by} loses the token before`);
  if (successor !== null && successor > (was.successor ?? was.current) + 1) throw new Error(`${by} skips a successor`);
  if (now.failures > failures + 1) throw new Error(`${by} counts more than one guess`);
  if (now.monthly.level < monthly.level) throw new Error(`${by} forgives the month of the device`);
}

/**
 * Once all is quiet and the minute is over: a copy of the first cookie is worth nothing to a thief if the browser came back after it had
 * been recognised once, and the copy ends the device.
 */
async function judgeAfterwards(world: World, { deviceToken }: Prepared, make: Make): Promise<void> {
  const cameBack = world.history.answers.some(({ value }) => {
    const [first, second] = (Array.isArray(value) ? value : []) as Visit[];
    return first?.isRecognised === true && second?.isRecognised === true;
  });
  if (!cameBack) return;
  const store = storeOf(world.record);
  const later = () => START + DAY - 1;
  const known = await make(store, later).recognise({ subject: SUBJECT, deviceToken });
  if (known !== null) throw new Error("a device token was not rotated: a copy of the first one is good a day later");
  if (lookAt(store.record()).devices.length > 0) throw new Error("a copied token does not end its device");
}

async function scenarioOf(situation: Situation): Promise<Scenario> {
  const { processes, guesses = 0, make = genuine, ...rest } = situation;
  const user = await prepare(guesses);
  const calls = processes.map((acts) =>
    acts.map(
      ({ run }): Call =>
        (store, clock) =>
          run(make(store, clock), user),
    ),
  );
  const askedBy = (by: string): Asked => {
    const [process = 0, call = 0] = by.split(".").map(Number);
    return processes[process]?.[call]?.asked ?? "visit";
  };
  const acts = processes.flat();
  const wrong = acts.filter((act) => act === wrongCode).length;
  const mayEnd = acts.some(({ asked }) => asked === "revoke") || guesses + wrong >= MAX_CONSECUTIVE;
  const check = invariants(askedBy, mayEnd);
  return {
    ...rest,
    now: START,
    record: user.record,
    processes: calls,
    check,
    afterwards: (world) => judgeAfterwards(world, user, make),
  };
}

type Named = readonly [name: string, situation: Situation];

const tabs: Situation = { processes: [[visit(2)], [visit(2)]], alike: true };

describe("a device, every order of", () => {
  it.each<Named>([
    ["two tabs that come back, two replies lost", { ...tabs, faults: 2, only: /is lost/ }],
    ["two tabs that come back, within a minute", { ...tabs, ticks: [20_000, 39_999] }],
    ["two tabs that come back, replies that take their time", { ...tabs, split: true }],
    ["two tabs that come back, and a failover", { ...tabs, faults: 1, failovers: 1, only: /is lost/ }],
    [
      "three tabs, of which one comes back",
      { processes: [[visit(2)], [visit(1)], [visit(1)]], faults: 1, only: /is lost/ },
    ],
    [
      "a browser, the code of the user, and the device is revoked",
      { processes: [[visit(1)], [rightCode], [revoke]], faults: 1, only: /is lost/ },
    ],
    [
      "two tabs, and all devices are revoked",
      { processes: [[visit(2)], [visit(1)], [revokeAll]], faults: 1, only: /is lost/ },
    ],
    [
      "a browser, the code of the user, and a guess on the device",
      { processes: [[visit(1)], [rightCode], [wrongCode]], faults: 1, only: /is lost/ },
    ],
    [
      "the last guesses that a device has, and its browser",
      { processes: [[wrongCode], [wrongCode], [visit(1)]], guesses: 8, faults: 1, only: /is lost/ },
    ],
    [
      "the same code on the device and its copy",
      { processes: [[rightCode], [rightCode], [visit(1)]], faults: 1, only: /is lost|second reply is false/ },
    ],
  ])(
    "%s",
    async (_, situation) => {
      const runs = await explore(await scenarioOf(situation));
      expect(runs).toBeGreaterThan(10);
    },
    LONG,
  );
});

it(
  "a device, more calls than can be tried in every order",
  async () => {
    const processes = [[visit(3)], [visit(2)], [rightCode, wrongCode], [wrongCode], [wrongCode], [revoke]];
    await exploreAtRandom(await scenarioOf({ processes, faults: 2, split: true, ticks: [15_000, 30_000] }), 500);
    const honest = [[visit(3)], [visit(2)], [visit(2)], [rightCode, wrongCode], [wrongCode]];
    await exploreAtRandom(
      await scenarioOf({ processes: honest, faults: 2, only: /is lost|may arrive late/, split: true }),
      500,
    );
  },
  LONG,
);

describe("the explorer finds the mistake of", () => {
  type Recognise = (accounts: Accounts, store: ExploredStore, clock: () => number) => Accounts["recognise"];
  const recognising =
    (recognise: Recognise): Make =>
    (store, clock) => {
      const accounts = genuine(store, clock);
      return { ...accounts, recognise: recognise(accounts, store, clock) };
    };

  it("a device token that is not rotated: a copied cookie is good as long as the device is", async () => {
    const keeps = recognising((_, store, clock) => async ({ subject, deviceToken }) => {
      const { outcome } = machine.recognise((await store.get("")) ?? null, { subject, deviceToken, now: clock() });
      return outcome === null ? null : { ...outcome, deviceToken: null };
    });
    const finding = "a device token was not rotated";
    await expect(explore(await scenarioOf({ ...tabs, make: keeps }))).rejects.toThrow(finding);
  });

  it("a device token that is replaced and goes on working", async () => {
    const forgives = recognising((accounts, store, clock) => async (request) => {
      const row = (await store.get("")) ?? null;
      const [known] = lookAt(row).devices;
      const { events } = machine.recognise(row, { ...request, now: clock() });
      const isCopy = events.some(({ type }) => type === "device-ended");
      if (!isCopy || known === undefined) return accounts.recognise(request);
      return { device: known.device, label: null, deviceToken: null, expiresAt: known.expiresAt };
    });
    const finding = "a device token was not rotated";
    await expect(explore(await scenarioOf({ ...tabs, make: forgives }))).rejects.toThrow(finding);
  });

  it("a rotation that is answered from a read: the browser shows a token that the record does not know", async () => {
    const reads = recognising((_, store, clock) => async ({ subject, deviceToken }) => {
      const row = (await store.get("")) ?? null;
      return machine.recognise(row, { subject, deviceToken, now: clock() }).outcome;
    });
    const finding = "an honest browser, and is not recognised";
    await expect(explore(await scenarioOf({ ...tabs, make: reads }))).rejects.toThrow(finding);
  });

  it("a visit that writes without looking: a device that was revoked comes back", async () => {
    const blind: Make = (store, clock) => {
      const swap: Store["swap"] = async (_, __, next) => {
        await store.put(next);
        return true;
      };
      return { ...genuine(store, clock), recognise: genuine({ ...store, swap }, clock).recognise };
    };
    const processes = [[visit(1)], [revoke]];
    const finding = "brings a device back that had ended";
    await expect(explore(await scenarioOf({ processes, make: blind }))).rejects.toThrow(finding);
  });
});
