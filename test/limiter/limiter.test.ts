import fc from "fast-check";
import { createLimiter, type LimiterOptions, type LimiterOutcome } from "otp-core/limiter";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it, vi } from "vitest";
import { explore, exploreAtRandom, type Scenario } from "../concurrency/explore.ts";
import type { Call } from "../concurrency/simulated-store.ts";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const SUBJECT = "192.0.2.1";
const MINUTE = 60_000;
const DAY = 86_400_000;

function limiter(limit: number, perMs: number, start = NOW) {
  const clock = fakeClock(start);
  const service = createLimiter({ store: memoryStore({ clock }), name: "test", limit, perMs, clock });
  return {
    clock,
    take: (subject = SUBJECT) => service.attempt(subject),
    giveBack: (subject = SUBJECT) => service.giveBack(subject),
    status: (subject = SUBJECT) => service.status(subject),
    forget: (subject = SUBJECT) => service.forget(subject),
    isLeft: (subject = SUBJECT) => service.take(subject),
  };
}

describe("a limiter", () => {
  it("writes nothing if there is no turn to give back", async () => {
    const store = memoryStore();
    let swaps = 0;
    const counting: Store = {
      get: store.get,
      swap(...call) {
        swaps++;
        return store.swap(...call);
      },
    };
    const service = createLimiter({ store: counting, name: "test", limit: 2, perMs: MINUTE, clock: fakeClock(NOW) });
    await service.giveBack(SUBJECT);
    expect(swaps).toBe(0);
    await service.take(SUBJECT);
    await service.giveBack(SUBJECT);
    expect(swaps).toBe(2);
  });

  it("lets the limit through at once, and says how many are left", async () => {
    const { take } = limiter(3, 60_000);
    expect(await take()).toEqual({ ok: true, remaining: 2 });
    expect(await take()).toEqual({ ok: true, remaining: 1 });
    expect(await take()).toEqual({ ok: true, remaining: 0 });
    expect(await take()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 20_000 });
  });

  it("lets one more through exactly when it said, and not a millisecond earlier", async () => {
    const { clock, take } = limiter(3, 60_000);
    for (let i = 0; i < 3; i++) await take();
    clock.advance(19_999);
    expect(await take()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 1 });
    clock.advance(1);
    expect(await take()).toEqual({ ok: true, remaining: 0 });
    expect(await take()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 20_000 });
  });

  it("keeps to the millisecond over the longest time as well", async () => {
    for (const [limit, perMs] of [
      [1, 2_592_000_000],
      [2, 2_592_000_000],
      [5, 86_400_000],
    ] as const) {
      const { clock, take } = limiter(limit, perMs);
      for (let i = 0; i < limit; i++) await take();
      clock.advance(perMs / limit - 1);
      expect(await take()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 1 });
      clock.advance(1);
      expect(await take()).toEqual({ ok: true, remaining: 0 });
    }
  });

  it("has all of its limit back after the whole time, and never more", async () => {
    const { clock, take } = limiter(3, 60_000);
    for (let i = 0; i < 3; i++) await take();
    clock.advance(60_000);
    expect(await take()).toEqual({ ok: true, remaining: 2 });
    clock.advance(365 * 86_400_000);
    expect(await take()).toEqual({ ok: true, remaining: 2 });
  });

  it("does not make the wait longer for those who ask in between (trap 29)", async () => {
    const { clock, take } = limiter(1, 60_000);
    await take();
    for (let i = 1; i < 60; i++) {
      clock.advance(1000);
      expect(await take()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 60_000 - i * 1000 });
    }
    clock.advance(1000);
    expect((await take()).ok).toBe(true);
  });

  it("writes nothing for who is refused", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    const swap = vi.fn<Store["swap"]>((...args) => store.swap(...args));
    const { take } = createLimiter({ store: { get: store.get, swap }, name: "test", limit: 1, perMs: 60_000, clock });
    await take("a");
    await take("a");
    await take("a");
    expect(swap).toHaveBeenCalledTimes(1);
  });

  it("keeps subjects apart, and limiters of other names", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    const one = createLimiter({ store, name: "login", limit: 1, perMs: 1000, clock });
    const other = createLimiter({ store, name: "sms", limit: 1, perMs: 1000, clock });
    const elsewhere = createLimiter({ store, name: "login", prefix: "test", limit: 1, perMs: 1000, clock });
    for (const { take } of [one, other, elsewhere]) {
      for (const subject of ["a", "A", "a ", "b"]) expect(await take(subject)).toBe(true);
      expect(await take("a")).toBe(false);
    }
  });

  it("shares its count among all that have its name and store", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    const options = { store, name: "login", limit: 3, perMs: 60_000, clock };
    const taken: boolean[] = [];
    for (let i = 0; i < 5; i++) taken.push(await createLimiter(options).take("a"));
    expect(taken).toEqual([true, true, true, false, false]);
  });

  it("is a boolean for most callers: whether a turn was left", async () => {
    const { isLeft, take } = limiter(2, MINUTE);
    expect(await isLeft()).toBe(true);
    expect(await take()).toEqual({ ok: true, remaining: 0 });
    expect(await isLeft()).toBe(false);
  });

  it("gives a turn back, and never more than were taken", async () => {
    const { take, giveBack, status, clock } = limiter(2, MINUTE);
    await giveBack();
    expect(await status()).toEqual({ remaining: 2, retryAt: null });
    await take();
    await take();
    await giveBack();
    expect(await status()).toEqual({ remaining: 1, retryAt: null });
    expect(await take()).toEqual({ ok: true, remaining: 0 });
    clock.advance(MINUTE);
    for (let i = 0; i < 3; i++) await giveBack();
    expect(await take()).toEqual({ ok: true, remaining: 1 });
  });

  it("says what is left without taking it", async () => {
    const { take, status, clock } = limiter(2, MINUTE);
    expect(await status()).toEqual({ remaining: 2, retryAt: null });
    await take();
    await take();
    clock.advance(10_000);
    for (let i = 0; i < 3; i++) expect(await status()).toEqual({ remaining: 0, retryAt: NOW + 30_000 });
    clock.advance(20_000);
    expect(await status()).toEqual({ remaining: 1, retryAt: null });
  });

  it("is cleared for support", async () => {
    const { take, forget, status } = limiter(1, MINUTE);
    await take();
    expect((await take()).ok).toBe(false);
    await forget();
    expect(await status()).toEqual({ remaining: 1, retryAt: null });
    expect((await take()).ok).toBe(true);
  });

  it("lets no one wait longer because the clock went back by a day, and counts from there", async () => {
    const { clock, take } = limiter(2, MINUTE);
    await take();
    await take();
    clock.advance(-DAY);
    expect(await take()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 30_000 });
    clock.advance(29_999);
    expect((await take()).ok).toBe(false);
    clock.advance(1);
    expect(await take()).toEqual({ ok: true, remaining: 0 });
  });

  it("takes a moment up to ten minutes ahead for the clock of another server", async () => {
    const { clock, take } = limiter(2, MINUTE);
    await take();
    await take();
    clock.advance(-10 * MINUTE);
    expect(await take()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 10 * MINUTE + 30_000 });
    clock.advance(-1);
    expect(await take()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 30_000 });
  });

  it("lets a record go when nothing is left in it", async () => {
    const expiries: (number | null)[] = [];
    const store: Store = {
      get: async () => null,
      swap: async (_, __, ___, expiresAt) => expiries.push(expiresAt) > 0,
    };
    await createLimiter({ store, name: "test", limit: 3, perMs: 60_000, clock: () => NOW }).take("a");
    expect(expiries).toEqual([NOW + 20_000]);
  });

  it("lets it go as well when the last that was written was that the clock went back", async () => {
    const expiries: (number | null)[] = [];
    const clock = fakeClock(NOW);
    const memory = memoryStore({ clock });
    const store: Store = {
      get: memory.get,
      swap: (key, expected, next, expiresAt) => {
        expiries.push(expiresAt);
        return memory.swap(key, expected, next, expiresAt);
      },
    };
    const { take } = createLimiter({ store, name: "test", limit: 2, perMs: 60_000, clock });
    await take("a");
    await take("a");
    clock.advance(-DAY);
    expect(await take("a")).toBe(false);
    expect(expiries).toEqual([NOW + 30_000, NOW + 60_000, NOW - DAY + 60_000]);
  });

  it("counts apart under another policy of the same name, so that two policies side by side let no more through (field C3)", async () => {
    const clock = fakeClock(NOW);
    const store = memoryStore({ clock });
    const policies = [
      { limit: 10, perMs: DAY },
      { limit: 10, perMs: 1000 },
      { limit: 5, perMs: DAY },
    ];
    const taken = policies.map(() => 0);
    for (let i = 0; i < 900; i++) {
      for (const [which, policy] of policies.entries()) {
        if (await createLimiter({ store, name: "test", ...policy, clock }).take("a"))
          taken[which] = (taken[which] ?? 0) + 1;
      }
    }
    expect(taken).toEqual([10, 10, 5]);
  });

  it("is on the clock of the machine by default", async () => {
    const { attempt } = createLimiter({ store: memoryStore(), name: "test", limit: 1, perMs: 60_000 });
    const before = Date.now();
    expect((await attempt("a")).ok).toBe(true);
    const refused = await attempt("a");
    const passed = Date.now() - before;
    const { retryAfterMs } = refused as Extract<LimiterOutcome, { ok: false }>;
    expect(retryAfterMs).toBeGreaterThanOrEqual(60_000 - passed);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });
});

/** A bucket in whole numbers, so that nothing is rounded: full at `limit * perMs`, a turn is `perMs`, `limit` leak per millisecond. */
class ModelBucket {
  readonly #limit: bigint;
  readonly #perMs: bigint;
  #level = 0n;
  #at = 0n;
  #movedAt: bigint | undefined;

  constructor(limit: number, perMs: number) {
    [this.#limit, this.#perMs] = [BigInt(limit), BigInt(perMs)];
  }

  take(time: number): LimiterOutcome {
    const now = BigInt(time);
    const ahead = this.#at - now;
    const sinceMove = this.#movedAt === undefined ? undefined : now - this.#movedAt;
    const mayMove = sinceMove === undefined || sinceMove >= 600_000n || sinceMove <= -600_000n;
    let at = this.#at;
    let level = this.#level;
    if (ahead > 600_000n && mayMove) {
      at = now;
      this.#at = now;
      this.#movedAt = now;
    } else if (ahead < 0n) {
      level -= -ahead * this.#limit;
      if (level < 0n) level = 0n;
      at = now;
    }
    const over = level + this.#perMs - this.#limit * this.#perMs;
    if (over > 0n) {
      const wait = (over + this.#limit - 1n) / this.#limit;
      const until = at - now;
      return { ok: false, reason: "throttled", retryAfterMs: Number((until > 600_000n ? 600_000n : until) + wait) };
    }
    this.#level = level + this.#perMs;
    this.#at = at;
    return { ok: true, remaining: Number(-over / this.#perMs) };
  }
}

describe("whatever is taken, and whatever the clock does", () => {
  const limits = fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 1_000_000 }));
  const spans = fc.oneof(fc.constantFrom(1, 1000, 60_000, 86_400_000), fc.integer({ min: 1, max: 2_592_000_000 }));

  it("the limiter does what a bucket in whole numbers does", async () => {
    const law = fc.asyncProperty(
      limits,
      spans,
      fc.array(fc.tuple(fc.integer({ min: -30, max: 100 }), fc.integer({ min: 1, max: 12 })), { maxLength: 30 }),
      async (limit, perMs, moves) => {
        const { clock, take } = limiter(limit, perMs);
        const bucket = new ModelBucket(limit, perMs);
        for (const [percent, times] of moves) {
          clock.advance(Math.round((percent / 100) * perMs));
          for (let i = 0; i < times; i++) expect(await take()).toEqual(bucket.take(clock()));
        }
      },
    );
    await fc.assert(law, { numRuns: 300 });
  });

  it("retryAfterMs is the first moment at which one is let through", async () => {
    const law = fc.asyncProperty(limits, spans, fc.integer({ min: 0, max: 100 }), async (limit, perMs, percent) => {
      fc.pre(limit <= 50);
      const { clock, take } = limiter(limit, perMs);
      for (let i = 0; i < limit; i++) await take();
      clock.advance(Math.floor((percent / 100) * (perMs / limit)));
      const outcome = await take();
      if (outcome.ok) return;
      clock.advance(outcome.retryAfterMs - 1);
      expect((await take()).ok).toBe(false);
      clock.advance(1);
      expect((await take()).ok).toBe(true);
    });
    await fc.assert(law, { numRuns: 200 });
  });
});

describe("takes at the same time from several processes", () => {
  const LIMIT = 2;
  const take: Call = (store, clock) =>
    createLimiter({ store, name: "t", limit: LIMIT, perMs: 60_000, clock }).take("a");
  const scenario = (processes: number, limited = take, limit = LIMIT): Scenario => ({
    now: NOW,
    record: null,
    processes: Array.from({ length: processes }, () => [limited]),
    alike: true,
    check({ answers, writes, faults }) {
      // A call whose reply was lost writes what is there once more, to confirm it.
      if (new Set(writes.map(({ by }) => by)).size > limit) throw new Error("more was taken than there is");
      for (const answer of answers) {
        if ("error" in answer) {
          if (faults === 0) throw new Error("failed though nothing went wrong");
          continue;
        }
        const ok = answer.value as boolean;
        if (ok !== writes.some(({ by }) => by === answer.by))
          throw new Error(ok ? "let through unnoticed" : "refused but taken");
      }
    },
  });

  it("three of them, two things going wrong: never more than the limit are let through", {
    timeout: 60_000,
  }, async () => {
    expect(await explore({ ...scenario(3), faults: 2 })).toBeGreaterThan(100);
  });

  it("more than a record has names for: who comes too late is throttled, and not in doubt", async () => {
    const five: Call = (store, clock) => createLimiter({ store, name: "t", limit: 5, perMs: 60_000, clock }).take("a");
    await exploreAtRandom(scenario(8, five, 5), 300);
  });
});

describe("the options of a limiter", () => {
  const good = { store: memoryStore(), name: "test", limit: 1, perMs: 1000 };
  it.each([
    ["store", { store: undefined }],
    ["store", { store: { get: good.store.get } }],
    ["name", { name: undefined }],
    ["name", { name: "" }],
    ["name", { name: "x".repeat(1025) }],
    ["name", { name: "\ud800" }],
    ["name", { name: 1 }],
    ["limit", { limit: undefined }],
    ["limit", { limit: 0 }],
    ["limit", { limit: 1.5 }],
    ["limit", { limit: 1_000_001 }],
    ["limit", { limit: "10" }],
    ["limit", { limit: Number.NaN }],
    ["limit", { limit: Number.POSITIVE_INFINITY }],
    ["perMs", { perMs: undefined }],
    ["perMs", { perMs: 0 }],
    ["perMs", { perMs: -1 }],
    ["perMs", { perMs: 2_592_000_001 }],
    ["prefix", { prefix: "" }],
    ["prefix", { prefix: "a:b" }],
    ["clock", { clock: 0 }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["burst", { burst: 1 }],
  ])("are refused by name: %s", (argument, wrong) => {
    const options = { ...good, ...wrong } as unknown as LimiterOptions;
    expect(() => createLimiter(options)).toThrow(refusal("invalid-argument", argument));
  });

  it.each([undefined, null, "options", 1])("are an object: %s is refused", (options) => {
    const create = createLimiter as (options: unknown) => unknown;
    expect(() => create(options)).toThrow(refusal("invalid-argument", "options"));
  });

  it.each([["", "\udc00", "x".repeat(1025), undefined, 1, null]].flat().map((subject) => [subject]))(
    "and the subject: %j is refused as a rejection",
    async (subject) => {
      const service = createLimiter(good);
      for (const name of ["take", "attempt", "giveBack", "status", "forget"] as const) {
        const call = service[name] as (subject: unknown) => Promise<unknown>;
        await expect(call(subject), name).rejects.toThrow(refusal("invalid-argument", "subject"));
      }
    },
  );

  it.each([Number.NaN, -1, 1.5, "0", undefined, 8.64e15 + 1])("and what the clock says: %s", async (time) => {
    const clock = () => time as number;
    await expect(createLimiter({ ...good, clock }).take("a")).rejects.toThrow(refusal("invalid-argument", "now"));
  });
});

describe("a stored state that is not a limiter's", () => {
  const NONCE = "ABCDEFGHIJKLMNOP2345";
  const bad = ["2,1,1800000000000,-", "1,1", "1,1,5", "1,1,5,-,-", "1,,5,-", "1,1e0,5,-", "1,01,5,-", "1,x,5,-"];
  const worse = [
    "1,-,5,-",
    "1,5,-,-",
    "1,NaN,5,-",
    "1,Infinity,5,-",
    "1,1,1.5,-",
    "1,1,Infinity,-",
    "1,1, 5,-",
    "1,1,5,x",
    "{}",
    " ",
  ];
  it.each([...bad, ...worse])("%j rejects", async (state) => {
    const store: Store = { get: async () => `${NONCE}\n${state}`, swap: async () => true };
    const { take } = createLimiter({ store, name: "test", limit: 1, perMs: 1000 });
    await expect(take("a")).rejects.toThrow(refusal("state-invalid"));
  });

  const takeAfter = (state: string, now: number) => {
    const store: Store = { get: async () => `${NONCE}\n${state}`, swap: async () => true };
    return createLimiter({ store, name: "test", limit: 1, perMs: 1000, clock: () => now }).attempt("a");
  };

  it.each([
    ["level, which would let more through than the limit", `1,-100,${NOW},-`],
    ["moment", "1,1,-5,-"],
    ["moment of the last move", "1,1,5,-5"],
  ])("a negative %s, rejects", async (_, state) => {
    await expect(takeAfter(state, NOW)).rejects.toThrow(refusal("state-invalid"));
  });

  it("nought is neither: an empty bucket, and the first millisecond of all", async () => {
    expect(await takeAfter(`1,0,${NOW},-`, NOW)).toEqual({ ok: true, remaining: 0 });
    expect(await takeAfter("1,1000,0,-", 1)).toEqual({ ok: false, reason: "throttled", retryAfterMs: 999 });
  });
});
