// Constant work of what holds several secrets at once: the blocks that sign and compare are executed equally often, whichever of the
// secrets matches, and when none does.
import { type Key, totp } from "otp-core";
import { createAccountMachine, drawDeviceToken, type Seal } from "otp-core/account";
import { createGuardMachine } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { createRecoveryMachine, drawRecoveryCodes } from "otp-core/recovery";
import { describe, expect, it } from "vitest";
import { executed } from "../support/executed-blocks.ts";

const NOW = 1_800_000_000_000;
const STEP_MS = 30_000;
const SUBJECT = "user-1";
const PEPPER = new Uint8Array(32).fill(7);
const seal: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (text) => Uint8Array.from(text.split("."), Number),
};
/**
 * What signs and what compares. Reading what was typed depends on what was typed, which its sender knows, and what is made of the answer
 * depends on the answer.
 */
const COMPARING = /\/src\/(hmac\/|otp\/(search|truncate)|attempts\/pepper)/;

/** How often each block was executed by the second of two calls: what is made when it is first needed is there by then. */
async function work(call: () => unknown): Promise<unknown[]> {
  await call();
  return [...(await executed(COMPARING, call))].sort();
}

describe("the blocks that sign and compare are executed equally often (trap 37)", () => {
  it("whichever of three authenticators has the code, at every place of its window, and when none has it", async () => {
    const keys: Record<string, Key<ReturnType<typeof hmac>>> = Object.fromEntries(
      ["a", "b", "c"].map((name, i) => [name, { type: "totp", secret: hmac(new Uint8Array(20).fill(i + 1)) }]),
    );
    const machine = createGuardMachine({ window: 1 });
    const attempt = (code: string) => machine.attempt(null, { keys, code, now: NOW });
    const never = Array.from({ length: 1000 }, (_, i) => String(i).padStart(6, "0")).find(
      (code) => !attempt(code).outcome.ok,
    );
    const first = await work(() => attempt(never ?? ""));
    expect(first.length).toBeGreaterThan(5);
    for (const [name, key] of Object.entries(keys)) {
      for (const distance of [-1, 0, 1]) {
        const code = totp(key as Parameters<typeof totp>[0] & { secret: ReturnType<typeof hmac> }, {
          now: NOW + distance * STEP_MS,
        });
        expect(attempt(code).outcome).toMatchObject({ ok: true, keyName: name });
        expect(await work(() => attempt(code))).toEqual(first);
      }
    }
  });

  it("whichever of ten recovery codes it is, used or not, and when it is none of them", async () => {
    const machine = createRecoveryMachine({ pepper: PEPPER });
    const { codes, nonce } = drawRecoveryCodes();
    const { state: full } = machine.generate(null, { subject: SUBJECT, codes, nonce, now: NOW });
    const { state } = machine.attempt(full, { subject: SUBJECT, code: codes[3], now: NOW });
    const [other] = drawRecoveryCodes().codes;
    const first = await work(() => machine.attempt(state, { subject: SUBJECT, code: other, now: NOW }));
    expect(first.length).toBeGreaterThan(5);
    for (const code of codes) {
      expect(await work(() => machine.attempt(state, { subject: SUBJECT, code, now: NOW }))).toEqual(first);
    }
  });

  it("wherever a device token is wrong, and when it is valid", async () => {
    const machine = createAccountMachine({ pepper: PEPPER, seal });
    const [code] = drawRecoveryCodes().codes;
    const set = { subject: SUBJECT, codes: [code ?? ""], nonce: "A".repeat(20), now: NOW };
    const { state: withCode } = machine.generateRecoveryCodes(null, set);
    const { state: accepted } = await machine.attempt(withCode, { subject: SUBJECT, code, now: NOW });
    const trusted = machine.trust(accepted, { subject: SUBJECT, deviceToken: drawDeviceToken(), now: NOW });
    const token = trusted.outcome?.deviceToken ?? "";
    const recognise = (deviceToken: string) =>
      machine.recognise(trusted.state, { subject: SUBJECT, deviceToken, now: NOW });
    expect(recognise(token).outcome).not.toBeNull();
    const first = await work(() => recognise(token));
    expect(first.length).toBeGreaterThan(5);
    for (let i = token.lastIndexOf(".") + 1; i < token.length; i++) {
      // The last symbol holds one bit: it is `a` or `q`, and a token with any other one is malformed.
      const other = i === token.length - 1 ? "q" : "b";
      const wrong = token.slice(0, i) + (token[i] === "a" ? other : "a") + token.slice(i + 1);
      expect(recognise(wrong).outcome).toBeNull();
      expect(await work(() => recognise(wrong))).toEqual(first);
    }
  });
});
