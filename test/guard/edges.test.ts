// The outermost values that a state may have and the first beyond them, and what is told of the rarer steps.
import { hotp, totp } from "otp-core";
import { createGuard, createGuardMachine, type GuardStep } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const TOTP = { type: "totp", secret } as const;
const HOTP = { type: "hotp", secret } as const;
const machine = createGuardMachine();
const code = (steps: number) => totp(TOTP, { now: NOW + steps * 30_000 });
const verify = (state: string | null, typed: string, key: typeof TOTP | typeof HOTP = TOTP, now = NOW) =>
  machine.verify(state, { key, code: typed, now }) as GuardStep;

describe("a state", () => {
  it.each([
    ["the counter after the last one", "1,hotp,9007199254740992,0,0,1,-,-"],
    ["the first step there is", "1,totp,0,0,0,1,-,-"],
    ["the largest drift that is searched", "1,totp,1,3000,0,1,-,-"],
    ["the same behind", "1,totp,1,-3000,0,1,-,-"],
    ["a hundred failures", "1,totp,1,0,100,1,1,-"],
  ])("may have %s", (_, state) => {
    expect(machine.unlock(state, NOW).outcome).toBeUndefined();
  });

  it.each([
    ["a counter that no acceptance leaves behind", "1,hotp,0,0,0,1,-,-"],
    ["a counter beyond that", "1,hotp,9007199254740994,0,0,1,-,-"],
    ["a step beyond that", "1,totp,9007199254740994,0,0,1,-,-"],
    ["a drift of a counter", "1,hotp,1,1,0,1,-,-"],
    ["a drift of no type", "1,-,-,1,0,-,-,-"],
    ["a drift beyond every search, behind", "1,totp,1,-1000001,0,1,-,-"],
    ["a failure more than a hundred", "1,totp,1,0,101,1,1,-"],
    ["an acceptance before 1970", "1,totp,1,0,0,-5,-,-"],
    ["a failure before 1970", "1,totp,1,0,1,1,-5,-"],
    ["an end before 1970", "1,totp,1,0,0,1,1,-5"],
  ])("cannot have %s: it is refused", (_, state) => {
    expect(() => machine.status(state, NOW)).toThrow(refusal("state-invalid"));
  });

  it.each([[1], [{}], [undefined], [true]])("that is no text is refused: %s", (state) => {
    expect(() => machine.status(state as unknown as string, NOW)).toThrow(refusal("state-invalid"));
  });
});

describe("what is told", () => {
  it("of a counter: accepted, resynced, and no step", () => {
    const accepted = verify(null, hotp(HOTP, 2), HOTP);
    expect(accepted.events).toEqual([
      { type: "accepted", at: NOW, factor: "hotp", position: 3, drift: 0, failures: 0 },
    ]);
    expect(machine.status(accepted.state, NOW)).toMatchObject({ step: null, counter: 3 });
    const codes = [hotp(HOTP, 50), hotp(HOTP, 51)] as const;
    const resynced = machine.resync(accepted.state, { key: HOTP, codes, now: NOW }) as GuardStep;
    expect(resynced.events).toEqual([{ type: "resynced", at: NOW, factor: "hotp", position: 52, drift: 0 }]);
  });

  it("of an attempt that is no object, or a key of a third type, is which argument", async () => {
    const guard = createGuard({ store: memoryStore() });
    const none = null as never;
    expect(() => machine.verify(null, none)).toThrow(refusal("invalid-argument", "attempt"));
    expect(() => machine.resync(null, none)).toThrow(refusal("invalid-argument", "attempt"));
    await expect(guard.verify(none)).rejects.toThrow(refusal("invalid-argument", "attempt"));
    await expect(guard.resync(none)).rejects.toThrow(refusal("invalid-argument", "attempt"));
    const key = { type: "motp", secret } as never;
    expect(() => machine.verify(null, { key, code: "no code", now: NOW })).toThrow(refusal("invalid-argument", "type"));
  });
});

describe("a refusal unseen", () => {
  it("writes the moment of the last failure anew, once, when the clock went back, and else nothing (trap 27)", () => {
    const later = NOW + 86_400_000;
    let state: string | null = null;
    for (let i = 0; i < 5; i++) state = verify(state, "000000", TOTP, later).state;
    expect(verify(state, code(0), TOTP, later).state).toBe(state);
    const back = verify(state, code(0));
    expect(back.state).toBe(`1,totp,-,0,5,-,${NOW},-`);
    expect(verify(back.state, code(0), TOTP, NOW + 1000).state).toBe(back.state);
  });

  it("of a factor that was removed before it was known leaves it unknown", () => {
    const removed = `1,-,-,0,0,-,-,${NOW}`;
    expect(verify(removed, code(0))).toMatchObject({ state: removed, outcome: { ok: false, reason: "disabled" } });
  });
});

describe("a drift that was found by resync", () => {
  it("stays as it is where none is learnt, however early the next code is", () => {
    const codes = [code(100), code(101)] as const;
    const { state } = machine.resync(null, { key: TOTP, codes, now: NOW }) as GuardStep;
    const next = verify(state, code(102), TOTP, NOW + 60_000);
    expect(next.outcome.ok).toBe(true);
    expect([machine.status(state, NOW).drift, machine.status(next.state, NOW).drift]).toEqual([101, 101]);
  });
});
