// The part that all services share: which record, which store key, which owner, and who hears of the events.
import { createGuard } from "otp-core/guard";
import { createPasscodes } from "otp-core/passcodes";
import { createRecoveryCodes } from "otp-core/recovery";
import { memoryStore, type RecordOwner, type ServiceOptions, type Store } from "otp-core/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MachineRunner } from "../../src/store/step/runner.ts";
import { refusal } from "../support/refusal.ts";

const pepper = new Uint8Array(32).fill(7);
const FAILURE = new Error("the listener failed");
const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;

interface Event {
  readonly type: string;
}
const noted = (state: string | null) => ({
  state: `${state ?? ""}x`,
  expiresAt: null,
  outcome: state,
  events: [{ type: "noted" }],
});

function runnerOf(options: Partial<ServiceOptions<Event & { readonly subject: string }>> = {}) {
  return new MachineRunner<{ readonly subject: string }, Event>("guard", { store: memoryStore(), ...options });
}

/** Rejections that nothing handled: Node would end the process for one. */
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(() => void process.off("unhandledRejection", note));
/** Node reports an unhandled rejection after the microtasks of a turn. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A promise of another library. */
const thenable = {
  // biome-ignore lint/suspicious/noThenProperty: this is what makes it one
  then: (_: unknown, reject: (error: unknown) => void) => reject(FAILURE),
};

const throwing: readonly [string, () => unknown][] = [
  [
    "throws",
    () => {
      throw FAILURE;
    },
  ],
  ["rejects", () => Promise.reject(FAILURE)],
  [
    "rejects later",
    async () => {
      await null;
      throw FAILURE;
    },
  ],
  ["returns a thenable that rejects", () => thenable],
];

describe.each(throwing)("a listener that %s (field A1)", (_, fail) => {
  it("changes nothing, and onListenerError gets its error and the event", async () => {
    const onListenerError = vi.fn<(error: unknown, event: Event) => void>();
    const runner = runnerOf({ onEvent: fail, onListenerError });
    expect(await runner.run({ subject: "a" }, noted)).toBe(null);
    await nextTurn();
    expect(onListenerError.mock.calls).toEqual([[FAILURE, { type: "noted", subject: "a" }]]);
    expect(unhandled).toEqual([]);
  });

  it("is ignored without onListenerError", async () => {
    const runner = runnerOf({ onEvent: fail });
    expect(await runner.run({ subject: "a" }, noted)).toBe(null);
    await nextTurn();
    expect(unhandled).toEqual([]);
  });

  it("is ignored if onListenerError fails in the same way", async () => {
    const runner = runnerOf({ onEvent: fail, onListenerError: fail as () => void });
    expect(await runner.run({ subject: "a" }, noted)).toBe(null);
    await nextTurn();
    expect(unhandled).toEqual([]);
  });

  it("ends no service, not even for a text that is not a code", async () => {
    const onListenerError = vi.fn<(error: unknown, event: object) => void>();
    const options = { store: memoryStore(), onEvent: fail, onListenerError };
    const guard = createGuard(options);
    const passcodes = createPasscodes({ ...options, pepper });
    const recovery = createRecoveryCodes({ ...options, pepper });
    const attempts = [
      () => guard.verify({ subject: "a", key, code: "no code" }),
      () => guard.verify({ subject: "a", key, code: "000000" }),
      () => passcodes.attempt({ subject: "a", purpose: "login", code: "no code" }),
      () => recovery.attempt({ subject: "a", code: "no code" }),
    ];
    for (const [i, attempt] of attempts.entries()) {
      await attempt();
      await nextTurn();
      expect(onListenerError).toHaveBeenCalledTimes(i + 1);
    }
    expect(unhandled).toEqual([]);
  });
});

describe("a listener", () => {
  it("is not waited for", async () => {
    const runner = runnerOf({ onEvent: () => new Promise(() => {}) });
    expect(await runner.run({ subject: "a" }, noted)).toBe(null);
  });

  it.each([undefined, null, 5, {}])("may return anything, which is no failure: %o", async (returned) => {
    const onListenerError = vi.fn<() => void>();
    await runnerOf({ onEvent: () => returned, onListenerError }).run({ subject: "a" }, noted);
    await runnerOf({ onListenerError }).run({ subject: "a" }, noted);
    expect(onListenerError).not.toHaveBeenCalled();
  });

  it("hears of an event after it was stored, with the fields of the record's name", async () => {
    const store = memoryStore();
    const heard: unknown[] = [];
    const runner = new MachineRunner<{ readonly subject: string; readonly purpose: string }, Event>("passcodes", {
      store,
      onEvent: (event) => heard.push(event),
    });
    await runner.run({ subject: "a", purpose: "login" }, noted);
    expect(heard).toEqual([{ type: "noted", subject: "a", purpose: "login" }]);
  });

  it("that fails does not keep the next event from it", async () => {
    const onEvent = vi.fn<(event: Event) => void>(() => {
      throw FAILURE;
    });
    const two = (state: string | null) => ({ ...noted(state), events: [{ type: "one" }, { type: "two" }] });
    await runnerOf({ onEvent }).run({ subject: "a" }, two);
    expect(onEvent).toHaveBeenCalledTimes(2);
  });
});

describe("the owner of a record", () => {
  /** What a store is told of the owner by each of its methods. */
  async function ownersOf(use: (store: Store) => Promise<unknown>) {
    const owners: (RecordOwner | undefined)[] = [];
    const memory = memoryStore();
    await use({
      get(name, owner) {
        owners.push(owner);
        return memory.get(name);
      },
      swap(name, expected, next, expiresAt, owner) {
        owners.push(owner);
        return memory.swap(name, expected, next, expiresAt);
      },
    });
    return owners;
  }

  it("is handed to get and to swap", async () => {
    const owner = { kind: "guard", subject: "a", purpose: null };
    expect(await ownersOf((store) => runnerOf({ store }).run({ subject: "a" }, noted))).toEqual([owner, owner]);
    expect(await ownersOf((store) => runnerOf({ store }).read({ subject: "a" }, (state) => state))).toEqual([owner]);
  });

  it("has the purpose of a sent code", async () => {
    const [owner] = await ownersOf((store) =>
      createPasscodes({ store, pepper }).status({ subject: "a", purpose: "login" }),
    );
    expect(owner).toEqual({ kind: "passcodes", subject: "a", purpose: "login" });
  });

  it("has the name of a limiter as its purpose", async () => {
    const named = { name: "address", ids: ["10", "60000"] };
    const [owner] = await ownersOf((store) =>
      new MachineRunner("limiter", { store }, named).read({ subject: "192.0.2.1" }, (state) => state),
    );
    expect(owner).toEqual({ kind: "limiter", subject: "192.0.2.1", purpose: "address" });
  });
});

describe("the records of a limiter", () => {
  it("are others for another name and for another policy", async () => {
    const store = memoryStore();
    const names = [
      { name: "a", ids: ["1", "2"] },
      { name: "a", ids: ["1", "3"] },
      { name: "a", ids: ["12"] },
      { name: "a1", ids: ["2"] },
    ];
    for (const named of names) {
      const runner = new MachineRunner("limiter", { store }, named);
      expect(await runner.run({ subject: "s" }, (state) => ({ ...noted(state), events: [] }))).toBe(null);
    }
  });
});

describe("the ways to run a machine", () => {
  const same = (state: string | null) => ({ ...noted(state), state, events: [] });

  it("write only what changes, except for what an administrator asks for", async () => {
    const memory = memoryStore();
    const swap = vi.fn<Store["swap"]>(memory.swap);
    const runner = runnerOf({ store: { get: memory.get, swap } });
    await runner.run({ subject: "a" }, same);
    expect(swap).toHaveBeenCalledTimes(0);
    await runner.write({ subject: "a" }, same);
    expect(swap).toHaveBeenCalledTimes(1);
    expect(await runner.read({ subject: "a" }, (state) => state)).toBe(null);
    expect(swap).toHaveBeenCalledTimes(1);
  });
});

describe("the options of a service", () => {
  const store = memoryStore();
  it.each<[string, object]>([
    ["store", { store: undefined }],
    ["store", { store: { get: store.get } }],
    ["store", { store: { swap: store.swap } }],
    ["clock", { clock: 5 }],
    ["prefix", { prefix: "" }],
    ["prefix", { prefix: "a:b" }],
    ["prefix", { prefix: "a.b" }],
    ["prefix", { prefix: "x".repeat(25) }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeoutMs", { timeoutMs: 600_001 }],
    ["onEvent", { onEvent: "log" }],
    ["onListenerError", { onListenerError: {} }],
  ])("are checked by name: %s %o", (argument, options) => {
    expect(() => runnerOf(options)).toThrow(refusal("invalid-argument", argument));
    expect(() => createRecoveryCodes({ store, pepper, ...options } as never)).toThrow(
      refusal("invalid-argument", argument),
    );
  });
});
