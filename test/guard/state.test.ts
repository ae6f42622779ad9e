// The state of a factor is text of one form only: equal text, equal state, and anything else is refused and never "nothing known".
import fc from "fast-check";
import { type Codes, hotp, totp } from "otp-core";
import { createGuard, createGuardMachine, type GuardMachine, type GuardStep } from "otp-core/guard";
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
  ["verify", (each, state) => each.verify(state, { key: TOTP, code: "000000", now: NOW })],
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
    state = note(machine().verify(state, { key: TOTP, code: typed, now: NOW }) as GuardStep);
  }
  const codes: Codes = [code(100), code(101)];
  state = note(machine().resync(state, { key: TOTP, codes, now: NOW }) as GuardStep);
  state = null;
  for (const typed of ["000000", hotp(HOTP, 0), hotp(HOTP, 3)]) {
    state = note(machine().verify(state, { key: HOTP, code: typed, now: NOW }) as GuardStep);
  }
  return states;
}

describe("a state that is ours", () => {
  it("is text of one version, readable and without a secret or a code", () => {
    expect(reached()).toEqual([
      `1,totp,-,0,1,-,${NOW},-`,
      `1,totp,${NOW / 30_000 - 1},-1,0,${NOW},${NOW},-`,
      `1,totp,${NOW / 30_000},0,0,${NOW},${NOW},-`,
      `1,totp,${NOW / 30_000},0,1,${NOW},${NOW},-`,
      `1,totp,${NOW / 30_000},0,2,${NOW},${NOW},-`,
      `1,totp,${NOW / 30_000 + 1},1,0,${NOW},${NOW},-`,
      `1,totp,${NOW / 30_000 + 101},101,0,${NOW},${NOW},-`,
      `1,hotp,-,0,1,-,${NOW},-`,
      `1,hotp,1,0,0,${NOW},${NOW},-`,
      `1,hotp,4,0,0,${NOW},${NOW},-`,
    ]);
  });

  it("is read by every method, and comes back as it was where nothing changes", () => {
    for (const state of reached()) {
      machine().status(state, NOW);
      const { failures } = machine().status(state, NOW);
      const { state: next } = machine().unlock(state, NOW);
      if (failures === 0) expect(next).toBe(state);
      else expect(machine().status(next, NOW)).toEqual({ ...machine().status(state, NOW), failures: 0 });
    }
  });
});

const BAD: readonly (readonly [name: string, state: string])[] = [
  ["the empty text", ""],
  ["a space", " "],
  ["the word null", "null"],
  ["JSON", '{"type":"totp","position":1}'],
  ["the state of a limiter", "1,1,1800000000000"],
  ["a newer version", "2,totp,1,0,0,1,-,-"],
  ["an older version", "0,totp,1,0,0,1,-,-"],
  ["another type", "1,motp,1,0,0,1,-,-"],
  ["a type in upper case", "1,TOTP,1,0,0,1,-,-"],
  ["a field less", "1,totp,1,0,0,1,-"],
  ["a field more", "1,totp,1,0,0,1,-,-,-"],
  ["another separator", "1;totp;1;0;0;1;-;-"],
  ["a space before a number", "1,totp, 1,0,0,1,-,-"],
  ["a line end", "1,totp,1,0,0,1,-,-\n"],
  ["a plus", "1,totp,+1,0,0,1,-,-"],
  ["a leading zero", "1,totp,01,0,0,1,-,-"],
  ["an exponent", "1,totp,1e3,0,0,1,-,-"],
  ["hexadecimal", "1,totp,0x1,0,0,1,-,-"],
  ["a fraction", "1,totp,1.5,0,0,1,-,-"],
  ["a negative nought", "1,totp,1,-0,0,1,-,-"],
  ["NaN", "1,totp,NaN,0,0,1,-,-"],
  ["Infinity", "1,totp,Infinity,0,0,1,-,-"],
  ["an empty field", "1,totp,,0,0,1,-,-"],
  ["no drift", "1,totp,1,-,0,1,-,-"],
  ["no failures", "1,totp,1,0,-,1,-,-"],
  ["a step beyond the safe integers", "1,totp,9007199254740993,0,0,1,-,-"],
  ["full-width digits", "1,totp,\uff11,0,0,1,-,-"],
];

/** What no machine ever writes, though each field on its own is a number. */
const IMPOSSIBLE: readonly (readonly [name: string, state: string])[] = [
  ["failures below nought, which would be as many guesses more", "1,totp,1,0,-50,1,-,-"],
  ["a step below nought", "1,totp,-1,0,0,1,-,-"],
  ["a drift beyond every search", "1,totp,1,1000001,0,1,-,-"],
  ["a counter below the first one that can be next", "1,hotp,-5,0,0,1,-,-"],
  ["a step of no type", "1,-,5,0,0,1,-,-"],
  ["the drift of a counter", "1,hotp,5,1,0,1,-,-"],
  ["a drift of no type", "1,-,-,1,0,-,-,-"],
];

describe("a state that is not ours", () => {
  describe.each(readings)("is refused by %s", (_, read) => {
    it.each([undefined, 0, true, {}, ["1,totp,1,0,0,1,-,-"]])("no text: %j", (state) => {
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
      expect(text).toMatch(/^1,(totp|hotp|-),(-|\d+),-?\d+,\d+(,(-|\d+)){3}$/);
      expect(text.split(",").every((field) => !/^-?0\d|^-0$/.test(field))).toBe(true);
      expect(status).toBeDefined();
    });
    fc.assert(law, { numRuns: 3000 });
  });

  it("is refused by a guard and stays in the store, whoever wrote it: fail closed (trap 59)", async () => {
    const NONCE = "ABCDEFGHIJKLMNOP2345";
    for (const [, state] of BAD.filter(([, text]) => text !== "")) {
      let written = 0;
      const store: Store = {
        get: async () => `${NONCE}\n${state}`,
        swap: async () => ++written > 0,
      };
      const guard = createGuard({ store, clock: () => NOW });
      const calls = [
        guard.verify({ id: "f", key: TOTP, code: code(0) }),
        guard.resync({ id: "f", key: TOTP, codes: [code(0), code(1)] }),
        guard.unlock("f"),
        guard.forget("f"),
        guard.status("f"),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(refusal("state-invalid"));
      expect(written).toBe(0);
    }
  });

  it("is one of the other kind of key: a TOTP state is no HOTP state", () => {
    const [state = null] = reached();
    for (const read of [
      () => machine().verify(state, { key: HOTP, code: hotp(HOTP, 0), now: NOW }),
      () => machine().resync(state, { key: HOTP, codes: [hotp(HOTP, 0), hotp(HOTP, 1)], now: NOW }),
      () => machine().verify("1,hotp,1,0,0,1,-,-", { key: TOTP, code: code(0), now: NOW }),
    ]) {
      expect(read).toThrow(refusal("state-invalid"));
    }
  });
});
