// The outermost values that a state may have and the first beyond them, and what is told of the rarer steps.
import { hotp, totp } from "otp-core";
import { createGuard, createGuardMachine, type GuardTransition } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { scripted } from "../support/signers.ts";

const NOW = 1_800_000_000_000;
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const TOTP = { type: "totp", secret } as const;
const HOTP = { type: "hotp", secret } as const;
const machine = createGuardMachine();
const code = (steps: number) => totp(TOTP, { now: NOW + steps * 30_000 });
const verify = (state: string | null, typed: string, key: typeof TOTP | typeof HOTP = TOTP, now = NOW) =>
  machine.attempt(state, { key, code: typed, now }) as GuardTransition;

/** A state with nothing but positions. */
const withKey = (positions: string) => `2,0,-,1,0,0,-,-,-,${positions}`;

describe("a state", () => {
  it.each([
    ["the counter after the last one", withKey("default hotp 9007199254740992")],
    ["the first step there is", withKey("default totp 0 30000 30 0 0")],
    ["the largest drift that is searched", withKey("default totp 1 60000 30 3000 3000")],
    ["the same behind", withKey("default totp 1 60000 30 -3000 -3000")],
    ["a hundred failures", "2,100,1,-,0,0,-,-,-"],
  ])("may have %s", (_, state) => {
    expect(machine.unlock(state, NOW).outcome).toBeUndefined();
  });

  it.each([
    ["a counter that no acceptance leaves behind", withKey("default hotp 0")],
    ["a counter beyond that", withKey("default hotp 9007199254740994")],
    ["a step beyond that", withKey("default totp 9007199254740994 60000 30 0 0")],
    ["an end that is no number", withKey("default totp 1 - 30 0 0")],
    ["a period of no time", withKey("default totp 1 60000 0 0 0")],
    ["a period of more than a day", withKey("default totp 1 60000 86401 0 0")],
    ["a drift of a counter", withKey("default hotp 1 0")],
    ["a drift beyond every search, behind", withKey("default totp 1 60000 30 -3001 0")],
    ["a resynchronised drift beyond every search", withKey("default totp 1 60000 30 0 3001")],
    ["an authenticator without a name", withKey(" totp 1 60000 30 0 0")],
    ["a name that is not one", withKey("a:b totp 1 60000 30 0 0")],
    ["two authenticators of one name", withKey("a hotp 1,a hotp 2")],
    ["names in another order", withKey("b hotp 1,a hotp 2")],
    ["a failure more than a hundred", "2,101,1,-,0,0,-,-,-"],
    ["a failure without its moment", "2,1,-,-,0,0,-,-,-"],
    ["an acceptance before 1970", "2,0,-,-5,0,0,-,-,-"],
    ["a failure before 1970", "2,1,-5,-,0,0,-,-,-"],
    ["an end before 1970", "2,0,-,-,0,0,-,-,-5"],
  ])("cannot have %s: it is refused", (_, state) => {
    expect(() => machine.status(state, NOW)).toThrow(refusal("state-invalid"));
  });

  it.each([[1], [{}], [undefined], [true], [Number.NaN]])("that is not text is refused: %s", (state) => {
    expect(() => machine.status(state as unknown as string, NOW)).toThrow(refusal("state-invalid"));
    expect(() => machine.unlock(state as unknown as string, NOW)).toThrow(refusal("state-invalid"));
  });
});

describe("a code that is that of several steps or counters", () => {
  const same = scripted(() => 7);

  it("uses up all of these steps, also if they are around the drift and around zero", () => {
    const step = NOW / 30_000;
    const key = { type: "totp", secret: same } as const;
    for (const drift of [-20, 0, 20]) {
      const before = withKey(`default totp ${step - 100} ${NOW - 99 * 30_000} 30 ${drift} ${drift}`);
      const { outcome, state } = machine.attempt(before, { key, code: "000007", now: NOW });
      expect(outcome.ok).toBe(true);
      expect(machine.status(state, NOW).keys.default).toMatchObject({ step: step + Math.max(drift, 0) + 1 });
      expect(machine.attempt(state, { key, code: "000007", now: NOW }).outcome).toMatchObject({ reason: "replayed" });
    }
  });

  it("uses up the lowest of these counters, because the token may not have shown the others yet", () => {
    const key = { type: "hotp", secret: same } as const;
    const { state } = machine.attempt(withKey("default hotp 5"), { key, code: "000007", now: NOW });
    expect(machine.status(state, NOW).keys.default).toEqual({ method: "hotp", counter: 6 });
  });
});

describe("a record", () => {
  it("that is absent stays absent if there is nothing to remove, to forgive or to count", () => {
    expect(machine.remove(null, { keyName: "phone", now: NOW }).state).toBeNull();
    expect(machine.unlock(null, NOW).state).toBeNull();
    expect(verify(null, "no code").state).toBeNull();
  });

  it.each([
    ["a position", "2,0,-,-,0,0,-,-,-,default hotp 1"],
    ["a failure", "2,1,1,-,0,0,-,-,-"],
    ["the moment of an acceptance", "2,0,1,1,0,0,-,-,-"],
    ["failures of 30 days", "2,0,1,-,5,1,-,-,-"],
  ])("is kept for ever while it holds %s", (_, state) => {
    expect(machine.remove(state, { keyName: "other", now: NOW })).toMatchObject({ state, expiresAt: null });
  });

  it("of a forgotten subject keeps every step used up that ends within ten minutes, and no later one", () => {
    const skew = 600_000;
    const usedUntil = (state: string) => machine.forget(state, NOW).state?.split(",")[8];
    const at = (endsAt: number) => withKey(`default totp 1 ${endsAt} 30 0 0`);
    expect(usedUntil(at(NOW - 1))).toBe(String(NOW));
    expect(usedUntil(at(NOW + skew))).toBe(String(NOW + skew));
    // Otherwise a clock that was far ahead would lock the user out.
    expect(usedUntil(at(NOW + skew + 1))).toBe(String(NOW));
    expect(usedUntil(`2,0,-,-,0,0,-,-,${NOW + 5}`)).toBe(String(NOW + 5));
  });

  it("refuses counters up to 3000 below the last accepted one, and takes those further below for another epoch's", () => {
    const step = NOW / 30_000;
    /** The highest step that the window reaches is so far below the accepted one. */
    const below = (distance: number) => withKey(`default totp ${step + 1 + distance} 30000 30 0 0`);
    expect(verify(below(3000), code(0)).outcome).toMatchObject({ ok: false, reason: "replayed" });
    expect(verify(below(3001), code(0)).outcome).toMatchObject({ ok: true });
  });
});

describe("what is told", () => {
  it("of a counter: accepted, resynced, and no step", () => {
    const accepted = verify(null, hotp(HOTP, 2), HOTP);
    expect(accepted.events).toEqual([
      { type: "accepted", at: NOW, method: "hotp", keyName: "default", position: 3, drift: 0, failures: 0 },
    ]);
    expect(machine.status(accepted.state, NOW).keys).toEqual({ default: { method: "hotp", counter: 3 } });
    const codes = [hotp(HOTP, 50), hotp(HOTP, 51)] as const;
    const resynced = machine.resync(accepted.state, { key: HOTP, codes, now: NOW }) as GuardTransition;
    expect(resynced.events).toEqual([
      { type: "resynced", at: NOW, method: "hotp", keyName: "default", position: 52, drift: 0 },
    ]);
  });

  it("of an attempt that is no object, or a key of a third type, is which argument", async () => {
    const guard = createGuard({ store: memoryStore() });
    const none = null as never;
    expect(() => machine.attempt(null, none)).toThrow(refusal("invalid-argument", "attempt"));
    expect(() => machine.resync(null, none)).toThrow(refusal("invalid-argument", "attempt"));
    await expect(guard.attempt(none)).rejects.toThrow(refusal("invalid-argument", "attempt"));
    await expect(guard.resync(none)).rejects.toThrow(refusal("invalid-argument", "attempt"));
    expect(() => machine.remove(null, none)).toThrow(refusal("invalid-argument", "target"));
    await expect(guard.remove(none)).rejects.toThrow(refusal("invalid-argument", "target"));
    const key = { type: "motp", secret } as never;
    expect(() => machine.attempt(null, { key, code: "no code", now: NOW })).toThrow(
      refusal("invalid-argument", "type"),
    );
  });
});

describe("a refusal unseen", () => {
  it("writes the moment of the last failure anew, once, when the clock went back, and else nothing (trap 27)", () => {
    const later = NOW + 86_400_000;
    let state: string | null = null;
    for (let i = 0; i < 5; i++) state = verify(state, "000000", TOTP, later).state;
    expect(verify(state, code(0), TOTP, later).state).toBe(state);
    const back = verify(state, code(0));
    expect(back.state).toBe(`2,5,${NOW},-,${5 * 30 * 86_400_000},${NOW},${NOW},-,-`);
    expect(verify(back.state, code(0), TOTP, NOW + 1000).state).toBe(back.state);
  });
});

describe("a drift that was found by resync", () => {
  it("stays as it is where none is learnt, however early the next code is", () => {
    const codes = [code(100), code(101)] as const;
    const { state } = machine.resync(null, { key: TOTP, codes, now: NOW }) as GuardTransition;
    const next = verify(state, code(102), TOTP, NOW + 60_000);
    expect(next.outcome.ok).toBe(true);
    expect(machine.status(state, NOW).keys.default).toMatchObject({ drift: 101 });
    expect(machine.status(next.state, NOW).keys.default).toMatchObject({ drift: 101 });
  });

  it.each([101, -20])("of %i steps says when a code is accepted by the user's clock, and not by ours", (drift) => {
    const codes = [code(drift - 1), code(drift)] as const;
    const { state } = machine.resync(null, { key: TOTP, codes, now: NOW }) as GuardTransition;
    expect(machine.status(state, NOW).keys.default).toMatchObject({ drift, retryAt: null });
    // The next code, a step early: a clock that is ahead shows the one after it in two steps.
    const early = verify(state, code(drift + 1)).state;
    expect(machine.status(early, NOW).keys.default).toMatchObject({ retryAt: drift > 0 ? NOW + 60_000 : null });
  });
});
