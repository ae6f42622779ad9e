// The guard between its callers and its store: what it asks of the store, when it answers, and whom it tells.
import { totp } from "otp-core";
import { createGuard, type Guard, type GuardEvent, type GuardOptions } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it, vi } from "vitest";
import { disguises, NO_CODES } from "../support/bad-codes.ts";
import { reasonOf } from "../support/reason.ts";
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
    const verdict = await guard.attempt({ subject: ID, key, code: typed });
    log.push("answered");
    return verdict;
  };
  const seen = () => log.splice(0);
  return { guard, clock, memory, store, events, verify, seen };
}

describe("an attempt", () => {
  it("is two commands to the store, and its answer and its event come after the write", async () => {
    const { verify, seen } = watched();
    expect(await verify(code())).toEqual({ ok: true, keyName: "default", at: NOW });
    expect(seen()).toEqual(["get", "written", "accepted", "answered"]);
    expect(await verify(WRONG)).toEqual({ ok: false, reason: "mismatch", retryAfterMs: 0 });
    expect(seen()).toEqual(["get", "written", "rejected", "answered"]);
  });

  it("is one command where nothing is to be stored: replayed, throttled, disabled", async () => {
    const { verify, seen } = watched();
    await verify(code());
    seen();
    expect(reasonOf(await verify(code()))).toBe("replayed");
    expect(seen()).toEqual(["get", "replayed", "answered"]);
    for (let i = 0; i < 5; i++) await verify(WRONG);
    seen();
    expect(reasonOf(await verify(WRONG))).toBe("throttled");
    expect(seen()).toEqual(["get", "throttled", "answered"]);
    const strict = watched({ attempts: { disableAfter: 1 } });
    await strict.verify(WRONG);
    strict.seen();
    expect(reasonOf(await strict.verify(code(1)))).toBe("disabled");
    expect(strict.seen()).toEqual(["get", "disabled", "answered"]);
  });

  it("is none where no code was typed: whatever a user can send is malformed, not counted and no exception", async () => {
    const { guard, seen, events } = watched();
    const typed = [...NO_CODES, ...disguises(code())];
    for (const [name, make] of typed) {
      const verdict = await guard.attempt({ subject: ID, key, code: make() as string });
      expect(verdict, name).toEqual({ ok: false, reason: "malformed", retryAfterMs: 0 });
      const codes = [code(), make()] as unknown as readonly [string, string];
      expect(await guard.resync({ subject: ID, key, codes }), name).toBe(false);
    }
    for (const [name, make] of NO_CODES) {
      const codes = make() as unknown as readonly [string, string];
      expect(await guard.resync({ subject: ID, key, codes }), name).toBe(false);
    }
    expect(new Set(seen())).toEqual(new Set(["rejected"]));
    const told = { type: "rejected", subject: ID, at: NOW, reason: "malformed", failures: 0, retryAt: null };
    expect(events[0]).toEqual(told);
    expect((await guard.status(ID)).failedAt).toBe(null);
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
        await expect(guard.attempt({ subject: ID, key, code: typed })).rejects.toThrow(failure);
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
      const attempt = guard.attempt({ subject: ID, key: { type: "totp", secret: handle }, code: WRONG });
      await expect(attempt).rejects.toThrow(refusal("signer-failed"));
    }
    expect(seen()).toEqual(["get", "get"]);
    expect(await memory.get(ID)).toBe(null);
  });

  it("prepares the secret once, however often another call is faster", async () => {
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
    expect((await guard.attempt({ subject: ID, key: text, code: code() })).ok).toBe(true);
    expect(swaps).toBe(4);
    expect(reads).toBeLessThanOrEqual(4);
  });

  it("is bounded in time: a store that hangs is given up after timeoutMs", async () => {
    vi.useFakeTimers();
    try {
      const hanging: Store = { get: () => new Promise(() => {}), swap: () => new Promise(() => {}) };
      const guard = createGuard({ store: hanging, clock: () => NOW, timeoutMs: 300 });
      const attempt = expect(guard.attempt({ subject: ID, key, code: code() })).rejects.toThrow(
        refusal("store-failed"),
      );
      await vi.advanceTimersByTimeAsync(300);
      await attempt;
    } finally {
      vi.useRealTimers();
    }
  });

  it("uses the clock of the machine by default", async () => {
    const guard = createGuard({ store: memoryStore() });
    expect((await guard.attempt({ subject: ID, key, code: totp(key) })).ok).toBe(true);
    expect(Math.abs(((await guard.status(ID)).acceptedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe("the events", () => {
  it("tell the story of a factor, each once (H14, O5, O11)", async () => {
    const { guard, verify, events, clock } = watched({ attempts: { freeFailures: 1, disableAfter: 3 } });
    await verify(code());
    await verify(code());
    await verify(WRONG);
    await verify(WRONG);
    await verify(WRONG);
    clock.advance(STEP);
    await verify(WRONG);
    await verify(code(1));
    await guard.unlock(ID);
    await guard.resync({ subject: ID, key, codes: [code(5), code(6)] });
    await guard.forget(ID);
    const at = NOW;
    const then = NOW + STEP;
    const position = NOW / STEP;
    expect(events).toEqual([
      { type: "accepted", subject: ID, at, method: "totp", keyName: "default", position, drift: 0, failures: 0 },
      { type: "replayed", subject: ID, at, failures: 0, retryAt: then },
      { type: "rejected", subject: ID, at, reason: "mismatch", failures: 1, retryAt: null },
      { type: "rejected", subject: ID, at, reason: "mismatch", failures: 2, retryAt: then },
      { type: "throttled", subject: ID, at, failures: 2, retryAt: then, by: "wait" },
      { type: "rejected", subject: ID, at: then, reason: "mismatch", failures: 3, retryAt: null },
      { type: "disabled", subject: ID, at: then, failures: 3, first: true },
      { type: "disabled", subject: ID, at: then, failures: 3, first: false },
      { type: "unlocked", subject: ID, at: then, failures: 3 },
      { type: "resynced", subject: ID, at: then, method: "totp", keyName: "default", position: position + 6, drift: 5 },
      { type: "forgotten", subject: ID, at: then },
    ]);
  });

  it("never hold a code or a secret, nor anything else than what they say (O2, trap 55)", async () => {
    const { guard, events, clock } = watched();
    const text = { type: "totp", secret: "GEZDGNBVGY3TQOJQGE" } as const; // 11 bytes: weak
    const typed = [totp(text, { now: NOW }), "314159", "x"];
    for (const each of typed) await guard.attempt({ subject: ID, key: text, code: each });
    clock.advance(1000);
    await guard.attempt({ subject: ID, key: text, code: totp(text, { now: NOW }) });
    await guard.resync({ subject: ID, key: text, codes: ["271828", "161803"] });
    const written = JSON.stringify(events);
    for (const word of [...typed, "271828", "161803", text.secret]) expect(written).not.toContain(`"${word}`);
    expect(new Set(events.flatMap((event) => Object.keys(event)))).toEqual(
      new Set([
        ...[
          "type",
          "subject",
          "at",
          "method",
          "keyName",
          "position",
          "drift",
          "failures",
          "reason",
          "retryAt",
          "bytes",
        ],
      ]),
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
      expect(await guard.verify({ subject: ID, key, code: code() })).toBe(true);
      expect(reasonOf(await guard.attempt({ subject: ID, key, code: code() }))).toBe("replayed");
      await guard.unlock(ID);
      await guard.forget(ID);
    }
  });

  it("belong to the listener: a change of one event changes neither the answer nor the next event", async () => {
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

  it("are emitted once, for the stored decision, however often another call was faster", async () => {
    const { memory, clock, events } = watched();
    let swaps = 0;
    const busy: Store = { get: memory.get, swap: async (...args) => (++swaps < 3 ? false : memory.swap(...args)) };
    const guard = createGuard({ store: busy, clock, onEvent: (event) => events.push(event) });
    await guard.attempt({ subject: ID, key, code: WRONG });
    expect(events.map(({ type }) => type)).toEqual(["rejected"]);
  });
});

describe("unlock", () => {
  it("opens what is waiting or disabled, and what was used stays used", async () => {
    const { guard, verify } = watched({ attempts: { freeFailures: 0, disableAfter: 2 } });
    await verify(code());
    await verify(WRONG);
    expect(reasonOf(await verify(code(1)))).toBe("throttled");
    await guard.unlock(ID);
    expect(reasonOf(await verify(code()))).toBe("replayed");
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
  it("does not lock the user out: another key is accepted under the same subject from the next step on (field B3)", async () => {
    const { guard, verify, clock } = watched({ attempts: { disableAfter: 1 } });
    await verify(WRONG);
    expect((await guard.status(ID)).state).toBe("disabled");
    clock.advance(1);
    await guard.forget(ID);
    const fresh = { type: "totp", secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" } as const;
    const shown = () => guard.attempt({ subject: ID, key: fresh, code: totp(fresh, { now: clock() }) });
    expect(await shown()).toEqual({ ok: false, reason: "replayed", retryAfterMs: STEP - 1 });
    expect(await guard.status(ID)).toMatchObject({ state: "open", failures: 0, forgottenAt: NOW + 1, keys: {} });
    clock.advance(STEP - 1);
    expect((await shown()).ok).toBe(true);
    expect(await guard.status(ID)).toMatchObject({ keys: { default: { step: NOW / STEP + 1 } } });
  });

  it("leaves codes of steps that began before used up, also those that were accepted early (field B3)", async () => {
    const { guard, verify, clock } = watched();
    clock.advance(1);
    await verify(code(1));
    await guard.forget(ID);
    for (const steps of [-1, 0, 1]) expect(reasonOf(await verify(code(steps)))).toBe("replayed");
    clock.advance(STEP);
    expect(reasonOf(await verify(code(1)))).toBe("replayed");
    expect((await verify(code(2))).ok).toBe(true);
  });

  it("does not lock out after a clock that was far ahead", async () => {
    const { guard, verify, clock } = watched();
    clock.advance(400 * 86_400_000);
    await verify(totp(key, { now: clock() }));
    clock.set(NOW);
    expect(reasonOf(await verify(code()))).toBe("replayed");
    await guard.forget(ID);
    expect((await verify(code(1))).ok).toBe(true);
  });

  it("works for what was never seen, and twice", async () => {
    const { guard, verify } = watched();
    await guard.forget(ID);
    await guard.forget(ID);
    expect((await guard.status(ID)).forgottenAt).toBe(NOW);
    // The step of this moment began at this moment, and not before.
    expect((await verify(code())).ok).toBe(true);
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
    await guard.attempt({ subject: ID, key, code: code() });
    await guard.attempt({ subject: ID, key, code: WRONG });
    await guard.unlock(ID);
    await guard.forget(ID);
    await guard.unlock(ID);
    await guard.attempt({ subject: ID, key, code: WRONG });
    const forgotten = NOW + 30 * 86_400_000;
    expect(expiries).toEqual([null, null, null, forgotten, forgotten, null]);
  });
});

describe("status", () => {
  it("asks once and changes nothing", async () => {
    const { guard, seen } = watched();
    expect((await guard.status(ID)).state).toBe("open");
    expect(seen()).toEqual(["get"]);
  });

  it("says what is waited for, and until when", async () => {
    const { guard, verify, clock } = watched();
    for (let i = 0; i < 5; i++) await verify(WRONG);
    expect(await guard.status(ID)).toEqual({
      state: "waiting",
      failures: 5,
      monthlyFailures: 5,
      retryAt: NOW + STEP,
      acceptedAt: null,
      failedAt: NOW,
      forgottenAt: null,
      keys: {},
    });
    clock.advance(STEP);
    expect(await guard.status(ID)).toMatchObject({ state: "open", failures: 5, retryAt: null });
  });
});

describe("guards on one store", () => {
  it("share a factor under one id and prefix, and nothing else", async () => {
    const { store, clock } = watched();
    const [one, same, other] = [{}, {}, { prefix: "other" }].map((more) => createGuard({ store, clock, ...more }));
    const attempt = { subject: ID, key, code: code() };
    expect((await (one as Guard).attempt(attempt)).ok).toBe(true);
    expect(reasonOf(await (same as Guard).attempt(attempt))).toBe("replayed");
    expect((await (other as Guard).attempt(attempt)).ok).toBe(true);
    expect((await (one as Guard).attempt({ ...attempt, subject: `${ID} ` })).ok).toBe(true);
  });

  it("may have policies of their own: the stricter one is not undone by the other", async () => {
    const { store, clock } = watched();
    const strict = createGuard({ store, clock, attempts: { disableAfter: 2 } });
    const lax = createGuard({ store, clock });
    for (let i = 0; i < 3; i++) await lax.attempt({ subject: ID, key, code: WRONG });
    expect(reasonOf(await strict.attempt({ subject: ID, key, code: code() }))).toBe("disabled");
    expect(await lax.verify({ subject: ID, key, code: code() })).toBe(true);
  });
});

it("no request brings its own time: the clock is that of the server (O19)", async () => {
  const { guard } = watched();
  const late = { subject: ID, key, code: code(-100), now: NOW - 100 * STEP };
  await expect(guard.attempt(late)).rejects.toThrow(refusal("invalid-argument", "now"));
  expect(await guard.verify({ subject: ID, key, code: code() })).toBe(true);
});
