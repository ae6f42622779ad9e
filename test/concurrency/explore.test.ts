// A search that never finds anything proves nothing: here it finds the mistakes that guards have been made with.
import { OtpError, totp } from "otp-core";
import { createGuard, createGuardMachine, type GuardOutcome } from "otp-core/guard";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { explore, exploreAtRandom, type Scenario } from "./explore.ts";
import { guardInvariants, stateOf } from "./invariants.ts";
import type { Call, ExploredStore } from "./simulated-store.ts";

const STEP = 30_000;
const NOW = 100_000 * STEP;
const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
const code = (steps: number) => totp(key, { now: NOW + steps * STEP });
const WRONG = "000000";
const machine = createGuardMachine();

const check = guardInvariants(() => "attempt");
const scenario = (processes: readonly Call[], only?: RegExp): Scenario => {
  const faults = only === undefined ? 0 : 1;
  return { now: NOW, record: null, processes: processes.map((call) => [call]), faults, only, check };
};
const SENT_AGAIN = /second reply is false/;
const REPLY_LOST = /reply is lost/;
const ANYTHING = /(?:)/;

/** A guard on a store of another make. */
const guarded =
  (text: string, adapter: (store: ExploredStore) => Store): Call =>
  (store, clock) =>
    createGuard({ store: adapter(store), clock }).attempt({ subject: "f", key, code: text });

type Mistake = "believes" | "tries-again" | "gives-up" | "is-sure" | "counts-afterwards";

/** A guard with a mistake: what it does after a write whose reply was not true. */
const hurried =
  (text: string, mistake: Mistake): Call =>
  async (store, clock): Promise<GuardOutcome> => {
    const failed = (cause: unknown) => new OtpError("store-failed", "no connection", { cause });
    for (;;) {
      const record = await store.get("f").catch((cause: unknown) => Promise.reject(failed(cause)));
      const { state, outcome } = machine.attempt(stateOf(record ?? null), { key, code: text, now: clock() });
      if (state === stateOf(record ?? null)) return outcome;
      const swapping = store.swap("f", record ?? null, `hurried\n${state}`, null);
      if (mistake === "counts-afterwards" && !outcome.ok) {
        await swapping;
        return outcome;
      }
      try {
        if ((await swapping) || mistake === "is-sure") return outcome;
      } catch (cause) {
        if (mistake === "is-sure") return outcome;
        if (mistake !== "tries-again") throw failed(cause);
      }
    }
  };

const both = (call: (text: string) => Call) => [call(code(0)), call(code(0))];

describe("the explorer finds the mistake of", () => {
  it("a store that looks and then writes: two at once are accepted (trap 6)", async () => {
    const racy = (store: ExploredStore): Store => ({
      get: store.get,
      async swap(id, expected, next) {
        if ((await store.get(id)) !== expected) return false;
        await store.put(next);
        return true;
      },
    });
    // One write is enough to see it: the second one is of a process that was told ok for what the first one had stored.
    const finding = /is ok, but no acceptance of it is stored|accepted twice/;
    await expect(explore(scenario(both((text) => guarded(text, racy))))).rejects.toThrow(finding);
  });

  it("a store that writes without looking: a slower writer stores a lower step (trap 7)", async () => {
    const blind = (store: ExploredStore): Store => ({
      get: store.get,
      async swap(_, __, next) {
        await store.put(next);
        return true;
      },
    });
    const calls = [guarded(code(1), blind), guarded(code(0), blind)];
    await expect(explore(scenario(calls))).rejects.toThrow("went backwards");
  });

  it("a guard that counts after it has compared: guesses at once are counted once (trap 23)", async () => {
    const calls = [hurried(WRONG, "counts-afterwards"), hurried(WRONG, "counts-afterwards")];
    await expect(explore(scenario(calls))).rejects.toThrow("an uncounted mismatch");
  });

  it("a guard that believes a reply of false: a write that was sent again uses up the code of the user", async () => {
    const calls = both((text) => hurried(text, "believes"));
    expect(await explore(scenario(calls))).toBeGreaterThan(1);
    await expect(explore(scenario(calls, SENT_AGAIN))).rejects.toThrow("is replayed, but accepted");
  });

  it("a guard that takes an error for a write that was not done (trap 8)", async () => {
    const calls = [hurried(code(0), "tries-again")];
    expect(await explore(scenario(calls))).toBeGreaterThan(0);
    await expect(explore(scenario(calls, REPLY_LOST))).rejects.toThrow("is replayed, but accepted");
  });

  it("a guard that says the store failed though the code is used up", async () => {
    const calls = [hurried(code(0), "gives-up")];
    await expect(explore(scenario(calls, REPLY_LOST))).rejects.toThrow("but its acceptance is stored");
  });

  it("a guard that answers ok though its write failed (trap 8)", async () => {
    const calls = [hurried(code(0), "is-sure")];
    await expect(explore(scenario(calls, ANYTHING))).rejects.toThrow("is ok, but no acceptance of it is stored");
  });

  it("a removal that leaves nothing behind: an old write that comes late finds the place free", async () => {
    const remove: Call = async (store) => {
      const record = (await store.get("f")) ?? null;
      await store.swap("f", record, null, null);
    };
    const asked = guardInvariants((by) => (by === "1.0" ? "forget" : "attempt"));
    const calls = [hurried(code(0), "believes"), remove];
    await expect(explore({ ...scenario(calls), check: asked })).rejects.toThrow("what was forgotten left no trace");
  });

  it("a guard whose success forgives the failures of 30 days: an owner who logs in gives an attacker a new budget", async () => {
    const forgiving =
      (text: string): Call =>
      async (store, clock) => {
        const record = (await store.get("f")) ?? null;
        const { state, outcome } = machine.attempt(stateOf(record), { key, code: text, now: clock() });
        // The field after the moments is how full the budget is.
        const forgiven = outcome.ok ? state?.replace(/^((?:[^,]*,){4})[^,]*/, "$10") : state;
        return (await store.swap("f", record, `forgiving\n${forgiven}`, null))
          ? outcome
          : forgiving(text)(store, clock);
      };
    const calls = [forgiving(WRONG), forgiving(code(0))];
    const finding = "an attempt forgives failures of the last 30 days";
    await expect(explore(scenario(calls))).rejects.toThrow(finding);
  });

  it("a guard that knows one authenticator only: the position of the other is lost", async () => {
    const alone =
      (keyName: string, text: string): Call =>
      async (store, clock) => {
        const record = (await store.get("f")) ?? null;
        const attempt = { keys: { [keyName]: key }, code: text, now: clock() };
        const { state, outcome } = machine.attempt(stateOf(record), attempt);
        const own = state?.split(",").filter((field) => !field.includes(" ") || field.startsWith(`${keyName} `));
        await store.swap("f", record, `alone\n${own?.join(",")}`, null);
        return outcome;
      };
    const calls = [alone("phone", code(0)), alone("token", code(1))];
    await expect(explore(scenario(calls))).rejects.toThrow("a position is lost");
  });

  it("a guard that gives up though nothing went wrong", async () => {
    const impatient: Call = async (store) => {
      if (!(await store.swap("f", null, "hurried\n2,0,-,1,0,0,-,-,-,default totp 1 60000 30 0 0", null)))
        throw new Error("busy");
      return { ok: true };
    };
    await expect(explore(scenario([impatient, impatient]))).rejects.toThrow("failed though nothing went wrong");
  });
});

describe("the explorer", () => {
  it("goes through every order", async () => {
    const orders = new Set<string>();
    const write =
      (name: string): Call =>
      async (store) => {
        await store.put(`${name}1`);
        await store.put(`${name}2`);
      };
    await explore({
      ...scenario([write("a"), write("b"), write("c")]),
      check: ({ writes }) => orders.add(writes.map(({ after }) => after).join(" ")),
    });
    const complete = [...orders].filter((order) => order.split(" ").length === 6);
    // The ways to shuffle three packs of two.
    expect(complete).toHaveLength(90);
  });

  it("finds no more states by taking calls that do the same for different ones", async () => {
    const calls = both(
      (text) => (store, clock) => createGuard({ store, clock }).attempt({ subject: "f", key, code: text }),
    );
    const outcomes = async (alike: boolean) => {
      const seen = new Set<string>();
      const note: Scenario["check"] = (history) => {
        check(history);
        seen.add(JSON.stringify([history.writes.length, history.answers.map(({ value }) => value)]));
      };
      await explore({ ...scenario(calls, ANYTHING), alike, check: note });
      return [...seen].sort();
    };
    expect(await outcomes(true)).toEqual(await outcomes(false));
  });

  it("says how to get there again", async () => {
    const calls = both((text) => hurried(text, "believes"));
    const failure = await exploreAtRandom(scenario(calls, SENT_AGAIN), 10_000, 7).catch((error: unknown) => error);
    const [message, place = "", ...trace] = String(failure).split("\n");
    expect(message).toMatch(/is replayed, but accepted$/);
    expect(trace).toContainEqual(expect.stringMatching(/^ {2}process \d: swap .*the second reply is false$/));
    const seed = Number(/seed (\d+)/.exec(place)?.[1]);
    expect(String(await exploreAtRandom(scenario(calls, SENT_AGAIN), 1, seed).catch((error: unknown) => error))).toBe(
      String(failure),
    );
  });

  it("notices calls that are not determined by what their store tells them", async () => {
    let runs = 0;
    const moody: Call = async (store) => {
      await store.get("f");
      if (runs++ === 0) await store.get("f");
    };
    const steady: Call = async (store) => {
      for (const text of ["a", "b", "c"]) await store.put(text);
    };
    const search = explore({ ...scenario([moody, steady]), check: () => {} });
    await expect(search).rejects.toThrow("not deterministic");
  });

  it("notices a call that waits for something else", async () => {
    const stuck: Call = () => new Promise(() => {});
    await expect(explore(scenario([stuck]))).rejects.toThrow("waits for something that never comes");
  });
});
