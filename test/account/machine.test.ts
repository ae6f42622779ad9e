// The machine of an account: what its methods refuse, which text they leave as it is, and until when the text must be kept.
import { createTotpKey, totp } from "otp-core";
import { type AccountMachine, createAccountMachine, drawDeviceToken, type Seal } from "otp-core/account";
import { describe, expect, it } from "vitest";
import { PEPPER, START, SUBJECT } from "../support/accounts.ts";
import { refusal } from "../support/refusal.ts";

const DAY = 86_400_000;
const MONTH = 30 * DAY;
const plain: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (text) => Uint8Array.from(text.split("."), Number),
};
const policy = { pepper: PEPPER, seal: plain };
const machine = createAccountMachine(policy);
const names = { subject: SUBJECT, issuer: "Example", account: "alice" };
const phone = { subject: SUBJECT, authenticator: "phone" };
const key = createTotpKey({ issuer: "Example", account: "alice" });
const sent = { subject: SUBJECT, purpose: "login" };
const nonce = "A".repeat(20);
const CODES = ["0".repeat(24)];

/** The methods that take an object, each with one that it accepts. */
const REQUESTS = {
  propose: { ...names, authenticator: "phone", secret: key.secret },
  proposal: phone,
  confirm: { ...phone, code: "123456" },
  adopt: { ...phone, key },
  remove: phone,
  resync: { ...phone, codes: ["123456", "234567"] },
  diagnose: { ...phone, code: "123456" },
  attempt: { subject: SUBJECT, code: "123456" },
  send: { ...sent, code: "123456", nonce },
  giveBack: { ...sent, nonce },
  report: sent,
  generateRecoveryCodes: { subject: SUBJECT, codes: CODES, nonce },
  adoptRecoveryCodes: { subject: SUBJECT, codes: ["abcd1234"], nonce },
  trust: { subject: SUBJECT, deviceToken: drawDeviceToken() },
  recognise: { subject: SUBJECT, deviceToken: "x" },
  revoke: { device: "x" },
  reseal: { subject: SUBJECT },
} as const satisfies Partial<Record<keyof AccountMachine, object>>;
type Method = keyof typeof REQUESTS;
const METHODS = Object.keys(REQUESTS) as readonly Method[];
const OF_NOW = ["revokeAll", "status", "unlock", "forget"] as const satisfies readonly (keyof AccountMachine)[];

/** The answer of a method that may be asynchronous, as a promise. */
const call = async (method: keyof AccountMachine, state: string | null, request: unknown): Promise<unknown> =>
  (machine[method] as unknown as (state: string | null, request: unknown) => unknown)(state, request);

describe("a policy", () => {
  it.each([undefined, null, 5])("that is %s is refused by its name", (wrong) => {
    expect(() => createAccountMachine(wrong as never)).toThrow(refusal("invalid-argument", "policy"));
  });

  it("with a misspelt option is refused by the name of that option", () => {
    expect(() => createAccountMachine({ ...policy, proposalTtl: 5 } as never)).toThrow(
      refusal("invalid-argument", "proposalTtl"),
    );
  });
});

describe("a request", () => {
  it.each(METHODS)("of %s that is no object is refused as `request`", async (method) => {
    for (const request of [undefined, null, 5, "x"])
      await expect(call(method, null, request)).rejects.toThrow(refusal("invalid-argument", "request"));
  });

  it.each(METHODS)("of %s needs its moment", async (method) => {
    const request = REQUESTS[method];
    await expect(call(method, null, { ...request, now: START })).resolves.not.toBeUndefined();
    for (const now of [undefined, -1, "5"])
      await expect(call(method, null, { ...request, now })).rejects.toThrow(refusal("invalid-argument", "now"));
  });

  it.each(OF_NOW)("of %s is the moment", async (method) => {
    for (const now of [undefined, null, -1, Number.NaN, {}])
      await expect(call(method, null, now)).rejects.toThrow(refusal("invalid-argument", "now"));
  });

  it.each(METHODS.filter((method) => method !== "revoke"))("of %s needs a subject", async (method) => {
    const request = { ...REQUESTS[method], now: START, subject: "" };
    await expect(call(method, null, request)).rejects.toThrow(refusal("invalid-argument", "subject"));
  });
});

it.each([["short"], [5], [["abcdefgh234567ab"]], [undefined]])(
  "a device token that is no draw is refused: %j",
  (deviceToken) => {
    const request = { subject: SUBJECT, deviceToken: deviceToken as string, now: START };
    expect(() => machine.trust(null, request)).toThrow(refusal("invalid-argument", "deviceToken"));
  },
);

/** A record in which a failure has lapsed, because nothing but a proposal is in it and 30 days have passed. */
async function lapsed(): Promise<{ readonly state: string; readonly now: number }> {
  let { state } = await machine.propose(null, { ...REQUESTS.propose, now: START });
  ({ state } = machine.send(state, { ...REQUESTS.send, now: START }));
  ({ state } = await machine.attempt(state, { ...sent, code: "654321", now: START }));
  return { state: state as string, now: START + MONTH };
}

describe("a text", () => {
  it("stays as it is if nothing is decided, also if a failure in it has lapsed", async () => {
    const { state, now } = await lapsed();
    expect(machine.status(state, now - 1).failures).toBe(1);
    expect(machine.status(state, now).failures).toBe(0);
    const revoked = machine.revoke(state, { device: "x", now });
    const removed = machine.remove(state, { ...phone, now });
    const resynced = await machine.resync(state, { ...REQUESTS.resync, now });
    const resealed = await machine.reseal(state, { subject: SUBJECT, now });
    for (const transition of [revoked, removed, resynced, resealed]) expect(transition.state).toBe(state);
  });

  it("counts again from nothing after a failure has lapsed", async () => {
    const { state, now } = await lapsed();
    const resent = machine.send(state, { ...REQUESTS.send, nonce: "B".repeat(20), now });
    const { state: failed } = await machine.attempt(resent.state, { ...sent, code: "654321", now });
    expect(machine.status(failed, now).failures).toBe(1);
  });

  it("is never dropped because nothing is left in it, and an absent one stays absent", async () => {
    const { state } = await machine.propose(null, { ...REQUESTS.propose, now: START });
    const removed = machine.remove(state, { ...phone, now: START });
    expect(removed).toMatchObject({ state: expect.any(String), outcome: true });
    expect(machine.remove(removed.state, { ...phone, now: START })).toMatchObject({ state: removed.state });
    for (const { state: absent } of [
      machine.remove(null, { ...phone, now: START }),
      machine.revokeAll(null, START),
      machine.unlock(null, START),
      machine.trust(null, { ...REQUESTS.trust, now: START }),
    ])
      expect(absent).toBeNull();
  });
});

describe("the moment until which a record must be kept", () => {
  it("is none for one with a device, which outlives a change of all other things", async () => {
    let { state } = await machine.adopt(null, { ...REQUESTS.adopt, now: START });
    ({ state } = await machine.attempt(state, { subject: SUBJECT, code: totp(key, { now: START }), now: START }));
    ({ state } = machine.trust(state, { ...REQUESTS.trust, now: START }));
    expect(machine.unlock(state, START).expiresAt).toBeNull();
    // Nothing is left after that but the moment.
    expect(machine.forget(state, START)).toMatchObject({ expiresAt: START + 30_000 + MONTH });
  });

  it("is 30 days from now, also where the clock went back after the user was forgotten", () => {
    const { state, expiresAt } = machine.forget(null, START);
    expect(expiresAt).toBe(START + MONTH);
    expect(machine.unlock(state, START - DAY).expiresAt).toBe(START + MONTH);
    expect(machine.unlock(state, START + DAY).expiresAt).toBe(START + DAY + MONTH);
    expect(machine.unlock(null, START).expiresAt).toBe(START + MONTH);
  });

  it("is 30 days from the last failure, also where the clock went back after it", async () => {
    let { state } = machine.send(null, { ...REQUESTS.send, now: START });
    ({ state } = await machine.attempt(state, { ...sent, code: "654321", now: START }));
    expect(machine.report(state, { ...sent, now: START - DAY }).expiresAt).toBe(START + MONTH);
  });
});
