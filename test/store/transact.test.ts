import fc from "fast-check";
import { isOtpError, type OtpErrorCode } from "otp-core";
import { type Machine, memoryStore, type Store, type Transition, transact } from "otp-core/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { explore } from "../concurrency/explore.ts";
import type { Call } from "../concurrency/simulated-store.ts";
import { refusal } from "../support/refusal.ts";

const KEY = "record";
const DOWN = new Error("connection refused");

type Counted = Machine<number>;

/** Counts how often it was stored. */
const count: Counted = (state) => {
  const next = Number(state ?? 0) + 1;
  return { state: String(next), expiresAt: null, outcome: next, events: [] };
};

/** Says yes once, and no from then on. */
const once = (state: string | null): Transition<{ readonly ok: boolean }> => {
  return { state: "taken", expiresAt: null, outcome: { ok: state === null }, events: [] };
};

/** Says no, and notes it. */
const refuse = (state: string | null): Transition<{ readonly ok: boolean }> => {
  return { state: `${state ?? ""}x`, expiresAt: null, outcome: { ok: false }, events: [] };
};

/** Leaves everything as it is. */
const look: Machine<string | null> = (state) => ({ state, expiresAt: null, outcome: state, events: [] });

/** A store that goes by a script as long as there is one: what each swap does, and says. */
type Reply = "do" | "lose the reply" | "lose the write" | "say false" | "do and say false" | unknown;
function scripted(replies: readonly Reply[], gets: readonly unknown[] = []) {
  const memory = memoryStore();
  const [swapped, read] = [[...replies], [...gets]];
  const calls: string[] = [];
  const store: Store = {
    async get(key) {
      calls.push("get");
      const reply = read.length > 0 ? read.shift() : "do";
      if (reply === "do") return memory.get(key);
      if (reply instanceof Error) throw reply;
      return reply as string;
    },
    async swap(key, expected, next, expiresAt) {
      calls.push("swap");
      const reply = swapped.length > 0 ? swapped.shift() : "do";
      if (reply === "say false") return false;
      if (reply === "lose the write") throw DOWN;
      const result = await memory.swap(key, expected, next, expiresAt);
      if (reply === "lose the reply") throw DOWN;
      if (reply === "do and say false") return false;
      return reply === "do" ? result : (reply as boolean);
    },
  };
  return { store, memory, calls };
}

const SAID = expect.stringMatching(/\S/);
const NO_ANSWER = expect.objectContaining({ name: "TypeError", message: SAID });
const LATE = expect.objectContaining({ name: "TimeUp", message: "the store did not answer within 5 ms" });
const failing = (code: OtpErrorCode, cause: unknown) => expect.objectContaining({ code, cause, message: SAID });

const nonces = (record: string | null | undefined) => (record ?? "").split("\n")[0]?.split(" ") ?? [];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** What becomes of a call, while the time that it pauses or waits for passes. */
async function outcomeOf<T>(call: Promise<T>): Promise<T | { readonly failed: unknown }> {
  let outcome: T | { readonly failed: unknown } | undefined;
  const settled = call.then(
    (value) => {
      outcome = value;
    },
    (failed: unknown) => {
      outcome = { failed };
    },
  );
  while (outcome === undefined) await vi.advanceTimersByTimeAsync(10);
  await settled;
  return outcome;
}

describe("transact", () => {
  it("asks the store twice: what is there, and to replace it", async () => {
    const { store, memory, calls } = scripted([]);
    expect(await transact(store, KEY, count)).toEqual({ state: "1", expiresAt: null, outcome: 1, events: [] });
    expect(calls).toEqual(["get", "swap"]);
    expect((await transact(store, KEY, count)).outcome).toBe(2);
    expect((await memory.get(KEY))?.split("\n")[1]).toBe("2");
  });

  it("asks once where nothing changes", async () => {
    const { store, calls } = scripted([]);
    expect((await transact(store, KEY, look)).outcome).toBe(null);
    expect(calls).toEqual(["get"]);
  });

  it("hands on what the machine says, and when the record may be dropped", async () => {
    const swaps: unknown[][] = [];
    const store: Store = {
      get: async () => undefined,
      swap: async (...args) => swaps.push(args) > 0,
    };
    const machine = () => ({ state: "s", expiresAt: 1234, outcome: { ok: true }, events: ["told"] });
    expect(await transact(store, KEY, machine)).toEqual(machine());
    const owner = { kind: "guard", subject: KEY, purpose: null };
    expect(swaps).toEqual([[KEY, null, expect.stringMatching(/^[A-Z2-7]{20}\ns$/), 1234, owner]]);
  });

  it("can keep nothing: the record stays and says who was there", async () => {
    const { store, memory } = scripted([]);
    await transact(store, KEY, count);
    await transact(store, KEY, () => ({ state: null, expiresAt: null, outcome: 0, events: [] }));
    expect(await memory.get(KEY)).toMatch(/^[A-Z2-7]{20} [A-Z2-7]{20}\n$/);
    expect((await transact(store, KEY, look)).outcome).toBe(null);
  });

  it("waits for a machine that signs elsewhere", async () => {
    const { store } = scripted([]);
    const later: Counted = async (state) => count(state);
    expect((await transact(store, KEY, later)).outcome).toBe(1);
  });

  it("lets through what the machine throws, and stores nothing", async () => {
    const { store, memory } = scripted([]);
    const failure = new Error("the handle failed");
    for (const machine of [
      () => {
        throw failure;
      },
      async () => {
        throw failure;
      },
    ]) {
      await expect(transact(store, KEY, machine as Counted)).rejects.toBe(failure);
    }
    expect(await memory.get(KEY)).toBe(null);
  });
});

describe("a record", () => {
  it("names its last four writes, newest first, and no nonce is ever used again", async () => {
    const seen: string[][] = [];
    const memory = memoryStore();
    const store: Store = {
      get: (key) => memory.get(key),
      swap: async (key, expected, next, expiresAt) => {
        // Every fifth write fails: its nonce must not come again either.
        seen.push(nonces(next));
        return seen.length % 5 === 0 ? false : memory.swap(key, expected, next, expiresAt);
      },
    };
    for (let i = 0; i < 2000; i++) await transact(store, KEY, count);
    expect(new Set(seen.map(([newest]) => newest)).size).toBe(seen.length);
    for (const [newest] of seen) expect(newest).toMatch(/^[A-Z2-7]{20}$/);
    let before: string[] = [];
    for (const [i, all] of seen.entries()) {
      expect(all).toEqual([all[0], ...before.slice(0, 3)]);
      if ((i + 1) % 5 !== 0) before = all;
    }
  });

  const NONCE = "ABCDEFGHIJKLMNOP2345";
  it.each([
    ["nothing", ""],
    ["no line of nonces", `\n1`],
    ["a nonce that is too short", `${NONCE.slice(1)}\n1`],
    ["a nonce that is too long", `${NONCE}A\n1`],
    ["a nonce in lower case", `${NONCE.toLowerCase()}\n1`],
    ["a nonce that is none", `${NONCE.slice(1)}1\n1`],
    ["five nonces", `${Array(5).fill(NONCE).join(" ")}\n1`],
    ["two spaces", `${NONCE}  ${NONCE}\n1`],
    ["a space at the end of the nonces", `${NONCE} \n1`],
    ["a carriage return", `${NONCE}\r\n1`],
  ])("that is not ours (%s) rejects and stays as it is", async (_, text) => {
    const swap = vi.fn<Store["swap"]>();
    const store: Store = { get: async () => text, swap };
    await expect(transact(store, KEY, count)).rejects.toThrow(refusal("state-invalid"));
    expect(swap).not.toHaveBeenCalled();
  });
});

describe("a state without an envelope, which a machine has written into the same column", () => {
  it("is handed to the machine and gets an envelope with the next write", async () => {
    let text: string | null = "41";
    const store: Store = {
      get: async () => text,
      swap: async (_, expected, next) => {
        if (text !== expected) return false;
        text = next;
        return true;
      },
    };
    expect((await transact(store, KEY, count)).outcome).toBe(42);
    expect(text).toMatch(/^[A-Z2-7]{20}\n42$/);
    expect((await transact(store, KEY, count)).outcome).toBe(43);
  });
});

describe("a store that another process is faster on", () => {
  it("is asked again with what is there now, and the machine decides anew", async () => {
    const { store, memory } = scripted([]);
    const states: (string | null)[] = [];
    const machine: Counted = async (state) => {
      states.push(state);
      // Another process, twice.
      if (states.length < 3) await transact({ ...memory }, KEY, count);
      return count(state);
    };
    expect((await transact(store, KEY, machine)).outcome).toBe(3);
    expect(states).toEqual([null, "1", "2"]);
  });

  it("is given up after 32 rounds: store-contention", async () => {
    const { store, memory, calls } = scripted(Array(100).fill("say false"));
    let rounds = 0;
    const machine = (state: string | null) => {
      rounds++;
      return refuse(state);
    };
    // Another process writes once in the meantime.
    const busy: Store = {
      get: store.get,
      async swap(...args) {
        if (calls.length === 31) await transact({ ...memory }, KEY, count);
        return store.swap(...args);
      },
    };
    const outcome = await outcomeOf(transact(busy, KEY, machine));
    expect(outcome).toEqual({ failed: refusal("store-contention") });
    expect((outcome as { failed: Error }).failed.message).toContain("in 32 rounds");
    expect(rounds).toBe(32);
    expect(calls.filter((call) => call === "swap")).toHaveLength(32);
  });

  it("is given a pause from the fourth round on, longer and longer, so that all get through", async () => {
    const moments: number[] = [];
    const { store } = scripted(Array(31).fill("say false"));
    const watched: Store = {
      get: (key) => {
        moments.push(Date.now());
        return store.get(key);
      },
      swap: store.swap,
    };
    await outcomeOf(transact(watched, KEY, count));
    const pauses = moments.slice(1).map((moment, i) => moment - (moments[i] ?? 0));
    expect(pauses.slice(0, 2)).toEqual([0, 0]);
    // At random between nothing and 2^n ms, 64 at most: timers take whole milliseconds.
    for (const [i, pause] of pauses.slice(2).entries()) expect(pause).toBeLessThanOrEqual(Math.min(2 ** i, 64));
    expect(Math.max(...pauses)).toBeGreaterThan(8);
  });

  it("is asked at once for three rounds, and from then on after one pause each", async () => {
    const paused: number[] = [];
    const { store } = scripted(Array(6).fill("say false"));
    const timer = vi.spyOn(globalThis, "setTimeout");
    const pauses = () => timer.mock.calls.filter(([, ms]) => ms !== undefined && ms <= 64).length;
    const watched: Store = {
      get: (key) => {
        paused.push(pauses());
        return store.get(key);
      },
      swap: store.swap,
    };
    await outcomeOf(transact(watched, KEY, count));
    expect(paused).toEqual([0, 0, 0, 1, 2, 3, 4]);
  });

  it("loses nothing: 200 calls from 20 processes are 200 counts", async () => {
    const memory = memoryStore();
    const calls = Array.from({ length: 20 }, () => ({ ...memory })).flatMap((process) =>
      Array.from({ length: 10 }, () => transact(process, KEY, count)),
    );
    await outcomeOf(Promise.all(calls));
    const outcomes = (await Promise.all(calls)).map(({ outcome }) => outcome);
    expect(outcomes.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });
});

describe("a store that refuses although the record is as expected (field C6)", () => {
  const refusing: Store = { get: async () => null, swap: async () => false };

  it.each([
    ["an acceptance", once],
    ["a refusal", refuse],
  ])("%s: store-refused, with a hint", async (_, machine) => {
    const outcome = await outcomeOf(transact(refusing, KEY, machine as Machine<unknown>));
    expect(outcome).toEqual({ failed: refusal("store-refused") });
    expect((outcome as { failed: Error }).failed.message).toContain("missing");
  });

  it("is told apart before all rounds are over, when the time is up", async () => {
    const outcome = await outcomeOf(transact(refusing, KEY, once, { timeoutMs: 100 }));
    expect(outcome).toEqual({ failed: refusal("store-refused") });
  });

  it("three times and then no more loses nothing: the database was busy", async () => {
    const { store } = scripted(Array(5).fill("say false"));
    expect(await outcomeOf(transact(store, KEY, once))).toMatchObject({ outcome: { ok: true } });
  });
});

describe("a store that fails", () => {
  it("to read: store-failed, with the store's error", async () => {
    const { store } = scripted([], [DOWN]);
    const failure = await transact(store, KEY, count).catch((error: unknown) => error);
    expect(failure).toEqual(refusal("store-failed"));
    expect((failure as Error).cause).toBe(DOWN);
  });

  it("by throwing at once instead of rejecting: store-failed all the same", async () => {
    const throwing = () => {
      throw DOWN;
    };
    const down = { failed: failing("store-failed", DOWN) };
    expect(await outcomeOf(transact({ get: throwing, swap: throwing }, KEY, count))).toEqual(down);
    expect(await outcomeOf(transact({ get: async () => null, swap: throwing }, KEY, refuse))).toEqual(down);
  });

  it("to write, every time: store-failed after three tries, if a refusal was to be written", async () => {
    const { store, memory, calls } = scripted(Array(100).fill("lose the write"));
    const failure = await outcomeOf(transact(store, KEY, refuse));
    expect(failure).toEqual({ failed: failing("store-failed", DOWN) });
    expect(calls).toEqual(["get", "swap", "get", "swap", "get", "swap", "get"]);
    expect(await memory.get(KEY)).toBe(null);
  });

  it("to write, every time: store-uncertain if an acceptance was, because it may arrive yet", async () => {
    const { store } = scripted(Array(100).fill("lose the write"));
    const failure = await outcomeOf(transact(store, KEY, once));
    expect(failure).toEqual({ failed: failing("store-uncertain", DOWN) });
  });

  it("once: no caller notices", async () => {
    const { store } = scripted(["lose the write"]);
    expect((await transact(store, KEY, once)).outcome).toEqual({ ok: true });
  });

  it("to reply after it has written: the write is confirmed by another one, and the answer is that of the first (field C5)", async () => {
    for (const reply of ["lose the reply", "do and say false"]) {
      const { store, memory, calls } = scripted([reply]);
      expect((await transact(store, KEY, once)).outcome).toEqual({ ok: true });
      expect(calls).toEqual(["get", "swap", "get", "swap"]);
      const [nonces, state] = (await memory.get(KEY))?.split("\n") ?? [];
      expect(nonces).toMatch(/^[A-Z2-7]{20} [A-Z2-7]{20}$/);
      expect(state).toBe("taken");
    }
  });

  it("to read after a write whose reply was lost: store-uncertain, with the error of the read", async () => {
    const gone = new Error("gone");
    const { store } = scripted(["lose the reply"], ["do", gone]);
    const failure = await transact(store, KEY, once).catch((error: unknown) => error);
    expect(failure).toEqual(failing("store-uncertain", gone));
  });

  describe.each([
    ["on a new record", 0],
    ["on a record that was written before", 1],
    ["on a record that was written often", 6],
  ])("to write or to reply once %s", (_, before) => {
    /** How the first swap ends, and how many other writes are applied before its answer arrives. */
    async function place(applied: boolean, others: number, other: Machine<unknown>, reply: "fails" | false = "fails") {
      const memory = memoryStore();
      for (let i = 0; i < before; i++) await transact({ ...memory }, KEY, note);
      let swaps = 0;
      const store: Store = {
        get: (key) => memory.get(key),
        async swap(key, expected, next, expiresAt) {
          if (swaps++ > 0) return memory.swap(key, expected, next, expiresAt);
          if (applied) await memory.swap(key, expected, next, expiresAt);
          for (let i = 0; i < others; i++) await transact({ ...memory }, KEY, other);
          if (reply === false) return false;
          throw DOWN;
        },
      };
      return store;
    }

    /** Yes, for the first who asks after so many have noted something. */
    const first = (state: string | null): Transition<{ readonly ok: boolean }> => {
      const [notes = "", taken] = (state ?? "").split("|");
      const outcome = { ok: taken === undefined };
      return { state: outcome.ok ? `${notes}|taken` : state, expiresAt: null, outcome, events: [] };
    };
    const note: Machine<unknown> = (state) => ({ ...first(state), state: `x${state ?? ""}`, outcome: undefined });
    const take: Machine<unknown> = (state) => {
      // Takes it, and notes it if it was taken already, so that every call writes.
      const transition = first(state);
      return transition.outcome.ok ? transition : { ...transition, state: `x${state ?? ""}` };
    };

    it.each([1, 2, 3])("is found under %d other writes: the answer is that of the write", async (others) => {
      const answer = await outcomeOf(transact(await place(true, others, note), KEY, first));
      expect(answer).toEqual(expect.objectContaining({ outcome: { ok: true } }));
    });

    it("is not found under four of them: an acceptance is in doubt, with the error of the write", async () => {
      const answer = await outcomeOf(transact(await place(true, 4, note), KEY, first));
      expect(answer).toEqual({ failed: failing("store-uncertain", DOWN) });
    });

    it("is done again under four of them, if there is nothing to contradict: twice and never not at all", async () => {
      const store = await place(true, 4, note);
      const answer = await outcomeOf(transact(store, KEY, note));
      expect(answer).toEqual(expect.objectContaining({ outcome: undefined }));
      expect(await store.get(KEY)).toMatch(new RegExp(`\\nx{${before + 6}}$`));
    });

    it.each([1, 2, 3])(
      "is known not to have been done where %d others are all there were: refused without a doubt",
      async (others) => {
        const answer = await outcomeOf(transact(await place(false, others, take), KEY, first));
        expect(answer).toEqual(expect.objectContaining({ outcome: { ok: false } }));
      },
    );

    it.each([
      ["ok: false", { ok: false }],
      ["null", null],
      ["false", false],
    ])("may have been done and removed from sight by four others: a refusal (%s) is in doubt", async (_, no) => {
      const machine: Machine<unknown> = (state) => {
        const transition = first(state);
        return { ...transition, outcome: transition.outcome.ok ? transition.outcome : no };
      };
      const answer = await outcomeOf(transact(await place(false, 4, take), KEY, machine));
      expect(answer).toEqual({ failed: failing("store-uncertain", DOWN) });
    });

    it("was not done where the store says so, whatever four others have done since: refused without a doubt", async () => {
      const answer = await outcomeOf(transact(await place(false, 4, take, false), KEY, first));
      expect(answer).toEqual(expect.objectContaining({ outcome: { ok: false } }));
    });

    it("and a refusal that is written meanwhile is in doubt as well: an acceptance may have come between", async () => {
      const answer = await outcomeOf(transact(await place(false, 4, take), KEY, take));
      expect(answer).toEqual({ failed: failing("store-uncertain", DOWN) });
    });
  });

  /** Yes, and no a moment later: time goes by between two rounds. */
  const fickle = (noted: (state: string | null) => string | null) => {
    let asked = 0;
    return (state: string | null): Transition<{ readonly ok: boolean }> => {
      const ok = asked++ === 0;
      return { state: ok ? "taken" : noted(state), expiresAt: null, outcome: { ok }, events: [] };
    };
  };

  it("to write an acceptance once: a refusal that is written in its place is in no doubt, because only one of them can be", async () => {
    const { store, memory } = scripted(["lose the write"]);
    expect(
      (
        await transact(
          store,
          KEY,
          fickle(() => "x"),
        )
      ).outcome,
    ).toEqual({ ok: false });
    expect((await memory.get(KEY))?.split("\n")[1]).toBe("x");
  });

  it("to write an acceptance and then a refusal, every time: in doubt all the same", async () => {
    const { store } = scripted(Array(9).fill("lose the write"));
    const answer = await outcomeOf(
      transact(
        store,
        KEY,
        fickle(() => "x"),
      ),
    );
    expect(answer).toEqual({ failed: failing("store-uncertain", DOWN) });
  });

  it("to tell the truth, and to read what it has written: a refusal on what was there before is in doubt", async () => {
    const { store } = scripted(["do and say false"], ["do", null]);
    const answer = await outcomeOf(
      transact(
        store,
        KEY,
        fickle((state) => state),
      ),
    );
    expect(answer).toEqual({ failed: refusal("store-uncertain") });
  });

  it("to confirm a refusal that it has shown: in doubt, because it may be dropped or stay", async () => {
    const { store } = scripted(["do and say false", ...Array(100).fill("say false")]);
    const answer = await outcomeOf(transact(store, KEY, refuse));
    expect(answer).toEqual({ failed: refusal("store-uncertain") });
  });

  it("for a state that a machine has replaced: refused without a doubt, because the store said so", async () => {
    const { store } = scripted(["say false"], ["do", "taken"]);
    expect((await transact(store, KEY, once)).outcome).toEqual({ ok: false });
  });

  it("to tell the truth, and to keep what it has shown: a refusal under four later writes is in doubt", async () => {
    // The primary that showed the write is lost, and the one that follows it never had it.
    const later = `${["A", "B", "C", "D"].map((letter) => letter.repeat(20)).join(" ")}\ntaken`;
    const { store } = scripted(["do and say false", "say false"], ["do", "do", later]);
    const machine = (state: string | null) => ({ ...once(state), state: state ?? "taken" });
    const answer = await outcomeOf(transact(store, KEY, machine));
    expect(answer).toEqual({ failed: refusal("store-uncertain") });
  });

  it.each([
    ["a number", 1],
    ["an object", {}],
    ["bytes", Uint8Array.of(49)],
    ["true", true],
    ["a list", ["1"]],
  ])("to answer a get with text (%s): store-failed", async (_, reply) => {
    const { store, calls } = scripted([], [reply]);
    const failure = await transact(store, KEY, count).catch((error: unknown) => error);
    expect(failure).toEqual(failing("store-failed", NO_ANSWER));
    expect(calls).toEqual(["get"]);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["1", 1],
    ["OK", "OK"],
    ["true as text", "true"],
    ["an object", { ok: true }],
    ["0", 0],
  ])("to answer a swap with true or false (%s): looked up, and never taken for true", async (_, reply) => {
    // What was written is found again.
    const { store } = scripted([reply]);
    expect((await transact(store, KEY, once)).outcome).toEqual({ ok: true });
    // What was not is not believed, whatever the store says.
    const liar: Store = { get: async () => null, swap: async () => reply as unknown as boolean };
    const failure = await outcomeOf(transact(liar, KEY, once));
    expect(failure).toEqual({
      failed: failing("store-uncertain", NO_ANSWER),
    });
  });

  it("has its error kept, and none of the record in the message", async () => {
    const { store } = scripted(Array(9).fill("lose the write"));
    const answer = await outcomeOf(transact(store, KEY, refuse));
    const { failed } = answer as { failed: unknown };
    if (!isOtpError(failed)) throw new Error("another error");
    expect(failed.cause).toBe(DOWN);
    expect(failed.message).not.toMatch(/connection|record|[A-Z2-7]{20}/);
  });
});

describe("when a record may be dropped, after a write whose reply was lost", () => {
  const LATER = 4e12;

  /** What both swaps of the call say of it. */
  async function expiriesOf(meanwhile: (memory: Store) => Promise<unknown>) {
    const memory = memoryStore();
    const expiries: (number | null)[] = [];
    const store: Store = {
      get: memory.get,
      async swap(key, expected, next, expiresAt) {
        expiries.push(expiresAt);
        const result = await memory.swap(key, expected, next, expiresAt);
        if (expiries.length > 1) return result;
        await meanwhile(memory);
        throw DOWN;
      },
    };
    const machine = () => ({ state: "s", expiresAt: LATER, outcome: { ok: true }, events: [] });
    expect(await outcomeOf(transact(store, KEY, machine))).toMatchObject({ outcome: { ok: true } });
    return expiries;
  }

  it("is what the machine said, if nothing was written since", async () => {
    expect(await expiriesOf(async () => {})).toEqual([LATER, LATER]);
  });

  it("is never, if another call has written since, because its moment is not known", async () => {
    expect(await expiriesOf((memory) => transact({ ...memory }, KEY, refuse))).toEqual([LATER, null]);
  });

  it("is never, if a machine has written another state under the same nonces", async () => {
    const write = async (memory: Store) => {
      const text = (await memory.get(KEY)) ?? null;
      await memory.swap(KEY, text, `${text}x`, null);
    };
    expect(await expiriesOf(write)).toEqual([LATER, null]);
  });
});

describe("a store that hangs", () => {
  const never = () => new Promise<never>(() => {});

  it("on reading is given up after timeoutMs: store-failed", async () => {
    const call = transact({ get: never, swap: never }, KEY, count, { timeoutMs: 250 });
    const watched = vi.fn<() => void>();
    call.catch(watched);
    await vi.advanceTimersByTimeAsync(249);
    expect(watched).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(watched).toHaveBeenCalledOnce();
    const late = expect.objectContaining({ name: "TimeUp", message: "the store did not answer within 250 ms" });
    await expect(call).rejects.toThrow(failing("store-failed", late));
  });

  it("is given up after ten seconds by default", async () => {
    const call = transact({ get: never, swap: never }, KEY, count);
    const watched = vi.fn<() => void>();
    call.catch(watched);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(watched).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(watched).toHaveBeenCalledOnce();
  });

  it.each([
    ["an acceptance: store-uncertain, because it may be stored", once, "store-uncertain"],
    ["a refusal: store-failed", refuse, "store-failed"],
  ] as const)("on writing %s", async (_, machine, code) => {
    const answer = await outcomeOf(transact({ get: async () => null, swap: never }, KEY, machine, { timeoutMs: 5 }));
    expect(answer).toEqual({ failed: failing(code, LATE) });
  });

  it("is asked for nothing more when the time is up", async () => {
    const calls: string[] = [];
    const store: Store = {
      get: async () => {
        calls.push("get");
        return null;
      },
      swap: () => {
        calls.push("swap");
        return never();
      },
    };
    await outcomeOf(transact(store, KEY, refuse, { timeoutMs: 100 }));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(calls).toEqual(["get", "swap"]);
  });

  it("bounds the whole call, not each of its waits", async () => {
    const slow: Store = {
      get: () => new Promise((resolve) => setTimeout(() => resolve(null), 30)),
      swap: () => new Promise((resolve) => setTimeout(() => resolve(false), 30)),
    };
    const start = Date.now();
    await outcomeOf(transact(slow, KEY, count, { timeoutMs: 100 }));
    expect(Date.now() - start).toBeLessThan(120);
  });

  it("holds up the next call for its key no longer than that", async () => {
    const { store } = scripted([]);
    let first = true;
    const hanging: Store = {
      get: (key) => {
        if (!first) return store.get(key);
        first = false;
        return never();
      },
      swap: store.swap,
    };
    const calls = [transact(hanging, KEY, count, { timeoutMs: 50 }), transact(hanging, KEY, count)];
    const settled = await outcomeOf(Promise.allSettled(calls));
    expect(settled).toEqual([
      { status: "rejected", reason: refusal("store-failed") },
      { status: "fulfilled", value: expect.objectContaining({ outcome: 1 }) },
    ]);
  });

  it("leaves no timer behind", async () => {
    const { store } = scripted([]);
    await transact(store, KEY, count);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("needs a timer, and one that answers at once none", async () => {
    const timers = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
    await transact(memoryStore(), KEY, count);
    for (const timer of timers) expect(timer).not.toHaveBeenCalled();
    await transact(scripted([]).store, KEY, count);
    for (const timer of timers) expect(timer).toHaveBeenCalledOnce();
  });

  it.each([
    ["at all", ["setTimeout", "clearTimeout"]],
    ["that could be cleared", ["clearTimeout"]],
  ])("is waited for where there are no timers %s", async (_, missing) => {
    for (const name of missing) vi.stubGlobal(name, undefined);
    try {
      const { store } = scripted(Array(6).fill("say false"));
      expect(await outcomeOf(transact(store, KEY, count))).toEqual(expect.objectContaining({ outcome: 1 }));
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe("calls of one process for one key", () => {
  it("are done one after the other, in the order they came in", async () => {
    const { store, calls } = scripted([]);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => transact(store, KEY, count)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    // None of them was in the way of another.
    expect(calls).toEqual(Array(20).fill(["get", "swap"]).flat());
  });

  it("are not held up by one that fails", async () => {
    const { store } = scripted([], [DOWN, "do"]);
    const failing: Counted = () => {
      throw new Error("the handle failed");
    };
    const calls = [count, failing, count].map((machine) => transact(store, KEY, machine));
    const settled = await Promise.allSettled(calls);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  });

  it("are done one after the other, whenever they come in", async () => {
    const { store, calls } = scripted([]);
    const release: (() => void)[] = [];
    const held: Counted = async (state) => {
      await new Promise<void>((resolve) => release.push(resolve));
      return count(state);
    };
    const first = transact(store, KEY, held);
    const second = transact(store, KEY, held);
    await vi.waitFor(() => expect(release).toHaveLength(1));
    release[0]?.();
    await first;
    const third = transact(store, KEY, count);
    await vi.waitFor(() => expect(release).toHaveLength(2));
    // The third has not asked yet.
    expect(calls).toEqual(["get", "swap", "get"]);
    release[1]?.();
    expect((await second).outcome).toBe(2);
    expect((await third).outcome).toBe(3);
  });

  it("are forgotten with the last of them", async () => {
    const forgotten = vi.spyOn(Map.prototype, "delete");
    const store: Store = { get: async () => null, swap: async () => true };
    await Promise.all([transact(store, KEY, count), transact(store, KEY, count)]);
    expect(forgotten).toHaveBeenCalledExactlyOnceWith(KEY);
  });

  it("do not wait for those of another key or another store", async () => {
    const { store } = scripted([]);
    let release: (value: string | null) => void = () => {};
    const held: Store = {
      get: (key) => (key === "held" ? new Promise((resolve) => (release = resolve)) : store.get(key)),
      swap: store.swap,
    };
    const waiting = transact(held, "held", count);
    expect((await transact(held, KEY, count)).outcome).toBe(1);
    expect((await transact(store, "held", count)).outcome).toBe(1);
    release((await store.get("held")) as string);
    expect((await waiting).outcome).toBe(2);
  });
});

describe("the arguments of transact", () => {
  const store = memoryStore();
  it.each([
    ["store", [undefined, KEY, count]],
    ["store", [{ get: store.get }, KEY, count]],
    ["store", [{ swap: store.swap }, KEY, count]],
    ["key", [store, "", count]],
    ["key", [store, 1, count]],
    ["machine", [store, KEY, undefined]],
    ["machine", [store, KEY, { state: "1" }]],
    ["options", [store, KEY, count, null]],
    ["timeoutMS", [store, KEY, count, { timeoutMS: 1 }]],
    ["timeoutMs", [store, KEY, count, { timeoutMs: 0 }]],
    ["timeoutMs", [store, KEY, count, { timeoutMs: 600_001 }]],
    ["timeoutMs", [store, KEY, count, { timeoutMs: 1.5 }]],
    ["timeoutMs", [store, KEY, count, { timeoutMs: "100" }]],
    ["timeoutMs", [store, KEY, count, { timeoutMs: Number.NaN }]],
  ])("are refused by name: %s", async (argument, args) => {
    const call = transact as (...args: readonly unknown[]) => Promise<unknown>;
    await expect(call(...args)).rejects.toThrow(refusal("invalid-argument", argument));
  });
});

describe("a machine of one's own", () => {
  it.each([
    ["nothing", undefined],
    ["no state", { expiresAt: null, outcome: 1, events: [] }],
    ["a state that is empty", { state: "", expiresAt: null, outcome: 1, events: [] }],
    ["a state that is no text", { state: 1, expiresAt: null, outcome: 1, events: [] }],
    ["no time to expire", { state: "1", outcome: 1, events: [] }],
    ["a time that is none", { state: "1", expiresAt: Number.NaN, outcome: 1, events: [] }],
  ])("that returns %s is refused, and nothing is stored", async (_, transition) => {
    const store = memoryStore();
    await expect(transact(store, KEY, () => transition as never)).rejects.toThrow(
      refusal("invalid-argument", "machine"),
    );
    expect(await store.get(KEY)).toBe(null);
  });
});

describe("whatever the store does", () => {
  it("an acceptance is stored once, ok says so, and a refusal says that it was not", async () => {
    const replies = fc.constantFrom("do", "do", "lose the reply", "lose the write", "say false", "do and say false");
    const law = fc.asyncProperty(fc.array(replies, { maxLength: 8 }), async (script) => {
      const { store, memory } = scripted(script);
      const answer = await outcomeOf(transact(store, KEY, once));
      const stored = (await memory.get(KEY)) !== null;
      if ("failed" in answer) expect(answer.failed).toEqual(refusal("store-uncertain"));
      else expect(answer.outcome.ok).toBe(stored);
    });
    await fc.assert(law, { numRuns: 500 });
  });

  it("three processes that count are counted, each at least once and exactly as often as it was told", async () => {
    const counting: Call = async (store) => (await transact(store, KEY, count)).outcome;
    await explore({
      now: 0,
      record: null,
      processes: [[counting], [counting], [counting]],
      alike: true,
      faults: 1,
      check({ answers, writes }) {
        const values = answers.filter((answer) => "value" in answer).map(({ value }) => value);
        expect(new Set(values).size).toBe(values.length);
        expect(Math.max(0, ...(values as number[]))).toBeLessThanOrEqual(writes.length);
      },
    });
  });
});

describe("a machine of one's own that is none", () => {
  const bad: readonly [string, unknown][] = [
    ["no function", 5],
    ["a function of nothing", () => undefined],
    ["a state that is no text", () => ({ state: 5, expiresAt: null, outcome: 1, events: [] })],
    // It would be read back as null, which is another state.
    ["an empty text as state", () => ({ state: "", expiresAt: null, outcome: 1, events: [] })],
    ["no moment of expiry", () => ({ state: "x", outcome: 1, events: [] })],
    ["an expiry that no number is", () => ({ state: "x", expiresAt: Number.NaN, outcome: 1, events: [] })],
  ];

  it.each(bad)("%s: refused, and nothing is written", async (_, machine) => {
    const store = memoryStore();
    await expect(transact(store, KEY, machine as Machine<number>)).rejects.toThrow(
      refusal("invalid-argument", "machine"),
    );
    expect(await store.get(KEY)).toBe(null);
  });
});
