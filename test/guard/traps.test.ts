// Ways in which trusted systems accepted a code twice or did not limit guesses, each with its number, and that a guard does not break
// like this. interleavings.test.ts proves those about the order of events, and histories.test.ts those about time. Here each stands
// once as it happened.
import { type Codes, createTotpKey, hotp, type Key, totp } from "otp-core";
import { createGuard, createGuardMachine, type GuardEvent, type GuardOptions } from "otp-core/guard";
import { createLimiter } from "otp-core/limiter";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { stateOf } from "../concurrency/invariants.ts";
import { reasonOf } from "../support/reason.ts";
import { refusal } from "../support/refusal.ts";

const STEP = 30_000;
const NOW = 60_000_000 * STEP;
const TOTP = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
const HOTP = { ...TOTP, type: "hotp" } as const;
const WRONG = "000000";
const code = (steps: number) => totp(TOTP, { now: NOW + steps * STEP });

/** A server with one guard. */
function server(options: Partial<GuardOptions> = {}) {
  const clock = fakeClock(NOW);
  const store = memoryStore({ clock });
  const events: GuardEvent[] = [];
  const guard = createGuard({ store, clock, onEvent: (event) => events.push(event), ...options });
  const login = (typed: string, id = "factor-7", key: Key = TOTP) => guard.attempt({ subject: id, key, code: typed });
  const resync = (codes: Codes, id = "factor-7", key: Key = TOTP) => guard.resync({ subject: id, key, codes });
  const fail = async (times: number, id = "factor-7") => {
    for (let i = 0; i < times; i++) await login(WRONG, id);
  };
  return { clock, store, events, guard, login, resync, fail };
}

describe("replay", () => {
  it("trap 1: the same code in the same step is refused the second time, as a replay and not as a wrong one (N3)", async () => {
    const { login } = server();
    expect((await login(code(0))).ok).toBe(true);
    expect(reasonOf(await login(code(0)))).toBe("replayed");
  });

  it("trap 2: once the next step was accepted, the codes before it are refused, though they were never used", async () => {
    const { login } = server();
    expect((await login(code(1))).ok).toBe(true);
    expect(reasonOf(await login(code(0)))).toBe("replayed");
    expect(reasonOf(await login(code(-1)))).toBe("replayed");
  });

  it("trap 3: two valid codes in turns are accepted once each: A, B, and A no more", async () => {
    const { login } = server();
    const answers = [];
    for (const typed of [code(0), code(1), code(0), code(1)]) answers.push((await login(typed)).ok);
    expect(answers).toEqual([true, true, false, false]);
  });

  it("trap 4: a used code in another spelling is the same code or none, and neither is a new guess", async () => {
    const { login, guard } = server();
    const used = code(0);
    await login(used);
    for (const spelling of [
      ` ${used}`,
      `${used.slice(0, 3)} ${used.slice(3)}`,
      `${used.slice(0, 3)}-${used.slice(3)}`,
    ]) {
      expect(reasonOf(await login(spelling))).toBe("replayed");
    }
    for (const spelling of [`${used}.`, `+${used}`, `0${used}`])
      expect(reasonOf(await login(spelling))).toBe("malformed");
    expect((await guard.status("factor-7")).failures).toBe(0);
  });

  it("trap 5: a wait is answered before the code is looked at, so an attacker does not learn which code was valid or used", async () => {
    const { login, fail } = server();
    await login(code(0));
    await fail(5);
    const answers = [];
    for (const typed of [code(0), code(1), WRONG]) answers.push(await login(typed));
    expect(answers).toEqual(Array(3).fill({ ok: false, reason: "throttled", retryAfterMs: STEP }));
  });

  it("trap 6: if fifty requests with one valid code arrive at the same time, exactly one is accepted", async () => {
    const { store, clock } = server();
    // Each from a process of its own: no queue helps.
    const processes = Array.from({ length: 50 }, () => createGuard({ store: { ...store }, clock }));
    const attempt = { subject: "factor-7", key: TOTP, code: code(0) };
    const answers = await Promise.all(processes.map((guard) => guard.attempt(attempt)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.map(reasonOf).filter((reason) => reason === "replayed")).toHaveLength(49);
  });

  it("trap 7: the slower of two writers does not store the lower step", async () => {
    const { store, clock, guard } = server();
    let overtake: () => Promise<unknown> = async () => {};
    const slow: Store = {
      get: (key) => store.get(key),
      async swap(...args) {
        const first = overtake;
        overtake = async () => {};
        await first();
        return store.swap(...args);
      },
    };
    overtake = () => guard.attempt({ subject: "factor-7", key: TOTP, code: code(1) });
    const late = await createGuard({ store: slow, clock }).attempt({ subject: "factor-7", key: TOTP, code: code(0) });
    expect(reasonOf(late)).toBe("replayed");
    expect((await guard.status("factor-7")).keys).toMatchObject({ default: { step: NOW / STEP + 1 } });
  });

  it("trap 8: a code whose use could not be stored is not accepted, and still good when the store is back", async () => {
    let down = true;
    const memory = memoryStore();
    const store: Store = {
      get: (key) => memory.get(key),
      swap: async (...args) => {
        if (down) throw new Error("disk full");
        return memory.swap(...args);
      },
    };
    const { login } = server({ store });
    await expect(login(code(0))).rejects.toThrow(refusal("store-uncertain"));
    down = false;
    expect((await login(code(0))).ok).toBe(true);
  });

  it("trap 10: a clock that is set back brings no code back", async () => {
    const { login, clock } = server();
    await login(code(0));
    clock.advance(-STEP);
    expect(reasonOf(await login(code(0)))).toBe("replayed");
    expect(reasonOf(await login(code(-1)))).toBe("replayed");
    clock.advance(-100 * 86_400_000);
    expect((await login(totp(TOTP, { now: clock() }))).ok).toBe(false);
  });

  it("trap 11: what was used is remembered for ever, not for a time", async () => {
    const swaps: (number | null)[] = [];
    const memory = memoryStore();
    const store: Store = {
      get: memory.get,
      swap: (key, expected, next, expiresAt) => {
        swaps.push(expiresAt);
        return memory.swap(key, expected, next, expiresAt);
      },
    };
    const { login, fail } = server({ store });
    await login(code(0));
    await fail(5);
    expect(new Set(swaps)).toEqual(new Set([null]));
  });

  it("trap 12: a guard of another process knows what was used, if it has the store", async () => {
    const { login, store, clock } = server();
    await login(code(0));
    const elsewhere = createGuard({ store, clock });
    expect(reasonOf(await elsewhere.attempt({ subject: "factor-7", key: TOTP, code: code(0) }))).toBe("replayed");
  });

  it("trap 13: the code that confirmed the enrolment does not log in", async () => {
    const { login, clock } = server();
    const key = createTotpKey({ issuer: "Example", account: "alice" });
    const confirmation = totp(key, { now: clock() });
    expect((await login(confirmation, "new-factor", key)).ok).toBe(true);
    expect(reasonOf(await login(confirmation, "new-factor", key))).toBe("replayed");
    clock.advance(STEP);
    expect((await login(totp(key, { now: clock() }), "new-factor", key)).ok).toBe(true);
  });

  it("trap 14: an id is what it is; a name in another case is another factor, which is why names are no ids", async () => {
    const { login, guard } = server();
    await login(code(0), "alice");
    for (const alias of ["Alice", "alice ", "al\u0131ce", "alice\0"]) {
      expect((await guard.status(alias)).keys).toEqual({});
    }
  });

  it("trap 15: enrolment, login and resynchronisation are one record: what one of them accepted none of them does", async () => {
    const { login, resync } = server();
    expect(await resync([code(0), code(1)])).toBe(true);
    expect((await login(code(1))).ok).toBe(false);
    expect(await resync([code(0), code(1)])).toBe(false);
  });

  it("trap 16: nothing is resynchronised without a call of resync, and this makes no used code valid again", async () => {
    const { login, resync, clock, guard, events } = server();
    await login(code(0));
    // Twenty minutes later two consecutive old codes are typed. One of them was used.
    clock.advance(40 * STEP);
    for (const typed of [code(0), code(1)]) expect(reasonOf(await login(typed))).toBe("mismatch");
    expect((await guard.status("factor-7")).keys).toMatchObject({ default: { drift: 0 } });
    expect(await resync([code(-1), code(0)])).toBe(false);
    expect(await resync([code(0), code(1)])).toBe(false);
    expect(events.slice(-2).map(({ type }) => type)).toEqual(["replayed", "replayed"]);
  });

  it("trap 17: a resynchronisation begins above what was accepted, not at it, and counts like any guess", async () => {
    const { login, resync, events } = server();
    await login(hotp(HOTP, 0), "token", HOTP);
    expect(await resync([hotp(HOTP, 0), hotp(HOTP, 1)], "token", HOTP)).toBe(false);
    expect(await resync([hotp(HOTP, 1), hotp(HOTP, 2)], "token", HOTP)).toBe(true);
    for (let i = 1; i <= 5; i++) {
      expect(await resync([WRONG, WRONG])).toBe(false);
      expect(events.at(-1)).toMatchObject({ type: "rejected", failures: i });
    }
    expect(await resync([code(0), code(1)])).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: "throttled" });
    expect(reasonOf(await login(code(0)))).toBe("throttled");
  });

  it("trap 19: step 0 and counter 0 were used as well as any other", async () => {
    const { login, clock } = server();
    clock.set(0);
    const first = totp(TOTP, { now: 0 });
    expect((await login(first)).ok).toBe(true);
    expect(reasonOf(await login(first))).toBe("replayed");
    expect((await login(hotp(HOTP, 0), "token", HOTP)).ok).toBe(true);
    expect((await login(hotp(HOTP, 0), "token", HOTP)).ok).toBe(false);
  });

  it("trap 20: there is no guard without a store, and no option that switches it off", () => {
    for (const options of [
      {},
      { store: null },
      { store: memoryStore(), replay: true },
      { store: memoryStore(), unlimited: true },
    ]) {
      expect(() => createGuard(options as unknown as GuardOptions)).toThrow(refusal("invalid-argument"));
    }
  });
});

describe("brute force", () => {
  it("trap 21: a guard that was told nothing has a limit: ten thousand guesses in a minute are five (H11, N6)", async () => {
    const { login, clock } = server();
    let looked = 0;
    for (let i = 0; i < 10_000; i++) {
      if (reasonOf(await login(WRONG)) === "mismatch") looked++;
      if (i % 400 === 0) clock.advance(1000);
    }
    expect(looked).toBe(5);
  });

  it("trap 22: sessions in parallel share one count (H17)", async () => {
    const { store, clock } = server();
    const sessions = Array.from({ length: 20 }, () => createGuard({ store: { ...store }, clock }));
    let looked = 0;
    for (let i = 0; i < 10; i++) {
      for (const session of sessions) {
        const outcome = await session.attempt({ subject: "factor-7", key: TOTP, code: WRONG });
        if (reasonOf(outcome) === "mismatch") looked++;
      }
    }
    expect(looked).toBe(5);
  });

  it("trap 23: fifty guesses at once are five, and the right one among the others does not get in", async () => {
    const { store, clock, guard } = server();
    const processes = Array.from({ length: 50 }, () => createGuard({ store: { ...store }, clock }));
    const answers = await Promise.all(
      processes.map((each) => each.attempt({ subject: "factor-7", key: TOTP, code: WRONG })),
    );
    const reasons = answers.map(reasonOf);
    expect(reasons.filter((reason) => reason === "mismatch")).toHaveLength(5);
    expect(reasons.filter((reason) => reason === "throttled")).toHaveLength(45);
    expect((await guard.status("factor-7")).failures).toBe(5);
  });

  it("trap 24: ten failures and one are eleven, whatever a store makes of numbers: it only has text", async () => {
    const machine = createGuardMachine({ attempts: { freeFailures: 20 } });
    let state: string | null = null;
    for (let i = 1; i <= 12; i++) {
      ({ state } = machine.attempt(state, { key: TOTP, code: WRONG, now: NOW }));
      expect(machine.status(state, NOW).failures).toBe(i);
    }
  });

  it("trap 25: failures do not go by themselves; they are as many after a year", async () => {
    const { login, fail, guard, clock } = server();
    await fail(5);
    clock.advance(365 * 86_400_000);
    expect((await guard.status("factor-7")).failures).toBe(5);
    expect(await login(WRONG)).toEqual({ ok: false, reason: "mismatch", retryAfterMs: 60_000 });
  });

  it("trap 26: a limiter by address is one more; without it, or around it, the guard counts all the same", async () => {
    const { login, store, clock } = server();
    const byAddress = createLimiter({ store, name: "address", limit: 100, perMs: 60_000, clock });
    let looked = 0;
    for (let i = 0; i < 100; i++) {
      expect(await byAddress.take(`192.0.2.${i}`)).toBe(true);
      if (reasonOf(await login(WRONG)) === "mismatch") looked++;
    }
    expect(looked).toBe(5);
  });

  it("trap 27: during a wait, or when disabled, even a valid code is rejected; it stays valid and ends nothing", async () => {
    const { login, fail, guard, clock } = server();
    await fail(5);
    expect(reasonOf(await login(code(1)))).toBe("throttled");
    expect(await guard.status("factor-7")).toMatchObject({ failures: 5, keys: {}, acceptedAt: null });
    clock.advance(STEP);
    expect((await login(code(1))).ok).toBe(true);

    const strict = server({ attempts: { disableAfter: 1 } });
    await strict.fail(1);
    expect(await strict.login(code(0))).toEqual({ ok: false, reason: "disabled", retryAfterMs: null });
    await strict.guard.unlock("factor-7");
    expect((await strict.login(code(0))).ok).toBe(true);
  });

  it("trap 28: a success clears the failures of its own factor and of no other (N9)", async () => {
    const { login, fail, guard } = server();
    await fail(4, "mine");
    await fail(4, "yours");
    expect((await login(code(0), "mine")).ok).toBe(true);
    expect((await guard.status("mine")).failures).toBe(0);
    expect((await guard.status("yours")).failures).toBe(4);
  });

  it("trap 29: attempts during a wait do not extend it, and the owner gets in when it ends", async () => {
    const { login, fail, clock, events } = server();
    await fail(5);
    for (let i = 1; i < 30; i++) {
      clock.advance(1000);
      expect(await login(WRONG)).toEqual({ ok: false, reason: "throttled", retryAfterMs: STEP - i * 1000 });
    }
    clock.advance(1000);
    expect((await login(code(1))).ok).toBe(true);
    // An operator should look into it.
    expect(events.filter(({ type }) => type === "throttled")).toHaveLength(29);
  });

  it("trap 30: a code that is tried on all devices of a user is one attempt and counted once (H15, field B4)", async () => {
    const { guard, clock } = server();
    const token = { ...TOTP, secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" };
    const keys = { phone: TOTP, token };
    const attempt = (typed: string) => guard.attempt({ subject: "user-7", keys, code: typed });
    for (let i = 0; i < 5; i++) {
      expect(await attempt(totp(token, { now: clock() }))).toMatchObject({ ok: true, keyName: "token" });
      expect((await guard.status("user-7")).failures).toBe(0);
      clock.advance(STEP);
    }
    await attempt(WRONG);
    expect((await guard.status("user-7")).failures).toBe(1);
    expect(await attempt(totp(TOTP, { now: clock() }))).toMatchObject({ ok: true, keyName: "phone" });
  });

  it("trap 31: every method that compares a code counts: there is none without", async () => {
    const { guard, login, resync, fail } = server();
    await fail(2);
    await resync([WRONG, WRONG]);
    await login(WRONG);
    expect((await guard.status("factor-7")).failures).toBe(4);
    const comparing = Object.keys(guard).filter((name) => !["unlock", "remove", "forget", "status"].includes(name));
    expect(comparing).toEqual(["verify", "attempt", "resync"]);
  });

  it("trap 33: the removal of a factor is guarded by the same count, and a removed key accepts no code", async () => {
    const { guard, login, fail, clock } = server();
    // A page on which the factor is switched off asks for a code as well: it is the same guard and the same id.
    await fail(5);
    expect(reasonOf(await login(code(0)))).toBe("throttled");
    clock.advance(1);
    await guard.forget("factor-7");
    expect(reasonOf(await login(code(0)))).toBe("replayed");
  });
});

describe("a lost reply", () => {
  it("does not cost the user the code (the nonce), nor the attacker less than a guess", async () => {
    const memory = memoryStore();
    let lose = true;
    let record: string | null = null;
    const store: Store = {
      get: (key) => memory.get(key),
      async swap(key, expected, next, expiresAt) {
        const swapped = await memory.swap(key, expected, next, expiresAt);
        if (swapped) record = next;
        if (lose) {
          lose = false;
          throw new Error("connection reset");
        }
        return swapped;
      },
    };
    const { login, guard } = server({ store });
    expect((await login(code(0))).ok).toBe(true);
    lose = true;
    expect(reasonOf(await login(WRONG))).toBe("mismatch");
    expect((await guard.status("factor-7")).failures).toBe(1);
    expect(stateOf(record)).toMatch(/^2,1,/);
  });
});
