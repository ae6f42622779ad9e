// Trap 37 at the guard's machine: a decision takes as many signatures wherever the match is, whether it is used up, and for none.
import type { Codes, Key } from "otp-core";
import { createGuardMachine } from "otp-core/guard";
import { describe, expect, it } from "vitest";
import { referenceDigits } from "../support/reference.ts";
import { type CountingMac, scripted } from "../support/signers.ts";

const PLACE = 1000;
const NOW = PLACE * 30_000;
const machine = createGuardMachine({ window: 2, lookAhead: 6, resyncWindow: 8 });
const code = (place: number) => referenceDigits(place, 6);
const around = Array.from({ length: 31 }, (_, i) => PLACE - 15 + i);
const handle = () => scripted((counter) => Number(counter));

/** The state after a code was accepted here. */
function stateAt(type: "totp" | "hotp", place: number): string | null {
  const key: Key<CountingMac> = { type, secret: handle(), ...(type === "hotp" ? { counter: place } : {}) };
  const { state, outcome } = machine.attempt(null, { key, code: code(place), now: place * 30_000 });
  expect(outcome.ok).toBe(true);
  return state;
}

type Ask = (key: Key<CountingMac>, state: string | null, place: number) => { outcome: { ok: boolean } };
const verify: Ask = (key, state, place) => machine.attempt(state, { key, code: code(place), now: NOW });
const resync: Ask = (key, state, place) => {
  const codes: Codes = [code(place - 1), code(place)];
  return machine.resync(state, { key, codes, now: NOW });
};

/** The numbers of signatures of what was accepted and of what was not. */
function signatures(type: "totp" | "hotp", ask: Ask, state: string | null) {
  const counts = { accepted: new Set<number>(), refused: new Set<number>() };
  for (const place of around) {
    const secret = handle();
    const { ok } = ask({ type, secret, ...(type === "hotp" ? { counter: PLACE } : {}) }, state, place).outcome;
    counts[ok ? "accepted" : "refused"].add(secret.calls());
  }
  return { accepted: [...counts.accepted], refused: [...counts.refused] };
}

describe("the number of signatures of the guard's machine (trap 37)", () => {
  it("is the window for TOTP", () => {
    for (const state of [null, stateAt("totp", PLACE - 1)]) {
      expect(signatures("totp", verify, state)).toEqual({ accepted: [5], refused: [5] });
    }
  });

  it("is the search for a TOTP resynchronisation", () => {
    for (const state of [null, stateAt("totp", PLACE - 1)]) {
      expect(signatures("totp", resync, state)).toEqual({ accepted: [1 + 17], refused: [1 + 17] });
    }
  });

  it("is the look-ahead for HOTP, and one more once a code was used, which may be sent again", () => {
    expect(signatures("hotp", verify, null)).toEqual({ accepted: [7], refused: [7] });
    expect(signatures("hotp", verify, stateAt("hotp", PLACE))).toEqual({ accepted: [8], refused: [8] });
  });

  it("is the search for a HOTP resynchronisation", () => {
    for (const state of [null, stateAt("hotp", PLACE)]) {
      expect(signatures("hotp", resync, state)).toEqual({ accepted: [8 + 2], refused: [8 + 2] });
    }
  });
});
