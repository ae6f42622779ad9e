// What happens to an account seldom: each branch that the other tests do not reach by their way.
import { createTotpKey, type Key, OtpError, totp } from "otp-core";
import { createAccountMachine, drawDeviceToken, type Seal } from "otp-core/account";
import type { Store } from "otp-core/store";
import { createAuthenticator, createInbox } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, PEPPER, START, SUBJECT, setUp } from "../support/accounts.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const STEAM: Key = { type: "totp", secret: SECRET, encoder: "steam" };
const HOUR = 3_600_000;
const plain: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (text) => Uint8Array.from(text.split("."), Number),
};

describe("what a caller passes", () => {
  it("has a domain that fits the record", async () => {
    const { accounts } = setUp();
    const names = { subject: SUBJECT, issuer: "Example", account: "alice" };
    const domain = `${"d".repeat(60)}.${"e".repeat(20)}.com`;
    await expect(accounts.propose({ ...names, domain })).rejects.toThrow(refusal("invalid-argument", "domain"));
  });

  it("has a secret that is text or bytes", async () => {
    const { accounts } = setUp();
    const key = { type: "totp", secret: 5 } as never;
    await expect(accounts.adopt({ subject: SUBJECT, authenticator: "a", key })).rejects.toThrow(
      refusal("invalid-argument", "key.secret"),
    );
  });

  it("may have a label of one dash, which stands for nothing else", async () => {
    const setting = setUp();
    await enrol(setting, { label: "-" });
    expect((await setting.accounts.status(SUBJECT)).authenticators[0]?.label).toBe("-");
  });
});

describe("what a caller passes to the machine", () => {
  const machine = createAccountMachine({ pepper: PEPPER, seal: plain });

  it("has a secret that is text", async () => {
    const names = { subject: SUBJECT, issuer: "Example", account: "alice", authenticator: "a", now: START };
    await expect(machine.propose(null, { ...names, secret: 5 as never })).rejects.toThrow(
      refusal("invalid-argument", "secret"),
    );
  });

  it.each([undefined, null, 5, "x"])("is an object: %s is refused", (request) => {
    expect(() => machine.revoke(null, request as never)).toThrow(refusal("invalid-argument"));
    expect(() => machine.remove(null, request as never)).toThrow(refusal("invalid-argument"));
  });

  it("has a nonce of a draw", () => {
    const set = { subject: SUBJECT, codes: ["0".repeat(24)], nonce: "short", now: START };
    expect(() => machine.generateRecoveryCodes(null, set)).toThrow(refusal("invalid-argument", "nonce"));
  });
});

describe("a key of Steam Guard", () => {
  it("is taken over, stored and accepted with its five letters", async () => {
    const { accounts, clock } = setUp();
    await accounts.adopt({ subject: SUBJECT, authenticator: "steam", key: STEAM });
    const code = totp(STEAM, { now: clock() });
    expect(code).toMatch(/^[2-9A-Z]{5}$/);
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(true);
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(false);
  });
});

describe("resync of one of two authenticators", () => {
  it("counts wrong codes, is refused during a wait, and moves only its own", async () => {
    const setting = setUp();
    const { accounts, clock, told } = setting;
    const { authenticator, phone } = await enrol(setting, { label: "phone" });
    await accounts.adopt({
      subject: SUBJECT,
      authenticator: "other",
      key: createTotpKey({ issuer: "a", account: "b" }),
    });
    const target = { subject: SUBJECT, authenticator };
    const wrong: [string, string] = [phone.wrong(), phone.wrong()];
    told();
    expect(await accounts.resync({ ...target, codes: wrong })).toBe(false);
    expect((await accounts.status(SUBJECT)).failures).toBe(1);
    for (let i = 0; i < 4; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
    clock.advance(1000);
    expect(await accounts.resync({ ...target, codes: phone.consecutive() })).toBe(false);
    expect(await accounts.diagnose({ ...target, code: phone.next() })).toBeNull();
    await accounts.adopt({ subject: SUBJECT, authenticator: "token", key: { type: "hotp", secret: SECRET } });
    clock.advance(60_000);
    expect(await accounts.diagnose({ ...target, authenticator: "token", code: "123456" })).toBeNull();
    clock.advance(60_000);
    expect(await accounts.resync({ ...target, codes: phone.consecutive() })).toBe(true);
    expect(await accounts.resync({ ...target, codes: ["12", "3x"] })).toBe(false);
    expect((await accounts.status(SUBJECT)).failures).toBe(0);
    const [first, second] = (await accounts.status(SUBJECT)).authenticators;
    expect([first?.acceptedAt, second?.acceptedAt]).toEqual([clock(), null]);
  });
});

describe("a device token of a generation that was never handed out", () => {
  it("is unknown, and does not end the device: the store went back to an older record", async () => {
    const setting = setUp();
    const { accounts, clock, store, written } = setting;
    const { phone } = await enrol(setting);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    const device = await accounts.trust({ subject: SUBJECT });
    const backup = written.at(-1) ?? "";
    clock.advance(25 * HOUR);
    const newer = (await accounts.recognise({ subject: SUBJECT, deviceToken: device?.deviceToken }))?.deviceToken;
    expect(newer).toEqual(expect.any(String));
    const restored: Store = { get: async () => backup, swap: store.swap };
    const { accounts: old, told } = setUp({ store: restored, clock });
    expect(await old.recognise({ subject: SUBJECT, deviceToken: newer })).toBeNull();
    expect(told()).toEqual([]);
  });
});

describe("an app that ignores parameters, after `forget`", () => {
  it("does not confirm by a code of a step that began before", async () => {
    const { accounts, clock } = setUp();
    clock.advance(10_000);
    await accounts.adopt({ subject: SUBJECT, authenticator: "old", key: { type: "totp", secret: SECRET } });
    await accounts.forget(SUBJECT);
    const names = { subject: SUBJECT, issuer: "Example", account: "alice", algorithm: "SHA256" } as const;
    const { authenticator, secret } = await accounts.propose(names);
    const app = createAuthenticator({ secret }, { clock });
    const confirm = { subject: SUBJECT, authenticator, detect: true } as const;
    expect(await accounts.confirm({ ...confirm, code: app.code() })).toBeNull();
    clock.advance(30_000);
    expect(await accounts.confirm({ ...confirm, code: app.code() })).toMatchObject({ differs: ["algorithm"] });
  });
});

describe("a seal of one's own", () => {
  it("without isCurrent has nothing to seal again", async () => {
    const setting = setUp({ seal: plain });
    await enrol(setting);
    expect(await setting.accounts.reseal(SUBJECT)).toBe(0);
  });

  it("that fails to seal rejects the call, and nothing is stored", async () => {
    const down = new Error("the KMS is away");
    const failing: Seal = { ...plain, seal: () => Promise.reject(down) };
    const { accounts, written } = setUp({ seal: failing });
    const names = { subject: SUBJECT, issuer: "Example", account: "alice" };
    await expect(accounts.propose(names)).rejects.toThrow(refusal("key-unsealable"));
    await expect(accounts.propose(names)).rejects.toMatchObject({ cause: down });
    expect(written).toEqual([]);
    const refusing = setUp({ seal: { ...plain, seal: () => Promise.reject(new OtpError("pepper-missing", "mine")) } });
    await expect(refusing.accounts.propose(names)).rejects.toMatchObject({ code: "pepper-missing", message: "mine" });
  });
});

describe("a seal of one's own that fails to open", () => {
  it("rejects the call with its own error as the cause, or with the error of this library that it threw", async () => {
    const setting = setUp({ seal: plain });
    await enrol(setting);
    const { store, clock } = setting;
    const down = new Error("the KMS is away");
    for (const [cause, expected] of [
      [down, { code: "key-unsealable", cause: down }],
      [new OtpError("pepper-missing", "mine"), { code: "pepper-missing", message: "mine" }],
    ] as const) {
      const { accounts } = setUp({ store, clock, seal: { ...plain, open: () => Promise.reject(cause) } });
      await expect(accounts.verify({ subject: SUBJECT, code: "123456" })).rejects.toMatchObject(expected);
    }
  });
});

describe("a weak secret that was allowed", () => {
  it("is told of at each attempt", async () => {
    const { accounts, clock, events } = setUp({ minSecretBytes: 10 });
    const key: Key = { type: "totp", secret: "GEZDGNBVGY3TQOJQ" };
    await accounts.adopt({ subject: SUBJECT, authenticator: "short", key });
    expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toBe(true);
    expect(events.filter(({ type }) => type === "weak-secret")).toEqual([
      expect.objectContaining({ authenticator: "short", bytes: 10 }),
    ]);
  });
});

describe("sent codes", () => {
  const binding = { subject: SUBJECT, purpose: "login" };

  it("are malformed where the text has not their form, and other ones where they were sent for something else", async () => {
    const { accounts, clock } = setUp({ sent: { keep: 1 } });
    const inbox = createInbox({ clock });
    const forPayment = { subject: SUBJECT, purpose: "pay", context: "a", deliver: inbox.deliver };
    expect(await accounts.attempt({ ...binding, code: "12x" })).toMatchObject({ reason: "malformed" });
    await accounts.send(forPayment);
    const first = inbox.code();
    const reasonOf = async (context: string, code: string) =>
      accounts.attempt({ subject: SUBJECT, purpose: "pay", context, code });
    expect(await reasonOf("b", first)).toMatchObject({ reason: "other-context" });
    clock.advance(60_000);
    await accounts.send(forPayment);
    expect(await reasonOf("a", first)).toMatchObject({ reason: "superseded" });
    expect(await reasonOf("a", inbox.code())).toMatchObject({ ok: true });
    expect(await reasonOf("a", inbox.code())).toMatchObject({ reason: "replayed" });
  });

  it("may be test codes of the policy, each use an event", async () => {
    const testCodes = [{ subject: SUBJECT, purpose: "login", code: "424242", until: START + HOUR }];
    const { accounts, told } = setUp({ sent: { testCodes } });
    expect(await accounts.attempt({ ...binding, code: "424242" })).toMatchObject({ ok: true, method: "sent" });
    expect(told()).toContain("test-code");
  });

  it("are not sent while the account is disabled, and no wait ends that", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { phone } = await enrol(setting);
    while ((await accounts.status(SUBJECT)).state !== "disabled") {
      await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
      clock.advance(2 * HOUR);
    }
    const sent = await accounts.send({ ...binding, deliver: () => {} });
    expect(sent).toEqual({ ok: false, reason: "disabled", retryAfterMs: null });
    expect(events.at(-1)).toMatchObject({ type: "send-refused", reason: "disabled", retryAt: null });
  });

  it("outlive the count of sends, and make way for a ninth purpose all the same", async () => {
    const { accounts, clock } = setUp({ sent: { ttlMs: HOUR, email: true } });
    const purposes = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const purpose of purposes) {
      await accounts.send({ subject: SUBJECT, purpose, deliver: () => {} });
      clock.advance(1000);
    }
    clock.advance(16 * 60_000);
    await accounts.send({ subject: SUBJECT, purpose: "i", deliver: () => {} });
    expect((await accounts.status(SUBJECT)).sent.map(({ purpose }) => purpose)).toHaveLength(8);
  });

  it("that could not be delivered are marked, unless the store fails then: the usual wait stays", async () => {
    const { accounts: first, clock, store } = setUp();
    await first.generateRecoveryCodes(SUBJECT);
    let isDown = false;
    const fragile: Store = {
      get: (...args) => (isDown ? Promise.reject(new Error("gone")) : store.get(...args)),
      swap: (...args) => store.swap(...args),
    };
    const { accounts } = setUp({ store: fragile, clock });
    const deliver = () => {
      isDown = true;
      throw new Error("no network");
    };
    await expect(accounts.send({ ...binding, deliver })).rejects.toMatchObject({
      code: "delivery-failed",
      resendAt: START + 30_000,
    });
  });

  it("are marked once by the machine, and never where there is none", () => {
    const machine = createAccountMachine({ pepper: PEPPER, seal: plain });
    const draw = { code: "123456", nonce: "A".repeat(20), now: START };
    const { state: one } = machine.send(null, { ...binding, ...draw });
    const { state } = machine.send(one, { ...binding, purpose: "another", ...draw });
    const given = { ...binding, nonce: "B".repeat(20), now: START };
    expect(machine.giveBack(state, given).state).toBe(state);
    expect(machine.giveBack(null, given)).toMatchObject({ state: null, outcome: START });
  });
});

it("a device token of another account's form is not genuine", async () => {
  const { accounts } = setUp();
  expect(await accounts.recognise({ subject: SUBJECT, deviceToken: drawDeviceToken() })).toBeNull();
});
