// The guard between its callers and its store: what it asks of the store, when it answers, and whom it tells.
import { totp } from "otp-core";
import { createGuard, type Guard, type GuardEvent, type GuardOptions } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it, vi } from "vitest";
import { disguises, NO_CODES } from "../support/bad-codes.ts";
import { refusal } from "../support/refusal.ts";
import { later } from "../support/signers.ts";

const STEP = 30_000;
const NOW = 60_000_000 * STEP;
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const secret = hmac(SECRET);
const key = { type: "totp", secret } as const;
const WRONG = "000000";
const ID = "factor-7";
const code = (steps = 0) => totp(key, { now: NOW + steps * STEP });

/** A guard, and everything that is seen of it, in the order in which it happened. */
function watched(options: Partial<GuardOptions> = {}) {
  const clock = fakeClock(NOW);
  const memory = memoryStore({ clock });
  const log: string[] = [];
  const events: GuardEvent[] = [];
  const store: Store = {
    async get(name) {
      log.push("get");
      return memory.get(name);
    },
    async swap(...args) {
      await null;
      const swapped = await memory.swap(...args);
      log.push(swapped ? "written" : "refused");
      return swapped;
    },
  };
  const onEvent = (event: GuardEvent) => {
    log.push(event.type);
    events.push(event);
  };
  const guard = createGuard({ store, clock, onEvent, ...options });
  const verify = async (typed: string) => {
    const verdict = await guard.verify({ id: ID, key, code: typed });
    log.push("answered");
    return verdict;
  };
  const seen = () => log.splice(0);
  return { guard, clock, memory, store, events, verify, seen };
}

describe("an attempt", () => {
  it("is two commands to the store, and its answer and its event come after the write", async () => {
    const { verify, seen } = watched();
    expect(await verify(code())).toEqual({ ok: true });
    expect(seen()).toEqual(["get", "written", "accepted", "answered"]);
    expect(await verify(WRONG)).toEqual({ ok: false, reason: "mismatch", retryAfterMs: 0 });
    expect(seen()).toEqual(["get", "written", "rejected", "answered"]);
  });

  it("is one command where nothing is to be stored: replayed, throttled, disabled", async () => {
    const { verify, seen, guard } = watched();
    await verify(code());
    seen();
    expect((await verify(code())).reason).toBe("replayed");
    expect(seen()).toEqual(["get", "replayed", "answered"]);
    for (let i = 0; i < 5; i++) await verify(WRONG);
    seen();
    expect((await verify(WRONG)).reason).toBe("throttled");
    expect(seen()).toEqual(["get", "throttled", "answered"]);
    await guard.forget(ID);
    seen();
    expect((await verify(code(1))).reason).toBe("disabled");
    expect(seen()).toEqual(["get", "disabled", "answered"]);
  });

  it("is none where no code was typed: whatever a user can send is malformed, not counted and no exception", async () => {
    const { guard, seen, events } = watched();
    const typed = [...NO_CODES, ...disguises(code())];
    for (const [name, make] of typed) {
      const verdict = await guard.verify({ id: ID, key, code: make() as string });
      expect(verdict, name).toEqual({ ok: false, reason: "malformed", retryAfterMs: 0 });
      const codes = [code(), make()] as unknown as readonly [string, string];
      expect((await guard.resync({ id: ID, key, codes })).reason, name).toBe("malformed");
    }
    for (const [name, make] of NO_CODES) {
      const codes = make() as unknown as readonly [string, string];
      expect((await guard.resync({ id: ID, key, codes })).reason, name).toBe("malformed");
    }
    expect(new Set(seen())).toEqual(new Set(["rejected"]));
    const told = { type: "rejected", id: ID, at: NOW, reason: "malformed", failures: 0, retryAt: null };
    expect(events[0]).toEqual(told);
    expect((await guard.status(ID)).state).toBe("new");
  });

  it("that the store failed is never answered: no ok, no refusal and no event (trap 8)", async () => {
    const down = new Error("connection refused");
    const rejecting = async () => {
      throw down;
    };
    for (const broken of [{ get: rejecting }, { swap: rejecting }]) {
      const { events } = watched();
      const store = { ...memoryStore(), ...broken };
      const guard = createGuard({ store, clock: () => NOW, onEvent: (event) => events.push(event) });
      for (const typed of [code(), WRONG]) {
        const failure = expect.objectContaining({ code: expect.stringMatching(/^store-/), cause: down });
        await expect(guard.verify({ id: ID, key, code: typed })).rejects.toThrow(failure);
      }
      expect(events).toEqual([]);
    }
  });

  it("with a handle that fails is never answered either, and nothing is stored", async () => {
    const { guard, memory, seen } = watched();
    const broken = {
      algorithm: "SHA1",
      sign: () => {
        throw new Error("the HSM is down");
      },
    } as const;
    for (const handle of [broken, later(broken)]) {
      const attempt = guard.verify({ id: ID, key: { type: "totp", secret: handle }, code: WRONG });
      await expect(attempt).rejects.toThrow(refusal("signer-failed"));
    }
    expect(seen()).toEqual(["get", "get"]);
    expect(await memory.get(ID)).toBe(null);
  });

  it("prepares the secret once, however often somebody else is faster", async () => {
    const { memory, clock } = watched();
    let swaps = 0;
    const busy: Store = {
      get: memory.get,
      swap: async (...args) => (++swaps < 4 ? false : memory.swap(...args)),
    };
    const guard = createGuard({ store: busy, clock });
    let reads = 0;
    const text = {
      type: "totp",
      get secret() {
        reads++;
        return SECRET;
      },
    } as const;
    expect((await guard.verify({ id: ID, key: text, code: code() })).ok).toBe(true);
    expect(swaps).toBe(4);
    expect(reads).toBeLessThanOrEqual(4);
  });

  it("is bounded in time: a store that hangs is given up after timeoutMs", async () => {
    vi.useFakeTimers();
    try {
      const hanging: Store = { get: () => new Promise(() => {}), swap: () => new Promise(() => {}) };
      const guard = createGuard({ store: hanging, clock: () => NOW, timeoutMs: 300 });
      const attempt = expect(guard.verify({ id: ID, key, code: code() })).rejects.toThrow(refusal("store-failed"));
      await vi.advanceTimersByTimeAsync(300);
      await attempt;
    } finally {
      vi.useRealTimers();
    }
  });

  it("is on the clock of the machine unless told", async () => {
    const guard = createGuard({ store: memoryStore() });
    expect((await guard.verify({ id: ID, key, code: totp(key) })).ok).toBe(true);
    expect(Math.abs(((await guard.status(ID)).acceptedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe("the events", () => {
  it("tell the story of a factor, each once (H14, O5, O11)", async () => {
    const { guard, verify, events, clock } = watched({ backoff: { freeFailures: 1, disableAfter: 3 } });
    await verify(code());
    await verify(code());
    await verify(WRONG);
    await verify(WRONG);
    await verify(WRONG);
    clock.advance(STEP);
    await verify(WRONG);
    await verify(code(1));
    await guard.unlock(ID);
    await guard.resync({ id: ID, key, codes: [code(5), code(6)] });
    await guard.forget(ID);
    const at = NOW;
    const then = NOW + STEP;
    const position = NOW / STEP;
    expect(events).toEqual([
      { type: "accepted", id: ID, at, factor: "totp", position, drift: 0, failures: 0 },
      { type: "replayed", id: ID, at, position, failures: 0, retryAt: null },
      { type: "rejected", id: ID, at, reason: "mismatch", failures: 1, retryAt: null },
      { type: "rejected", id: ID, at, reason: "mismatch", failures: 2, retryAt: then },
      { type: "throttled", id: ID, at, failures: 2, retryAt: then },
      { type: "rejected", id: ID, at: then, reason: "mismatch", failures: 3, retryAt: null },
      { type: "disabled", id: ID, at: then, failures: 3, first: true },
      { type: "disabled", id: ID, at: then, failures: 3, first: false },
      { type: "unlocked", id: ID, at: then, failures: 3 },
      { type: "resynced", id: ID, at: then, factor: "totp", position: position + 6, drift: 5 },
      { type: "forgotten", id: ID, at: then },
    ]);
  });

  it("never hold a code or a secret, nor anything else than what they say (O2, trap 55)", async () => {
    const { guard, events, clock } = watched();
    const text = { type: "totp", secret: "GEZDGNBVGY3TQOJQGE" } as const; // 11 bytes: weak
    const typed = [totp(text, { now: NOW }), "314159", "x"];
    for (const each of typed) await guard.verify({ id: ID, key: text, code: each });
    clock.advance(1000);
    await guard.verify({ id: ID, key: text, code: totp(text, { now: NOW }) });
    await guard.resync({ id: ID, key: text, codes: ["271828", "161803"] });
    const written = JSON.stringify(events);
    for (const word of [...typed, "271828", "161803", text.secret]) expect(written).not.toContain(`"${word}`);
    expect(new Set(events.flatMap((event) => Object.keys(event)))).toEqual(
      new Set(["type", "id", "at", "factor", "position", "drift", "failures", "reason", "retryAt", "bytes"]),
    );
    expect(events.filter(({ type }) => type === "weak-secret")).toHaveLength(4);
  });

  it("go to a listener whose exceptions, promises and delays change nothing", async () => {
    for (const onEvent of [
      () => {
        throw new Error("the log is full");
      },
      () => new Promise<void>(() => {}),
    ]) {
      const { guard } = watched({ onEvent });
      expect(await guard.verify({ id: ID, key, code: code() })).toEqual({ ok: true });
      expect((await guard.verify({ id: ID, key, code: code() })).reason).toBe("replayed");
      await guard.unlock(ID);
      await guard.forget(ID);
    }
  });

  it("belong to the listener: what he does to one reaches neither the answer nor the next one", async () => {
    const seen: GuardEvent[] = [];
    const onEvent = (event: GuardEvent) => {
      seen.push({ ...event });
      Object.assign(event, { type: "accepted", failures: 0, ok: true });
    };
    const { verify } = watched({ onEvent });
    expect((await verify(WRONG)).ok).toBe(false);
    expect((await verify(WRONG)).ok).toBe(false);
    expect(seen.map(({ type }) => type)).toEqual(["rejected", "rejected"]);
  });

  it("are told once, of the decision that was stored, however often somebody else was faster", async () => {
    const { memory, clock, events } = watched();
    let swaps = 0;
    const busy: Store = { get: memory.get, swap: async (...args) => (++swaps < 3 ? false : memory.swap(...args)) };
    const guard = createGuard({ store: busy, clock, onEvent: (event) => events.push(event) });
    await guard.verify({ id: ID, key, code: WRONG });
    expect(events.map(({ type }) => type)).toEqual(["rejected"]);
  });
});

describe("unlock", () => {
  it("opens what is waiting or disabled, and what was used stays used", async () => {
    const { guard, verify } = watched({ backoff: { freeFailures: 0, disableAfter: 2 } });
    await verify(code());
    await verify(WRONG);
    expect((await verify(code(1))).reason).toBe("throttled");
    await guard.unlock(ID);
    expect((await verify(code())).reason).toBe("replayed");
    await verify(WRONG);
    await guard.unlock(ID);
    expect((await verify(code(1))).ok).toBe(true);
  });

  it("writes even where there is nothing to forgive, because a failover may drop the state that says so", async () => {
    const { guard, verify, seen } = watched();
    await guard.unlock(ID);
    expect(seen()).toEqual(["get", "written", "unlocked"]);
    await verify(code());
    seen();
    await guard.unlock(ID);
    expect(seen()).toEqual(["get", "written", "unlocked"]);
  });
});

describe("forget", () => {
  it("leaves a tombstone for a month: nothing is accepted and nothing unlocks it", async () => {
    const { guard, verify, clock } = watched();
    await verify(code());
    await guard.forget(ID);
    await guard.unlock(ID);
    expect(await verify(code(1))).toEqual({ ok: false, reason: "disabled", retryAfterMs: null });
    expect(await guard.status(ID)).toMatchObject({ state: "disabled", step: NOW / STEP });
    clock.advance(29 * 86_400_000);
    expect((await verify(totp(key, { now: clock() }))).reason).toBe("disabled");
  });

  it("works for what was never seen, and twice", async () => {
    const { guard, verify } = watched();
    await guard.forget(ID);
    await guard.forget(ID);
    expect((await verify(code())).reason).toBe("disabled");
    expect((await guard.status(ID)).state).toBe("disabled");
  });

  it("says when the record may go, and every other write that it may not", async () => {
    const expiries: (number | null)[] = [];
    const { memory, clock } = watched();
    const store: Store = {
      get: memory.get,
      swap: (name, expected, next, expiresAt) => {
        expiries.push(expiresAt);
        return memory.swap(name, expected, next, expiresAt);
      },
    };
    const guard = createGuard({ store, clock });
    await guard.verify({ id: ID, key, code: code() });
    await guard.verify({ id: ID, key, code: WRONG });
    await guard.unlock(ID);
    await guard.forget(ID);
    expect(expiries).toEqual([null, null, null, NOW + 30 * 86_400_000]);
  });
});

describe("status", () => {
  it("asks once and changes nothing", async () => {
    const { guard, seen } = watched();
    expect((await guard.status(ID)).state).toBe("new");
    expect(seen()).toEqual(["get"]);
  });

  it("says what is waited for, and until when", async () => {
    const { guard, verify, clock } = watched();
    for (let i = 0; i < 5; i++) await verify(WRONG);
    expect(await guard.status(ID)).toEqual({
      state: "waiting",
      failures: 5,
      retryAt: NOW + STEP,
      acceptedAt: null,
      failedAt: NOW,
      step: null,
      counter: null,
      drift: 0,
    });
    clock.advance(STEP);
    expect(await guard.status(ID)).toMatchObject({ state: "open", failures: 5, retryAt: null });
  });
});

describe("guards on one store", () => {
  it("share a factor under one id and prefix, and nothing else", async () => {
    const { store, clock } = watched();
    const [one, same, other] = [{}, {}, { prefix: "other" }].map((more) => createGuard({ store, clock, ...more }));
    const attempt = { id: ID, key, code: code() };
    expect((await (one as Guard).verify(attempt)).ok).toBe(true);
    expect((await (same as Guard).verify(attempt)).reason).toBe("replayed");
    expect((await (other as Guard).verify(attempt)).ok).toBe(true);
    expect((await (one as Guard).verify({ ...attempt, id: `${ID} ` })).ok).toBe(true);
  });

  it("may have policies of their own: the stricter one is not undone by the other", async () => {
    const { store, clock } = watched();
    const strict = createGuard({ store, clock, backoff: { disableAfter: 2 } });
    const lax = createGuard({ store, clock });
    for (let i = 0; i < 3; i++) await lax.verify({ id: ID, key, code: WRONG });
    expect((await strict.verify({ id: ID, key, code: code() })).reason).toBe("disabled");
    expect((await lax.verify({ id: ID, key, code: code() })).ok).toBe(true);
  });
});
