// The state of a factor is text of one form only: equal text, equal state, and anything else is refused and never "nothing known".
import fc from "fast-check";
import { type Codes, hotp, totp } from "otp-core";
import { createGuard, createGuardMachine, type GuardMachine, type GuardTransition } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const secret = hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
const TOTP = { type: "totp", secret } as const;
const HOTP = { type: "hotp", secret } as const;
const machine = () => createGuardMachine({ learnDrift: { max: 3 } });
const code = (steps: number) => totp(TOTP, { now: NOW + steps * 30_000 });

/** Every way in which a state is asked about. */
const readings: readonly (readonly [string, (machine: GuardMachine, state: string | null) => unknown])[] = [
  ["verify", (each, state) => each.attempt(state, { key: TOTP, code: "000000", now: NOW })],
  ["resync", (each, state) => each.resync(state, { key: HOTP, codes: ["000000", "000000"], now: NOW })],
  ["unlock", (each, state) => each.unlock(state, NOW)],
  ["status", (each, state) => each.status(state, NOW)],
];

/** States as they come about. */
function reached(): string[] {
  const states: string[] = [];
  const note = ({ state }: { readonly state: string | null }) => {
    if (state !== null) states.push(state);
    return state;
  };
  let state: string | null = null;
  for (const typed of ["000000", code(-1), code(0), "000000", "000000", code(1)]) {
    state = note(machine().attempt(state, { key: TOTP, code: typed, now: NOW }) as GuardTransition);
  }
  const codes: Codes = [code(100), code(101)];
  state = note(machine().resync(state, { key: TOTP, codes, now: NOW }) as GuardTransition);
  state = null;
  for (const typed of ["000000", hotp(HOTP, 0), hotp(HOTP, 3)]) {
    state = note(machine().attempt(state, { key: HOTP, code: typed, now: NOW }) as GuardTransition);
  }
  return states;
}

describe("a state that is ours", () => {
  it("is text of one version, readable and without a secret or a code", () => {
    const step = NOW / 30_000;
    const month = 30 * 86_400_000;
    const at = (steps: number) => `${step + steps} ${NOW + (steps + 1) * 30_000} 30`;
    expect(reached()).toEqual([
      `2,1,${NOW},-,${month},${NOW},-,-,-`,
      `2,0,${NOW},${NOW},${month},${NOW},-,-,-,default totp ${at(-1)} -1 0`,
      `2,0,${NOW},${NOW},${month},${NOW},-,-,-,default totp ${at(0)} 0 0`,
      `2,1,${NOW},${NOW},${2 * month},${NOW},-,-,-,default totp ${at(0)} 0 0`,
      `2,2,${NOW},${NOW},${3 * month},${NOW},-,-,-,default totp ${at(0)} 0 0`,
      `2,0,${NOW},${NOW},${3 * month},${NOW},-,-,-,default totp ${at(1)} 1 0`,
      `2,0,${NOW},${NOW},${3 * month},${NOW},-,-,-,default totp ${at(101)} 101 101`,
      `2,1,${NOW},-,${4 * month},${NOW},-,-,-`,
      `2,0,${NOW},${NOW},${4 * month},${NOW},-,-,-,default hotp 1`,
      `2,0,${NOW},${NOW},${4 * month},${NOW},-,-,-,default hotp 4`,
    ]);
  });

  it("is read by every method, and comes back as it was where nothing changes", () => {
    for (const state of reached()) {
      machine().status(state, NOW);
      const { monthlyFailures } = machine().status(state, NOW);
      const { state: next } = machine().unlock(state, NOW);
      if (monthlyFailures === 0) expect(next).toBe(state);
      const forgiven = { ...machine().status(state, NOW), failures: 0, monthlyFailures: 0 };
      expect(machine().status(next, NOW)).toEqual(forgiven);
    }
  });
});

const BAD: readonly (readonly [name: string, state: string])[] = [
  ["the empty text", ""],
  ["a space", " "],
  ["the word null", "null"],
  ["JSON", '{"failures":0,"keys":{}}'],
  ["the state of a limiter", "1,1,1800000000000"],
  ["a newer version", "3,0,-,1,0,0,-,-,-"],
  ["an older version", "1,totp,1,0,0,1,-,-"],
  ["another type of key", "2,0,-,1,0,0,-,-,-,default motp 1 60000 30 0 0"],
  ["a type in upper case", "2,0,-,1,0,0,-,-,-,default TOTP 1 60000 30 0 0"],
  ["a field less", "2,0,-,1,0,0,-,-"],
  ["a field more", "2,0,-,1,0,0,-,-,-,-"],
  ["a part of a position less", "2,0,-,1,0,0,-,-,-,default totp 1 60000 30 0"],
  ["a part of a position more", "2,0,-,1,0,0,-,-,-,default totp 1 60000 30 0 0 0"],
  ["another separator", "2;0;-;1;0;0;-;-;-"],
  ["a space before a number", "2, 0,-,1,0,0,-,-,-"],
  ["a line end", "2,0,-,1,0,0,-,-,-\n"],
  ["a plus", "2,0,-,+1,0,0,-,-,-"],
  ["a leading zero", "2,0,-,01,0,0,-,-,-"],
  ["an exponent", "2,0,-,1e3,0,0,-,-,-"],
  ["hexadecimal", "2,0,-,0x1,0,0,-,-,-"],
  ["a fraction", "2,0,-,1.5,0,0,-,-,-"],
  ["a negative nought", "2,-0,-,1,0,0,-,-,-"],
  ["NaN", "2,0,-,NaN,0,0,-,-,-"],
  ["Infinity", "2,0,-,Infinity,0,0,-,-,-"],
  ["an empty field", "2,0,-,,0,0,-,-,-"],
  ["no failures", "2,-,-,1,0,0,-,-,-"],
  ["no level", "2,0,-,1,-,0,-,-,-"],
  ["no drift", "2,0,-,1,0,0,-,-,-,default totp 1 60000 30 - 0"],
  ["a step beyond the safe integers", "2,0,-,1,0,0,-,-,-,default totp 9007199254740993 60000 30 0 0"],
  ["full-width digits", "2,0,-,\uff11,0,0,-,-,-"],
];

/** What no machine ever writes, though each field on its own is a number. */
const IMPOSSIBLE: readonly (readonly [name: string, state: string])[] = [
  ["failures below nought, which would be as many guesses more", "2,-50,1,1,0,0,-,-,-"],
  ["a level below nought, which would be as many guesses more", "2,0,-,1,-50,0,-,-,-"],
  ["a step below nought", "2,0,-,1,0,0,-,-,-,default totp -1 60000 30 0 0"],
  ["a drift beyond every search", "2,0,-,1,0,0,-,-,-,default totp 1 60000 30 1000001 0"],
  ["a counter below the first one that can be next", "2,0,-,1,0,0,-,-,-,default hotp -5"],
  ["a moment before 1970 up to which codes are used up", "2,0,-,1,0,0,-,-,-1"],
  ["a moment beyond the safe integers up to which codes are used up", "2,0,-,1,0,0,-,-,9007199254740993"],
  ["an end beyond the safe integers", "2,0,-,1,0,0,-,-,-,default totp 1 9007199254740993 30 0 0"],
];

describe("a state that is not ours", () => {
  describe.each(readings)("is refused by %s", (_, read) => {
    it.each([undefined, 0, true, {}, ["2,0,-,1,0,0,-,-,-"]])("no text: %j", (state) => {
      expect(() => read(machine(), state as never)).toThrow(refusal("state-invalid"));
    });

    it.each([...BAD, ...IMPOSSIBLE])("%s", (_, state) => {
      expect(() => read(machine(), state)).toThrow(refusal("state-invalid"));
    });
  });

  it("is refused whatever it is: no other text than the one that is written is read", () => {
    const states = reached();
    const edited = fc
      .tuple(fc.constantFrom(...states), fc.nat(40), fc.nat(3), fc.string({ unit: "grapheme", maxLength: 3 }))
      .map(([state, at, length, text]) => state.slice(0, at) + text + state.slice(at + length));
    const law = fc.property(fc.oneof(edited, fc.string({ unit: "grapheme" })), (text) => {
      let status: unknown;
      try {
        status = machine().status(text, NOW);
      } catch (error) {
        expect(error).toEqual(refusal("state-invalid"));
        return;
      }
      // A text that is read is the one way to write what was read: numbers as they are printed, and a dash for none.
      expect(text).toMatch(
        /^2,\d+(,(-|\d+)){2},\d+,\d+(,(-|\d+)){3}(,[\w-]+ (totp \d+ \d+ \d+ -?\d+ -?\d+|hotp \d+))*$/,
      );
      expect(text.split(/[, ]/).every((field) => !/^-?0\d|^-0$/.test(field))).toBe(true);
      expect(status).toBeDefined();
    });
    fc.assert(law, { numRuns: 3000 });
  });

  it("is refused by a guard and stays in the store: fail closed (trap 59)", async () => {
    const NONCE = "ABCDEFGHIJKLMNOP2345";
    for (const [, state] of BAD.filter(([, text]) => text !== "")) {
      let written = 0;
      const store: Store = {
        get: async () => `${NONCE}\n${state}`,
        swap: async () => ++written > 0,
      };
      const guard = createGuard({ store, clock: () => NOW });
      const calls = [
        guard.attempt({ subject: "f", key: TOTP, code: code(0) }),
        guard.resync({ subject: "f", key: TOTP, codes: [code(0), code(1)] }),
        guard.unlock("f"),
        guard.forget("f"),
        guard.status("f"),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(refusal("state-invalid"));
      expect(written).toBe(0);
    }
  });

  it("has a key name of more than 64 characters, which no guard takes", () => {
    const named = (length: number) => `2,0,-,1,0,0,-,-,-,${"n".repeat(length)} hotp 1`;
    expect(Object.keys(machine().status(named(64), NOW).keys)).toEqual(["n".repeat(64)]);
    for (const [, read] of readings) expect(() => read(machine(), named(65))).toThrow(refusal("state-invalid"));
  });

  it("has the position of another type of key: it is refused until it is removed", () => {
    const [, totpState = null] = reached();
    const hotpState = "2,0,-,1,0,0,-,-,-,default hotp 1";
    for (const read of [
      () => machine().attempt(totpState, { key: HOTP, code: hotp(HOTP, 0), now: NOW }),
      () => machine().resync(totpState, { key: HOTP, codes: [hotp(HOTP, 0), hotp(HOTP, 1)], now: NOW }),
      () => machine().attempt(hotpState, { key: TOTP, code: code(0), now: NOW }),
    ]) {
      expect(read).toThrow(refusal("state-invalid"));
    }
    const { state } = machine().remove(totpState, { keyName: "default", now: NOW });
    expect(machine().attempt(state, { key: HOTP, code: hotp(HOTP, 0), now: NOW }).outcome.ok).toBe(true);
  });
});
