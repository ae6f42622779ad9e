// One deadline for each call, over the queue, the store, the machine and the signers (FIELD, part A).

import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { type AsyncSigner, hmac } from "otp-core/hmac";
import { type Machine, memoryStore, type Store, transact } from "otp-core/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MachineRunner } from "../../src/store/step/runner.ts";
import { TimeLimit } from "../../src/store/step/time-limit.ts";
import { refusal } from "../support/refusal.ts";

const KEY = "record";
const MAX_WAITING = 256;
const MAX_URGENT = 64;
const never = () => new Promise<never>(() => {});
const silent: Store = { get: never, swap: never };
const afterMs = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

const count: Machine<number> = (state) => {
  const next = Number(state ?? 0) + 1;
  return { state: String(next), expiresAt: null, outcome: next, events: [] };
};
const hang: Machine<number> = () => never();

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

/** How a call ended, and how many milliseconds after it began. */
interface Ended {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly ms: number;
}

/** Notes the end of a call. */
function watch(call: Promise<unknown>): { ended: Ended | undefined } {
  const start = Date.now();
  const watched: { ended: Ended | undefined } = { ended: undefined };
  const end = (what: object) => {
    watched.ended = { ...what, ms: Date.now() - start };
  };
  call.then(
    (value) => end({ value }),
    (error: unknown) => end({ error }),
  );
  return watched;
}

/** Lets time pass millisecond by millisecond until all calls have ended. */
async function ends(calls: readonly Promise<unknown>[], mostMs = 60_000): Promise<Ended[]> {
  const watched = calls.map(watch);
  for (let ms = 0; ms < mostMs && watched.some(({ ended }) => ended === undefined); ms++) {
    await vi.advanceTimersByTimeAsync(1);
  }
  return watched.map(({ ended }) => ended ?? { error: "pending", ms: Number.POSITIVE_INFINITY });
}

describe("a signer that hangs (field A2)", () => {
  const secret = hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  const hanging: AsyncSigner = { ...secret, async: true, sign: never } as never;

  it("ends in signer-failed in time, and other calls of the subject work before that", async () => {
    const memory = memoryStore();
    // As far away as a real store.
    const store: Store = {
      get: (...args) => afterMs(1, undefined).then(() => memory.get(...args)),
      swap: (...args) => afterMs(1, undefined).then(() => memory.swap(...args)),
    };
    const guard = createGuard({ store, timeoutMs: 300 });
    const key = { type: "totp", secret } as const;
    const calls = [
      guard.attempt({ subject: "a", key: { type: "totp", secret: hanging }, code: "123456" }),
      guard.status("a"),
      guard.unlock("a"),
      guard.attempt({ subject: "a", key, code: totp(key) }),
    ];
    const [first, ...others] = await ends(calls);
    expect(first).toEqual({ error: refusal("signer-failed"), ms: 300 });
    for (const other of others) {
      expect(other).not.toHaveProperty("error");
      expect(other.ms).toBeLessThan(300);
    }
    expect(others[2]?.value).toMatchObject({ ok: true });
  });

  it("says how long it was waited for", async () => {
    const [{ error } = {} as Ended] = await ends([transact(memoryStore(), KEY, hang, { timeoutMs: 20 })]);
    expect(error).toMatchObject({ code: "signer-failed", message: "the signer did not answer within 20 ms" });
    expect((error as Error).cause).toMatchObject({ name: "TimeUp" });
  });

  it("in a second round leaves an acceptance in doubt, because the first one may be stored", async () => {
    let rounds = 0;
    const machine: Machine<{ readonly ok: boolean }> = (state) => {
      if (rounds++ > 0) return never();
      return { state: `${state}x`, expiresAt: null, outcome: { ok: true }, events: [] };
    };
    const store: Store = { get: async () => null, swap: () => Promise.reject(new Error("connection lost")) };
    const [end] = await ends([transact(store, KEY, machine, { timeoutMs: 20 })]);
    expect(end?.error).toEqual(refusal("store-uncertain"));
  });
});

describe("a signer that is slower than the deadline (field A5)", () => {
  it("causes no write after the deadline", async () => {
    const memory = memoryStore();
    const swap = vi.fn<Store["swap"]>(memory.swap);
    const slow: Machine<number> = (state) => afterMs(500, count(state) as never);
    const [end] = await ends([transact({ get: memory.get, swap }, KEY, slow, { timeoutMs: 200 })]);
    expect(end).toEqual({ error: refusal("signer-failed"), ms: 200 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(swap).not.toHaveBeenCalled();
    expect(await memory.get(KEY)).toBe(null);
  });

  it("causes none if it keeps the processor until the deadline has passed", async () => {
    const swap = vi.fn<Store["swap"]>(async () => true);
    const store: Store = { get: () => afterMs(30, null), swap };
    const busy: Machine<number> = (state) => {
      vi.advanceTimersByTime(500);
      return count(state);
    };
    const [end] = await ends([transact(store, KEY, busy, { timeoutMs: 200 })]);
    expect(end?.error).toEqual(refusal("store-contention"));
    expect(swap).not.toHaveBeenCalled();
  });
});

describe("a store that never answers (field A3)", () => {
  it("ends all calls of one record at the deadline", async () => {
    const calls = Array.from({ length: 10 }, () => transact(silent, KEY, count, { timeoutMs: 300 }));
    const ended = await ends(calls);
    for (const { ms } of ended) expect(ms).toBe(300);
    expect(ended[0]?.error).toEqual(refusal("store-failed"));
    for (const { error } of ended)
      expect(["store-failed", "store-contention"]).toContain((error as { code: string }).code);
  });

  it("ends a read at the deadline", async () => {
    const runner = new MachineRunner("guard", { store: silent, timeoutMs: 300 });
    const [end] = await ends([runner.read({ subject: "a" }, (state) => state)]);
    expect(end).toEqual({ error: refusal("store-failed"), ms: 300 });
    expect(end?.error).toHaveProperty("message", expect.stringContaining("the store did not answer within 300 ms"));
  });

  it("leaves no timer of a read behind, if it answers after all", async () => {
    const runner = new MachineRunner("guard", { store: { get: () => afterMs(5, null), swap: never } });
    const [end] = await ends([runner.read({ subject: "a" }, (state) => state)]);
    expect(end).toEqual({ value: null, ms: 5 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("bounds the whole call, not each of its waits", async () => {
    const slow: Store = { get: () => afterMs(30, null), swap: () => afterMs(30, false) };
    const [end] = await ends([transact(slow, KEY, count, { timeoutMs: 100 })]);
    expect(end).toEqual({ error: refusal("store-uncertain"), ms: 100 });
  });

  it("bounds a pause as well", async () => {
    // The pauses of a call that loses every race take a second in all.
    let reads = 0;
    const busy: Store = { get: async () => `${++reads}`, swap: async () => false };
    const refuse = () => ({ state: "x", expiresAt: null, outcome: { ok: false }, events: [] });
    const [end] = await ends([transact(busy, KEY, refuse, { timeoutMs: 5 })]);
    expect(end).toEqual({ error: refusal("store-contention"), ms: 5 });
    expect(end?.error).toHaveProperty("message", expect.stringContaining("within 5 ms"));
  });

  it("bounds a wait that begins when the time is up already", async () => {
    const store: Store = {
      get: () => afterMs(30, null),
      swap: never,
    };
    const [end] = await ends([transact(store, KEY, count, { timeoutMs: 30 })]);
    expect(end?.ms).toBe(30);
    const limit = new TimeLimit(5);
    for (const who of ["the first", "the second"]) {
      const [wait] = await ends([limit.within(never(), who)]);
      expect(wait?.error).toMatchObject({ name: "TimeUp", message: `${who} did not answer within 5 ms` });
    }
  });
});

describe("a queue", () => {
  /** A store that answers when it is told to. */
  function held() {
    const memory = memoryStore();
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const store: Store = { get: (...args) => gate.then(() => memory.get(...args)), swap: memory.swap };
    return { store, open, memory };
  }

  it("is bounded: of 5,000 calls the rest is refused immediately, and unlock gets through (field A4)", async () => {
    const { store, open } = held();
    const runner = new MachineRunner("guard", { store, timeoutMs: 1000 });
    const noted: string[] = [];
    const note = (name: string) => (state: string | null) => {
      noted.push(name);
      return { state: `${state ?? ""}x`.slice(-1), expiresAt: null, outcome: undefined, events: [] };
    };
    const target = { subject: "a" };
    const guesses = Array.from({ length: 5000 }, () => watch(runner.run(target, note("guess"))));
    const unlock = watch(runner.write(target, note("unlock")));
    await vi.advanceTimersByTimeAsync(0);
    const refused = guesses.filter(({ ended }) => ended !== undefined);
    expect(refused).toHaveLength(5000 - 1 - MAX_WAITING);
    for (const { ended } of refused) expect(ended).toEqual({ error: refusal("store-contention"), ms: 0 });
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect(unlock.ended).toEqual({ value: undefined, ms: 0 });
    // It went before the guesses that were waiting.
    expect(noted.slice(0, 2)).toEqual(["guess", "unlock"]);
    expect(noted).toHaveLength(1 + 1 + MAX_WAITING);
    expect(guesses.every(({ ended }) => ended !== undefined)).toBe(true);
  });

  it("keeps the order of what an administrator asks for, and is bounded for that too", async () => {
    const { store, open } = held();
    const runner = new MachineRunner("guard", { store });
    const noted: number[] = [];
    const note = (number: number) => (state: string | null) => {
      noted.push(number);
      return { state, expiresAt: null, outcome: undefined, events: [] };
    };
    const attempts = Array.from({ length: 1 + MAX_WAITING }, (_, i) =>
      watch(runner.run({ subject: "a" }, note(1000 + i))),
    );
    const urgent = Array.from({ length: MAX_URGENT + 1 }, (_, i) => watch(runner.write({ subject: "a" }, note(i))));
    await vi.advanceTimersByTimeAsync(0);
    expect(urgent.at(-1)?.ended).toEqual({ error: refusal("store-contention"), ms: 0 });
    open();
    await vi.advanceTimersByTimeAsync(0);
    const order = Array.from({ length: MAX_URGENT }, (_, i) => i);
    expect(noted).toEqual([1000, ...order, ...Array.from({ length: MAX_WAITING }, (_, i) => 1001 + i)]);
    for (const { ended } of [...attempts, ...urgent.slice(0, -1)]) expect(ended).not.toHaveProperty("error");
  });

  it("does not wait for a call that hangs longer than a quarter of its time limit", async () => {
    const memory = memoryStore();
    const hanging = watch(transact(memory, KEY, hang, { timeoutMs: 400 }));
    const [next] = await ends([transact(memory, KEY, count, { timeoutMs: 400 })]);
    expect(next).toEqual({ value: expect.objectContaining({ outcome: 1 }), ms: 100 });
    expect(hanging.ended).toBe(undefined);
  });

  it("passes on the turn of each call that hangs, one after the other", async () => {
    const memory = memoryStore();
    const hanging = [1, 2, 3].map(() => watch(transact(memory, KEY, hang, { timeoutMs: 400 })));
    const [next] = await ends([transact(memory, KEY, count, { timeoutMs: 400 })]);
    expect(next?.ms).toBe(300);
    await vi.advanceTimersByTimeAsync(400);
    expect(hanging.map(({ ended }) => ended)).toEqual(
      [400, 400, 400].map((ms) => ({ error: refusal("signer-failed"), ms })),
    );
  });

  it("forgets a call that has given up: it gets no turn later", async () => {
    const { store, open } = held();
    const first = watch(transact(store, KEY, count));
    const machine = vi.fn<Machine<number>>(count);
    // A turn of these three is over after 10 ms.
    const limits = [40, 40, 40, 20];
    const ended = await ends(limits.map((timeoutMs) => transact(store, KEY, machine, { timeoutMs })));
    const message = "the calls before this one did not answer within 20 ms";
    expect(ended[3]).toEqual({ error: expect.objectContaining({ code: "store-contention", message }), ms: 20 });
    const next = watch(transact(store, KEY, count));
    open();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([first.ended?.value, next.ended?.value]).toMatchObject([{ outcome: 1 }, { outcome: 2 }]);
    expect(machine).not.toHaveBeenCalled();
  });

  it("keeps the places of the others when a call gives up", async () => {
    const { store, open } = held();
    const call = (timeoutMs: number) => watch(transact(store, KEY, count, { timeoutMs }));
    const [first, second, third, fourth] = [call(1000), call(1000), call(20), call(1000)];
    await vi.advanceTimersByTimeAsync(25);
    const cause = expect.objectContaining({ name: "TimeUp" });
    expect(third?.ended).toEqual({ error: expect.objectContaining({ code: "store-contention", cause }), ms: 20 });
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect([first, second, fourth].map((each) => each?.ended)).toEqual(
      [1, 2, 3].map((outcome) => ({ value: expect.objectContaining({ outcome }), ms: 25 })),
    );
  });

  it("is that of one record: a call of another one begins none of its calls", async () => {
    const memory = memoryStore();
    const waiting = vi.fn<Machine<number>>(count);
    void watch(transact(memory, KEY, hang, { timeoutMs: 400 }));
    void watch(transact(memory, KEY, waiting, { timeoutMs: 400 }));
    await ends([1, 2, 3].map(() => transact(memory, "another record", count)));
    expect(waiting).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect(waiting).toHaveBeenCalledOnce();
  });

  it("leaves no timer behind, whatever became of its calls", async () => {
    const { store, open } = held();
    const calls = [10, 20, 30, 1000].map((timeoutMs) => watch(transact(store, KEY, count, { timeoutMs })));
    await vi.advanceTimersByTimeAsync(25);
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.every(({ ended }) => ended !== undefined)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not waited in by a read", async () => {
    const memory = memoryStore();
    const runner = new MachineRunner("guard", { store: memory });
    void watch(runner.run({ subject: "a" }, () => never()));
    const [end] = await ends([runner.read({ subject: "a" }, (state) => state)]);
    expect(end).toEqual({ value: null, ms: expect.any(Number) });
    expect(end?.ms).toBeLessThan(10);
  });
});
