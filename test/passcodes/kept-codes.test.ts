// Which codes live side by side: the last ones, in every context, under one budget (PROTOCOLS 4).
import { createPasscodes, type PasscodeEvent, type PasscodeOptions, type SentCodeBinding } from "otp-core/passcodes";
import { memoryStore } from "otp-core/store";
import { createInbox, fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const LOGIN = { subject: "user-1", purpose: "login" };
const PAYMENT = { amount: "1250.00", currency: "EUR", payee: "Example Ltd" };
const rejected = (reason: string, retryAfterMs: number | null = 0) => ({ ok: false, reason, retryAfterMs });

function service(options: Partial<PasscodeOptions> = {}) {
  const clock = fakeClock(NOW);
  const events: PasscodeEvent[] = [];
  const inbox = createInbox();
  const store = memoryStore({ clock });
  const passcodes = createPasscodes({
    // Ten digits, so that no two codes are the same by chance.
    digits: 10,
    store,
    clock,
    pepper: new Uint8Array(32).fill(7),
    onEvent: (event) => events.push(event),
    ...options,
  });
  async function sent(more: Partial<SentCodeBinding> = {}): Promise<string> {
    clock.advance(30_000);
    expect(await passcodes.send({ ...LOGIN, ...more, deliver: inbox.deliver })).toMatchObject({ ok: true });
    return inbox.code();
  }
  /** A code that every channel failed to send, as far as it knows. */
  async function lost(): Promise<string> {
    clock.advance(30_000);
    const deliver = (code: string) => {
      inbox.deliver(code);
      throw new Error("the gateway is down");
    };
    await expect(passcodes.send({ ...LOGIN, deliver })).rejects.toThrow(refusal("delivery-failed"));
    return inbox.code();
  }
  const attempt = (code: string, more: Partial<SentCodeBinding> = {}) => passcodes.attempt({ ...LOGIN, ...more, code });
  const status = () => passcodes.status(LOGIN);
  return { clock, events, inbox, store, passcodes, sent, lost, attempt, status };
}

describe("the last codes", () => {
  it.each([1, 2, 3])("are accepted, %i of them, and the ones before are superseded and not counted", async (keep) => {
    for (let chosen = 0; chosen < keep; chosen++) {
      const { sent, attempt, status, events } = service({ keep });
      const codes = [await sent(), await sent(), await sent(), await sent()];
      const [older, kept] = [codes.slice(0, 4 - keep), codes.slice(4 - keep)];
      for (const code of older) {
        expect(await attempt(code)).toEqual(rejected("superseded"));
        expect(events.at(-1)).toMatchObject({ type: "refused", reason: "superseded", ...LOGIN });
      }
      expect(await attempt(kept[chosen] ?? "")).toMatchObject({ ok: true });
      expect(await status()).toMatchObject({ failures: 0, monthlyFailures: 0, expiresAt: null });
    }
  });

  it("end together when one of them is accepted: it is replayed, the other one superseded", async () => {
    const { sent, attempt, status } = service();
    const [first, second] = [await sent(), await sent()];
    expect(await attempt(first)).toMatchObject({ ok: true });
    expect(await attempt(second)).toEqual(rejected("superseded"));
    expect(await attempt(first)).toEqual(rejected("replayed"));
    expect(await status()).toMatchObject({ failures: 0, expiresAt: null });
  });

  it("leave a used code used: it is replayed after the next code was sent, and after that one was accepted", async () => {
    const { sent, attempt } = service();
    const used = await sent();
    expect(await attempt(used)).toMatchObject({ ok: true });
    const next = await sent();
    expect(await attempt(used)).toEqual(rejected("replayed"));
    expect(await attempt(next)).toMatchObject({ ok: true });
    expect(await attempt(used)).toEqual(rejected("replayed"));
  });

  it("live until their own expiry", async () => {
    const { sent, attempt, clock, status } = service({ keep: 3 });
    const first = await sent();
    clock.advance(2 * MINUTE);
    const second = await sent();
    clock.set(NOW + 30_000 + 5 * MINUTE);
    expect(await status()).toMatchObject({ expiresAt: clock() + 2 * MINUTE + 30_000 });
    expect(await attempt(first)).toEqual(rejected("expired"));
    expect(await attempt(second)).toMatchObject({ ok: true });
  });

  it("share their tries: a wrong code is one at each of them", async () => {
    const { sent, attempt, inbox } = service({ triesPerCode: 3, attempts: { freeFailures: 99 } });
    const first = await sent();
    for (let i = 0; i < 2; i++) expect(await attempt(inbox.wrong())).toEqual(rejected("mismatch"));
    const second = await sent();
    expect(await attempt(inbox.wrong())).toEqual(rejected("mismatch"));
    expect(await attempt(first)).toEqual(rejected("exhausted"));
    for (let i = 0; i < 1; i++) expect(await attempt(inbox.wrong())).toEqual(rejected("mismatch"));
    expect(await attempt(second)).toEqual(rejected("exhausted"));
  });

  it("are counted whatever their context is", async () => {
    const { sent, attempt } = service();
    const codes = [await sent({ context: "a" }), await sent({ context: "b" }), await sent({ context: "c" })];
    expect(await attempt(codes[0] ?? "", { context: "a" })).toEqual(rejected("superseded"));
    expect(await attempt(codes[1] ?? "", { context: "b" })).toMatchObject({ ok: true });
  });

  it("are known for a while after they were superseded; later they are wrong codes", async () => {
    const { sent, attempt } = service({ keep: 2, maxSends: 10 });
    const codes: string[] = [];
    for (let i = 0; i < 6; i++) codes.push(await sent());
    expect(await attempt(codes[1] ?? "")).toEqual(rejected("superseded"));
    expect(await attempt(codes[0] ?? "")).toEqual(rejected("mismatch"));
  });
});

it("a policy that keeps fewer codes also knows fewer of the superseded ones that were sent before", async () => {
  const { sent, passcodes, clock, store } = service({ keep: 3, maxSends: 10 });
  const codes: string[] = [];
  for (let i = 0; i < 6; i++) codes.push(await sent());
  expect(await passcodes.attempt({ ...LOGIN, code: codes[0] })).toEqual(rejected("superseded"));
  const { attempt } = service({ keep: 1, store, clock });
  // The one that is valid and three before it.
  expect(await attempt(codes[2] ?? "")).toEqual(rejected("superseded"));
  for (const code of codes.slice(0, 2)) expect(await attempt(code)).toEqual(rejected("mismatch"));
});

describe("a valid code in another place", () => {
  it("is refused and not counted, and it stays valid where it belongs (O9, O21)", async () => {
    const { sent, attempt, status, events } = service();
    const code = await sent({ context: "a", transaction: PAYMENT });
    for (const [more, reason] of [
      [{ context: "b", transaction: PAYMENT }, "other-context"],
      [{ transaction: PAYMENT }, "other-context"],
      [{ context: "b" }, "other-context"],
      [{ context: "a" }, "other-transaction"],
      [{ context: "a", transaction: { ...PAYMENT, amount: "1250.01" } }, "other-transaction"],
      [{ context: "a", transaction: { ...PAYMENT, amount: "1250.0" } }, "other-transaction"],
      [{ context: "a", transaction: { ...PAYMENT, currency: "USD" } }, "other-transaction"],
      [{ context: "a", transaction: { ...PAYMENT, payee: "Example Ltd." } }, "other-transaction"],
    ] as const) {
      expect(await attempt(code, more)).toEqual(rejected(reason));
      expect(events.at(-1)).toEqual({ type: "refused", at: NOW + 30_000, reason, ...LOGIN });
    }
    expect(await status()).toMatchObject({ failures: 0, monthlyFailures: 0 });
    expect(await attempt(code, { context: "a", transaction: PAYMENT })).toMatchObject({ ok: true });
    expect(await attempt(code, { context: "b" })).toEqual(rejected("replayed"));
  });

  it("is refused for a payment if it was sent for none, and for none if it was sent for a payment (payment 3)", async () => {
    const { sent, attempt } = service();
    expect(await attempt(await sent(), { transaction: PAYMENT })).toEqual(rejected("other-transaction"));
    expect(await attempt(await sent({ transaction: PAYMENT }))).toEqual(rejected("other-transaction"));
  });

  it("is not looked at during a wait", async () => {
    const { sent, attempt, inbox } = service();
    const code = await sent({ context: "a" });
    for (let i = 0; i < 5; i++) await attempt(inbox.wrong());
    expect(await attempt(code, { context: "b" })).toEqual(rejected("throttled", 30_000));
  });
});

describe("a code that no channel took", () => {
  it("is accepted all the same, because it may have arrived, and counts as sent", async () => {
    const { lost, attempt, passcodes, clock } = service({ maxSends: 1 });
    const code = await lost();
    expect(await passcodes.send({ ...LOGIN, deliver: () => {} })).toEqual(rejected("throttled", 15 * MINUTE));
    expect(await attempt(code)).toEqual({ ok: true, at: clock() });
  });

  it("ends the wait for the next one at once, and says so in the error", async () => {
    const { clock, passcodes, events, status } = service({ maxSends: 2 });
    const deliver = async () => Promise.reject(new Error("the gateway is down"));
    const fail = () => passcodes.send({ ...LOGIN, deliver }).catch((error: unknown) => error);
    const [first, second] = [await fail(), await fail()];
    expect(first).toEqual(refusal("delivery-failed"));
    expect(first).toMatchObject({ resendAt: NOW, cause: new Error("the gateway is down") });
    expect(second).toMatchObject({ code: "delivery-failed", resendAt: NOW + 15 * MINUTE });
    expect(await fail()).toEqual(rejected("throttled", 15 * MINUTE));
    expect(await status()).toMatchObject({ resendAt: NOW + 15 * MINUTE });
    expect(events.map(({ type }) => type)).toEqual([
      "sent",
      "delivery-failed",
      "sent",
      "delivery-failed",
      "send-refused",
    ]);
    expect(clock()).toBe(NOW);
  });

  it("is replaced first, so that the last one that arrived stays good", async () => {
    const { sent, lost, attempt } = service({ keep: 2, maxSends: 10 });
    const arrived = await sent();
    for (let i = 0; i < 3; i++) await lost();
    const [last, newest] = [await lost(), await sent()];
    expect(await attempt(last)).toEqual(rejected("superseded"));
    expect(await attempt(arrived)).toMatchObject({ ok: true });
    expect(await attempt(newest)).toEqual(rejected("superseded"));
  });

  it("keeps a slot if there is one to spare", async () => {
    const { lost, sent, attempt } = service({ keep: 2 });
    const code = await lost();
    await sent();
    expect(await attempt(code)).toMatchObject({ ok: true });
  });

  it("keeps its slot if the other code has expired", async () => {
    const { sent, lost, attempt, clock } = service({ keep: 2 });
    await sent();
    clock.advance(5 * MINUTE);
    const code = await lost();
    await sent();
    expect(await attempt(code)).toMatchObject({ ok: true });
  });

  it("gives its slot up once it is replaced, so that the codes that arrived expire instead of being superseded", async () => {
    const { sent, lost, attempt, clock } = service({ keep: 3, maxSends: 10 });
    const [oldest, arrived] = [await sent(), await sent()];
    const replaced = await lost();
    await sent();
    clock.advance(5 * MINUTE);
    await sent();
    expect(await attempt(oldest)).toEqual(rejected("superseded"));
    expect(await attempt(replaced)).toEqual(rejected("superseded"));
    expect(await attempt(arrived)).toEqual(rejected("expired"));
  });

  it("is remembered as long as any other code: the oldest one is forgotten first", async () => {
    const { sent, lost, attempt } = service({ keep: 2, maxSends: 10 });
    const [oldest, replaced] = [await sent(), await lost()];
    for (let i = 0; i < 4; i++) await sent();
    expect(await attempt(replaced)).toEqual(rejected("superseded"));
    expect(await attempt(oldest)).toEqual(rejected("mismatch"));
  });

  it("leaves a gateway that fails now and then no more messages than maxSends allows", async () => {
    const { passcodes, clock } = service({ resendAfterMs: 0 });
    let messages = 0;
    for (let second = 0; second < 3600; second++) {
      const deliver = () => {
        messages++;
        if (second % 3 > 0) throw new Error("the gateway is down");
      };
      await passcodes.send({ ...LOGIN, deliver }).catch(() => {});
      clock.advance(1000);
    }
    // Five in each of the four quarters of the hour.
    expect(messages).toBe(20);
  });
});

describe("a test code", () => {
  const REVIEWER = { subject: "reviewer", purpose: "login" };
  const testCode = { ...REVIEWER, code: "0000000000", until: NOW + MINUTE };

  it("is accepted as often as it is entered, in every context, until it ends, and each use is an event", async () => {
    const { passcodes, clock, events } = service({ testCodes: [testCode] });
    for (const context of [undefined, "a", "b"]) {
      const code = "00000-00000";
      expect(await passcodes.attempt({ ...REVIEWER, context, code })).toEqual({ ok: true, at: NOW });
    }
    expect(events).toHaveLength(6);
    for (const event of events.filter((_, i) => i % 2 === 1)) {
      expect(event).toEqual({ type: "test-code", at: NOW, ...REVIEWER });
    }
    clock.set(NOW + MINUTE - 1);
    expect(await passcodes.verify({ ...REVIEWER, code: testCode.code })).toBe(true);
    clock.advance(1);
    expect(await passcodes.attempt({ ...REVIEWER, code: testCode.code })).toEqual(rejected("absent"));
  });

  it("is that of its subject and purpose only", async () => {
    const { passcodes } = service({ testCodes: [testCode] });
    for (const target of [LOGIN, { ...REVIEWER, purpose: "pay" }]) {
      expect(await passcodes.attempt({ ...target, code: testCode.code })).toEqual(rejected("absent"));
    }
    expect(await passcodes.attempt({ ...REVIEWER, code: "0000000001" })).toEqual(rejected("absent"));
  });

  it("does not protect from the wait for wrong ones", async () => {
    const { passcodes } = service({ testCodes: [testCode] });
    for (let i = 0; i < 5; i++) await passcodes.attempt({ ...REVIEWER, code: "1111111111" });
    expect(await passcodes.attempt({ ...REVIEWER, code: testCode.code })).toEqual(rejected("throttled", 30_000));
  });

  it("leaves the codes that were sent as they are, and they are accepted as well", async () => {
    const { passcodes, inbox } = service({ testCodes: [testCode] });
    await passcodes.send({ ...REVIEWER, deliver: inbox.deliver });
    expect(await passcodes.verify({ ...REVIEWER, code: testCode.code })).toBe(true);
    expect(await passcodes.verify({ ...REVIEWER, code: inbox.code() })).toBe(true);
  });
});

describe("a report", () => {
  it("ends the codes, keeps the failures, and is an event", async () => {
    const { passcodes, sent, attempt, events, inbox, clock } = service();
    const codes = [await sent(), await sent()];
    await attempt(inbox.wrong());
    await passcodes.report(LOGIN);
    expect(events.at(-1)).toEqual({ type: "reported", at: clock(), ...LOGIN });
    for (const code of codes) expect(await attempt(code)).toEqual(rejected("absent"));
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 3, forgottenAt: null });
  });
});

describe('attempts: "host"', () => {
  it("counts nothing, and a code is still accepted once and tried so many times", async () => {
    const { sent, attempt, inbox, status } = service({ attempts: "host", triesPerCode: 3 });
    const code = await sent();
    for (let i = 0; i < 3; i++) expect(await attempt(inbox.wrong())).toEqual(rejected("mismatch"));
    for (let i = 0; i < 200; i++) expect(await attempt(inbox.wrong())).toEqual(rejected("exhausted"));
    expect(await attempt(code)).toEqual(rejected("exhausted"));
    const next = await sent();
    expect(await attempt(next)).toMatchObject({ ok: true });
    expect(await attempt(next)).toEqual(rejected("replayed"));
    expect(await status()).toMatchObject({ state: "open", failures: 0, monthlyFailures: 0 });
  });
});

describe("the failures of 30 days", () => {
  it("are 100 by default, whatever succeeded in between (PROTOCOLS 2)", async () => {
    const { passcodes, clock, inbox, sent, attempt } = service({ attempts: { freeFailures: 99 }, triesPerCode: 10 });
    let counted = 0;
    for (;;) {
      expect(await attempt(await sent())).toMatchObject({ ok: true });
      const outcome = await attempt(inbox.wrong());
      expect(outcome).toMatchObject({ ok: false, reason: "absent" });
      counted++;
      if ((await passcodes.status(LOGIN)).state !== "open") break;
      clock.advance(3 * MINUTE);
      expect(counted).toBeLessThan(200);
    }
    // A hundred, and one more for every 7.2 hours in which they leak.
    expect(counted).toBe(100);
    expect(await passcodes.status(LOGIN)).toMatchObject({ state: "waiting", failures: 1, monthlyFailures: 100 });
    expect(await passcodes.send({ ...LOGIN, deliver: inbox.deliver })).toMatchObject({ reason: "throttled" });
  });
});
