import { memoryStore } from "otp-core/store";
import { fakeClock, storeContract } from "otp-core/testing";
import { describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

describe("the store in memory", () => {
  const store = memoryStore();
  it.each(storeContract(() => store))("$name", (law) => law.run());

  it("is one place per store: another one knows nothing of it (trap 12)", async () => {
    await store.swap("key", null, "value", null);
    expect(await memoryStore().get("key")).toBe(null);
  });

  it("gives each reader the record of the moment of the call", async () => {
    const store = memoryStore();
    await store.swap("key", null, "first", null);
    const reading = store.get("key");
    await store.swap("key", "first", "second", null);
    expect(await reading).toBe("first");
  });
});

describe("expiry in the store in memory", () => {
  /** Enough writes for the sweep to come by everywhere, and then some. */
  async function sweep(store: ReturnType<typeof memoryStore>, now: number, writes = 1000): Promise<void> {
    for (let i = 0; i < writes; i++) {
      const last = (await store.get("sweeper")) ?? null;
      await store.swap("sweeper", last, `${i}`, now + 1000 * HOUR);
    }
  }

  it("keeps a record an hour longer than it was told, and then drops it", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    await store.swap("key", null, "value", NOW + 1000);
    clock.set(NOW + 1000 + HOUR);
    await sweep(store, clock());
    expect(await store.get("key")).toBe("value");
    clock.advance(1);
    await sweep(store, clock());
    expect(await store.get("key")).toBe(null);
  });

  it("never drops a record without a time", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    await store.swap("key", null, "value", null);
    clock.advance(100 * 365 * 24 * HOUR);
    await sweep(store, clock());
    expect(await store.get("key")).toBe("value");
  });

  it("goes by the last write: a later time, and none at all", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    await store.swap("later", null, "1", NOW);
    await store.swap("later", "1", "2", NOW + 10 * HOUR);
    await store.swap("never", null, "1", NOW);
    await store.swap("never", "1", "2", null);
    await store.swap("sooner", null, "1", null);
    await store.swap("sooner", "1", "2", NOW);
    await store.swap("again", null, "1", NOW);
    await store.swap("again", "1", null, null);
    await store.swap("again", null, "2", null);
    clock.advance(5 * HOUR);
    await sweep(store, clock());
    const found = await Promise.all(["later", "never", "sooner", "again"].map((key) => store.get(key)));
    expect(found).toEqual(["2", "2", null, "2"]);
  });

  it("is not moved by a write that was refused", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    await store.swap("key", null, "value", NOW);
    await store.swap("key", "other", "later", null);
    clock.advance(2 * HOUR);
    await sweep(store, clock());
    expect(await store.get("key")).toBe(null);
  });

  it("bounds the memory: a hundred thousand records come and go, and only those stay that have not expired", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    const LIFE = 1000;
    // A record per millisecond; the hour that each is kept longer goes by at once, every thousand.
    const keys: string[] = [];
    let most = 0;
    for (let i = 0; i < 100_000; i++) {
      const key = `key ${i}`;
      keys.push(key);
      await store.swap(key, null, "value", clock() + LIFE);
      clock.advance(1);
      if (i % 1000 !== 999) continue;
      clock.advance(HOUR);
      let alive = 0;
      for (const other of keys.slice(-10_000)) if ((await store.get(other)) !== null) alive++;
      most = Math.max(most, alive);
    }
    // Two are looked at per write: those that come in, and as many that go.
    expect(most).toBeLessThanOrEqual(4000);
    let left = 0;
    for (const key of keys) if ((await store.get(key)) !== null) left++;
    expect(left).toBeLessThanOrEqual(4000);
  });

  it("looks at two records with every write, however many there are", async () => {
    const clock = vi.fn(() => NOW);
    const store = memoryStore({ clock });
    const looks: number[] = [];
    for (let i = 0; i < 100; i++) {
      clock.mockClear();
      await store.swap(`key ${i}`, null, "value", NOW);
      looks.push(clock.mock.calls.length);
    }
    expect(Math.max(...looks)).toBe(2);
  });

  it("keeps nothing of a record that was removed", async () => {
    const store = memoryStore();
    await store.swap("key", null, "value", NOW);
    const set = vi.spyOn(Map.prototype, "set");
    const remove = vi.spyOn(Map.prototype, "delete");
    try {
      await store.swap("key", "value", null, NOW);
      // The text and its time.
      expect(remove.mock.calls).toEqual([["key"], ["key"]]);
      expect(set).not.toHaveBeenCalled();
    } finally {
      vi.restoreAllMocks();
    }
  });

  it("does not let what is kept for ever stand in the way of what is not", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    for (let i = 0; i < 10_000; i++) await store.swap(`kept ${i}`, null, "value", null);
    await store.swap("key", null, "value", NOW);
    clock.advance(2 * HOUR);
    await sweep(store, clock(), 10);
    expect(await store.get("key")).toBe(null);
  });

  it("uses the clock of the machine by default", async () => {
    const store = memoryStore();
    await store.swap("old", null, "value", Date.now() - HOUR - 1000);
    await store.swap("new", null, "value", Date.now() - HOUR + 60_000);
    await sweep(store, Date.now(), 10);
    expect([await store.get("old"), await store.get("new")]).toEqual([null, "value"]);
  });
});

describe("what the store in memory is asked to keep", () => {
  it.each([
    ["key and next", [1, null, "value", null]],
    ["key and next", ["key", null, 1, null]],
    ["key and next", ["key", null, undefined, null]],
    ["expiresAt", ["key", null, "value", Number.NaN]],
    ["expiresAt", ["key", null, "value", Number.POSITIVE_INFINITY]],
    ["expiresAt", ["key", null, "value", undefined]],
  ])("is text with a time, or refused: %s", async (argument, swap) => {
    const store = memoryStore();
    await expect(store.swap(...(swap as unknown as Parameters<typeof store.swap>))).rejects.toThrow(
      refusal("invalid-argument", argument),
    );
    expect(await store.get("key")).toBe(null);
  });
});

describe("the options of the store in memory", () => {
  it.each([
    ["options", null],
    ["options", 1],
    ["clock", { clock: 0 }],
    ["clock", { clock: new Date() }],
    ["ttlMs", { ttlMs: 1000 }],
  ])("are refused by name: %s", (argument, options) => {
    expect(() => memoryStore(options as Parameters<typeof memoryStore>[0])).toThrow(
      refusal("invalid-argument", argument),
    );
  });
});

describe("a write that is none", () => {
  const bad: readonly [string, unknown[], string][] = [
    ["no text", ["key", null, 5, null], "key and next"],
    ["no key", [5, null, "value", null], "key and next"],
    // Such a record would break the sweep, and with it the writes of all other calls.
    ["no moment of expiry", ["key", null, "value", 2n], "expiresAt"],
    ["an expiry that no number is", ["key", null, "value", Number.NaN], "expiresAt"],
  ];

  it.each(bad)("%s: refused, and nothing is there", async (_, args, argument) => {
    const store = memoryStore();
    const swap = store.swap as (...args: unknown[]) => Promise<boolean>;
    await expect(swap(...args)).rejects.toThrow(refusal("invalid-argument", argument));
    expect(await store.get("key")).toBe(null);
  });
});
