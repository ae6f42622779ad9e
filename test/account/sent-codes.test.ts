// Codes that an account sends: what deliveries, events and the status say of them, and what a refusal leaves as it was.
import { createAccountMachine } from "otp-core/account";
import { createInbox } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, PEPPER, START, SUBJECT, setUp } from "../support/accounts.ts";

const DAY = 86_400_000;
const LIFE = 300_000;
const PAUSE = 30_000;
const login = { subject: SUBJECT, purpose: "login" };
const transaction = { amount: "5.00", currency: "EUR", payee: "Shop" };
const seal = { seal: async () => "sealed", open: async () => new Uint8Array(20) };

/** An account, an inbox, and the events since the last call, without those of before. */
function withInbox(options: Parameters<typeof setUp>[0] = {}) {
  const setting = setUp(options);
  const inbox = createInbox({ clock: setting.clock });
  const newEvents = () => setting.events.splice(0);
  const send = (binding: object = login) => setting.accounts.send({ ...login, ...binding, deliver: inbox.deliver });
  const type = (code: unknown, binding: object = login) => setting.accounts.attempt({ ...login, ...binding, code });
  return { ...setting, inbox, newEvents, send, type };
}

describe("a code that is sent", () => {
  it("has the form of the policy", async () => {
    const { inbox, send } = withInbox({ sent: { digits: 8 } });
    await send();
    expect(inbox.code()).toMatch(/^\d{8}$/);
  });

  it("comes to the channel with its purpose, its end and its transaction", async () => {
    const { accounts } = setUp();
    const deliveries: unknown[] = [];
    const deliver = (_: string, delivery: unknown) => deliveries.push(delivery);
    await accounts.send({ ...login, deliver });
    await accounts.send({ subject: SUBJECT, purpose: "pay", transaction, deliver });
    const common = { channel: "default", expiresAt: START + LIFE };
    expect(deliveries).toEqual([
      { ...common, purpose: "login", transaction: null },
      { ...common, purpose: "pay", transaction },
    ]);
  });

  it("is reported with its user and its purpose, and the caller learns the same", async () => {
    const { accounts, events } = setUp();
    const outcome = await accounts.send({ ...login, deliver: () => "message 5" });
    const delivered = { channel: "default", deliveryId: "message 5" };
    expect(outcome).toEqual({ ok: true, expiresAt: START + LIFE, resendAt: START + PAUSE, ...delivered });
    expect(events).toEqual([
      { ...login, type: "sent", at: START, expiresAt: START + LIFE },
      { ...login, type: "delivered", at: START, ...delivered },
    ]);
  });

  it("that no channel took is an error that says so, with the error of the channel", async () => {
    const { accounts, newEvents } = withInbox();
    const cause = new Error("the gateway is down");
    const sending = accounts.send({ ...login, deliver: () => Promise.reject(cause) });
    await expect(sending).rejects.toMatchObject({
      code: "delivery-failed",
      cause,
      message: expect.stringContaining("it counts as sent"),
    });
    expect(newEvents().slice(1)).toEqual([
      { ...login, type: "delivery-failed", at: START, channel: "default", timedOut: false },
    ]);
  });

  it("is followed by another one after 30 seconds, not before", async () => {
    const { clock, newEvents, send } = withInbox();
    await send();
    clock.advance(PAUSE - 1);
    newEvents();
    expect(await send()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 1 });
    expect(newEvents()).toEqual([
      { ...login, type: "send-refused", at: clock(), reason: "resend", retryAt: clock() + 1 },
    ]);
    clock.advance(1);
    expect(await send()).toMatchObject({ ok: true });
  });

  it("is not sent a sixth time in 15 minutes", async () => {
    const { clock, newEvents, send } = withInbox();
    for (let i = 0; i < 5; i++) {
      expect(await send()).toMatchObject({ ok: true });
      clock.advance(PAUSE);
    }
    newEvents();
    expect(await send()).toMatchObject({ ok: false, reason: "throttled" });
    expect(newEvents()).toMatchObject([{ reason: "sends", retryAt: START + 900_000 }]);
  });

  it("is not sent during a wait of the account, because it could not be used", async () => {
    const { accounts, clock, inbox, newEvents, send, type } = withInbox();
    await send();
    for (let i = 0; i < 5; i++) await type(inbox.wrong());
    clock.advance(PAUSE - 1000);
    newEvents();
    expect(await send()).toEqual({ ok: false, reason: "throttled", retryAfterMs: 1000 });
    expect(newEvents()).toEqual([
      { ...login, type: "send-refused", at: clock(), reason: "throttled", retryAt: clock() + 1000 },
    ]);
    expect((await accounts.status(SUBJECT)).failures).toBe(5);
  });
});

describe("the status", () => {
  it("names the codes that can still be accepted, their end, and when another one may be sent", async () => {
    const { accounts, clock, send } = withInbox();
    await send();
    const sent = async () => (await accounts.status(SUBJECT)).sent;
    const code = { purpose: "login", expiresAt: START + LIFE };
    expect(await sent()).toEqual([{ ...code, resendAt: START + PAUSE }]);
    clock.advance(PAUSE);
    expect(await sent()).toEqual([{ ...code, resendAt: null }]);
    await send();
    expect(await sent()).toEqual([{ ...code, expiresAt: clock() + LIFE, resendAt: clock() + PAUSE }]);
    clock.advance(LIFE);
    expect(await sent()).toEqual([]);
  });

  it("does not name a code that was used, reported or tried too often", async () => {
    const { accounts, inbox, send, type } = withInbox({ attempts: { freeFailures: 99 } });
    for (const purpose of ["used", "reported", "exhausted", "alive"]) await send({ purpose });
    const [used] = inbox.codes;
    expect(await type(used, { purpose: "used" })).toMatchObject({ ok: true });
    await accounts.report({ subject: SUBJECT, purpose: "reported" });
    for (let i = 0; i < 5; i++) await type(inbox.wrong(), { purpose: "exhausted" });
    expect((await accounts.status(SUBJECT)).sent.map(({ purpose }) => purpose)).toEqual(["alive"]);
  });
});

describe("an attempt at a sent code", () => {
  it("that is accepted says how in its event", async () => {
    const { clock, inbox, newEvents, send, type } = withInbox();
    await send();
    await type(inbox.wrong());
    newEvents();
    await type(inbox.code());
    const how = { method: "sent", authenticator: null, device: null, remaining: null, drift: 0 };
    expect(newEvents()).toEqual([{ subject: SUBJECT, type: "accepted", at: clock(), ...how, failures: 1 }]);
  });

  it("ends the code after five wrong ones", async () => {
    const { inbox, newEvents, send, type } = withInbox({ attempts: { freeFailures: 99 } });
    await send();
    newEvents();
    for (let i = 0; i < 5; i++) expect(await type(inbox.wrong())).toMatchObject({ reason: "mismatch" });
    expect(await type(inbox.code())).toMatchObject({ reason: "exhausted" });
    expect(newEvents()).toMatchObject([
      ...Array(5).fill({ type: "rejected", reason: "mismatch" }),
      { type: "rejected", reason: "exhausted" },
    ]);
  });

  it("costs as many failures of the month as codes were compared: one for up to three", async () => {
    const { accounts, inbox, send, type } = withInbox({ sent: { keep: 3 } });
    await send();
    await type(inbox.wrong());
    expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 1, monthlyFailures: 1 });
  });

  it("that is malformed or replayed is reported, and not counted", async () => {
    const { accounts, inbox, newEvents, send, type } = withInbox();
    await send();
    await type(inbox.code());
    newEvents();
    expect(await type("12345")).toEqual({ ok: false, reason: "malformed", retryAfterMs: 0 });
    expect(await type(inbox.code())).toEqual({ ok: false, reason: "replayed", retryAfterMs: 0 });
    const event = { subject: SUBJECT, at: START, failures: 0, retryAt: null };
    expect(newEvents()).toEqual([
      { ...event, type: "rejected", reason: "malformed" },
      { ...event, type: "replayed" },
    ]);
    expect((await accounts.status(SUBJECT)).failures).toBe(0);
  });

  it("with a code that only its owner can know is reported with the reason, and not counted", async () => {
    const { accounts, clock, inbox, newEvents, send, type } = withInbox({ sent: { keep: 1 } });
    const bound = { context: "a", transaction };
    await send(bound);
    const first = inbox.code();
    clock.advance(PAUSE);
    await send(bound);
    newEvents();
    const other = { ...bound, transaction: { ...transaction, amount: "50.00" } };
    const reasons = ["other-context", "other-transaction", "superseded"];
    const answers = [
      await type(inbox.code(), { ...bound, context: "b" }),
      await type(inbox.code(), other),
      await type(first, bound),
    ];
    expect(answers).toEqual(reasons.map((reason) => ({ ok: false, reason, retryAfterMs: 0 })));
    expect(newEvents()).toEqual(reasons.map((reason) => ({ ...login, type: "refused", at: clock(), reason })));
    expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 0, monthlyFailures: 0 });
    expect(await type(inbox.code(), bound)).toMatchObject({ ok: true });
  });

  it("with a code of the policy is reported as a test code with its purpose", async () => {
    const testCodes = [{ ...login, code: "424242", until: START + LIFE }];
    const { newEvents, type } = withInbox({ sent: { testCodes } });
    expect(await type("424242")).toMatchObject({ ok: true });
    expect(newEvents().at(-1)).toEqual({ ...login, type: "test-code", at: START });
  });

  it("that was never sent is no test code", async () => {
    const { inbox, send, told, type } = withInbox();
    await send();
    await type(inbox.code());
    expect(told()).toEqual(["sent", "delivered", "accepted"]);
  });

  it("from a trusted device is looked at while a stranger makes the account wait", async () => {
    const { accounts, clock, inbox, send, type } = withInbox();
    await send();
    await type(inbox.code());
    const deviceToken = (await accounts.trust({ subject: SUBJECT }))?.deviceToken;
    clock.advance(PAUSE);
    await send();
    for (let i = 0; i < 5; i++) await type(inbox.wrong(), { purpose: "other" });
    expect(await type(inbox.code())).toMatchObject({ reason: "throttled" });
    expect(await type(inbox.code(), { deviceToken })).toMatchObject({ ok: true, method: "sent" });
  });

  it("reports the theft of its device first", async () => {
    const { accounts, clock, inbox, newEvents, send, type } = withInbox();
    const copied = async () => {
      await send();
      await type(inbox.code());
      const deviceToken = (await accounts.trust({ subject: SUBJECT }))?.deviceToken;
      clock.advance(DAY);
      const next = await accounts.recognise({ subject: SUBJECT, deviceToken });
      await accounts.recognise({ subject: SUBJECT, deviceToken: next?.deviceToken });
      clock.advance(DAY);
      newEvents();
      return deviceToken;
    };
    await type("123456", { deviceToken: await copied() });
    expect(newEvents().map(({ type }) => type)).toEqual(["device-ended", "rejected"]);
    const deviceToken = await copied();
    await send({ context: "a" });
    newEvents();
    await type(inbox.code(), { context: "b", deviceToken });
    expect(newEvents().map(({ type }) => type)).toEqual(["device-ended", "refused"]);
  });
});

describe("purposes", () => {
  it("that nothing was sent for are not remembered: a request could name many", async () => {
    const { accounts, inbox, send, type, written } = withInbox();
    await send();
    await type(inbox.wrong(), { purpose: "guessed" });
    await accounts.report({ subject: SUBJECT, purpose: "reported" });
    expect(written).toHaveLength(3);
    expect(written.join()).toContain("login");
    expect(written.join()).not.toMatch(/guessed|reported/);
  });

  it("have codes and tries of their own", async () => {
    const { inbox, send, type } = withInbox({ attempts: { freeFailures: 99 } });
    await send();
    await send({ purpose: "pay" });
    for (let i = 0; i < 5; i++) await type(inbox.wrong(), { purpose: "pay" });
    expect(await type(inbox.codes[0])).toMatchObject({ ok: true });
    expect(await type(inbox.codes[1], { purpose: "pay" })).toMatchObject({ reason: "exhausted" });
  });

  it("make way for a ninth by their last send, not by their last attempt", async () => {
    const { accounts, clock, inbox, send, type } = withInbox();
    const purposes = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const purpose of purposes) {
      await send({ purpose });
      clock.advance(1000);
    }
    await type(inbox.wrong(), { purpose: "a" });
    clock.advance(PAUSE);
    await send({ purpose: "b" });
    await send({ purpose: "i" });
    const left = (await accounts.status(SUBJECT)).sent.map(({ purpose }) => purpose);
    expect(left.sort()).toEqual(["b", "c", "d", "e", "f", "g", "h", "i"]);
  });
});

describe("a code that is older than a day", () => {
  it("leaves the record with the next send for any purpose, and its send stays counted", () => {
    const machine = createAccountMachine({ pepper: PEPPER, seal });
    const old = { code: "123456", nonce: "A".repeat(20) };
    const next = { code: "654321", nonce: "B".repeat(20), subject: SUBJECT, purpose: "pay" };
    const { state } = machine.send(null, { ...login, ...old, now: START });
    for (const [now, isLeft] of [
      [START + DAY - 1, true],
      [START + DAY, false],
    ] as const) {
      const after = machine.send(state, { ...next, now }).state;
      expect(after?.includes(old.nonce)).toBe(isLeft);
      expect(after).toContain(String(START));
    }
  });
});

describe("a report", () => {
  it("ends the codes of its purpose only, and allows no earlier send", async () => {
    const { accounts, inbox, newEvents, send, type } = withInbox();
    await send();
    await send({ purpose: "pay" });
    newEvents();
    await accounts.report(login);
    expect(newEvents()).toEqual([{ ...login, type: "reported", at: START }]);
    expect(await type(inbox.codes[0])).toMatchObject({ reason: "absent" });
    expect(await send()).toMatchObject({ ok: false, reason: "throttled", retryAfterMs: PAUSE });
    expect(await type(inbox.codes[1], { purpose: "pay" })).toMatchObject({ ok: true });
  });
});

describe("a code that is given back", () => {
  const machine = createAccountMachine({ pepper: PEPPER, seal });
  const nonce = "A".repeat(20);
  const { state } = machine.send(null, { ...login, code: "123456", nonce, now: START });

  it("lets another one be sent, and reports nothing by itself", () => {
    const given = machine.giveBack(state, { ...login, nonce, now: START + 5 });
    expect(given).toMatchObject({ outcome: START + 5, events: [] });
    const next = { ...login, code: "234567", nonce: "B".repeat(20), now: START + 5 };
    expect(machine.send(given.state, next).outcome).toMatchObject({ ok: true });
  });

  it("of another nonce changes nothing: the usual wait stays, and nothing is reported", () => {
    const other = machine.giveBack(state, { ...login, nonce: "B".repeat(20), now: START + 5 });
    expect(other).toMatchObject({ state, outcome: START + PAUSE, events: [] });
  });

  it("leaves the codes of other purposes as they are", () => {
    const sent = machine.send(state, {
      subject: SUBJECT,
      purpose: "pay",
      code: "654321",
      nonce: "C".repeat(20),
      now: START,
    });
    const given = machine.giveBack(sent.state, { ...login, nonce, now: START });
    expect(
      machine
        .status(given.state, START)
        .sent.map(({ purpose }) => purpose)
        .sort(),
    ).toEqual(["login", "pay"]);
  });
});

it("a sent code and an authenticator have one budget of the month", async () => {
  const { accounts, clock, inbox, send, type } = withInbox();
  const { phone } = await enrol({ accounts, clock });
  await send();
  await type(inbox.wrong());
  await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
  expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 2, monthlyFailures: 2 });
});
