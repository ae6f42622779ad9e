// How a code reaches its channels: in order, each within its time, and what is said of it.
import { createPasscodes, type Delivery, type PasscodeEvent, type PasscodeOptions } from "otp-core/passcodes";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const LOGIN = { subject: "user-1", purpose: "login" };
const PAYMENT = { amount: "1250.00", currency: "EUR", payee: "Example Ltd" };

function service(options: Partial<PasscodeOptions> = {}) {
  const clock = fakeClock(NOW);
  const events: PasscodeEvent[] = [];
  const store = memoryStore({ clock });
  const onEvent = (event: PasscodeEvent) => events.push(event);
  const passcodes = createPasscodes({ store, clock, pepper: new Uint8Array(32).fill(7), onEvent, ...options });
  /** The events without those of the store. */
  const said = () => events.map(({ subject: _, purpose: __, at: ___, ...event }) => event);
  return { clock, events, said, store, passcodes };
}

const down = new Error("the gateway is down");
const fails = async () => Promise.reject(down);
const sent = { type: "sent", expiresAt: NOW + 300_000 };

describe("channels", () => {
  it("are tried in order with the same code, until one resolves", async () => {
    const { passcodes, said } = service();
    const codes: string[] = [];
    const note = (code: string): undefined => {
      codes.push(code);
      return undefined;
    };
    const outcome = await passcodes.send({
      ...LOGIN,
      deliver: [
        { channel: "sms", deliver: async (code) => note(code) ?? fails() },
        {
          channel: "voice",
          deliver: (code) => {
            note(code);
            throw down;
          },
        },
        { channel: "mail", deliver: (code) => note(code) ?? "mail-17" },
        { channel: "letter", deliver: note },
      ],
    });
    expect(outcome).toEqual({
      ok: true,
      expiresAt: NOW + 300_000,
      resendAt: NOW + 30_000,
      channel: "mail",
      deliveryId: "mail-17",
    });
    expect(codes).toHaveLength(3);
    expect(new Set(codes).size).toBe(1);
    expect(said()).toEqual([
      sent,
      { type: "delivery-failed", channel: "sms", timedOut: false },
      { type: "delivery-failed", channel: "voice", timedOut: false },
      { type: "delivered", channel: "mail", deliveryId: "mail-17" },
    ]);
    expect(await passcodes.verify({ ...LOGIN, code: codes[0] })).toBe(true);
  });

  it("may be ten: the last one is tried if all others fail", async () => {
    const { passcodes } = service();
    const [first, ...others] = Array.from({ length: 10 }, (_, i) => ({
      channel: `channel-${i}`,
      deliver: i < 9 ? fails : () => {},
    }));
    if (first === undefined) throw new Error("ten channels have a first one");
    const outcome = await passcodes.send({ ...LOGIN, deliver: [first, ...others] });
    expect(outcome).toMatchObject({ ok: true, channel: "channel-9" });
  });

  it("get what they need for the message", async () => {
    const { passcodes } = service();
    const deliveries: Delivery[] = [];
    const deliver = (_: string, delivery: Delivery) => void deliveries.push(delivery);
    const channel = { channel: "sms", deliver };
    await passcodes.send({ ...LOGIN, transaction: PAYMENT, context: "order-1", deliver: [channel] });
    await passcodes.send({ ...LOGIN, subject: "user-2", deliver });
    const common = { purpose: "login", expiresAt: NOW + 300_000 };
    expect(deliveries).toEqual([
      { channel: "sms", ...common, transaction: PAYMENT },
      { channel: "default", ...common, transaction: null },
    ]);
  });

  it("that all fail are an error with the last cause, and neither the message nor an event holds its text", async () => {
    const { passcodes, said } = service();
    const channels = [
      { channel: "sms", deliver: fails },
      { channel: "mail", deliver: async () => Promise.reject(new TypeError("last")) },
    ] as const;
    const error = await passcodes.send({ ...LOGIN, deliver: channels }).catch((reason: unknown) => reason);
    expect(error).toEqual(refusal("delivery-failed"));
    expect(error).toMatchObject({ resendAt: NOW, cause: new TypeError("last") });
    expect((error as Error).message).not.toContain("last");
    expect(said()).toEqual([
      sent,
      { type: "delivery-failed", channel: "sms", timedOut: false },
      { type: "delivery-failed", channel: "mail", timedOut: false },
    ]);
  });

  it("that fail while the store is down as well leave the usual wait in the error", async () => {
    const { store, clock } = service();
    let isDown = false;
    const broken: Store = {
      get: async (key) => (isDown ? Promise.reject(down) : store.get(key)),
      swap: async (...swap) => store.swap(...swap),
    };
    const passcodes = createPasscodes({ store: broken, clock, pepper: new Uint8Array(32).fill(7) });
    const deliver = async () => {
      isDown = true;
      throw new Error("the network is down");
    };
    const error = await passcodes.send({ ...LOGIN, deliver }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "delivery-failed",
      resendAt: NOW + 30_000,
      cause: new Error("the network is down"),
    });
  });
});

describe("deliveryId", () => {
  const grouped = (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`;
  it.each<[string, (code: string) => unknown, string | null]>([
    ["text", () => "SM123", "SM123"],
    ["text of one character", () => "7", "7"],
    ["text of 200 characters", () => "x".repeat(200), "x".repeat(200)],
    ["text of 201 characters", () => "x".repeat(201), null],
    ["the empty text", () => "", null],
    ["nothing", () => {}, null],
    ["null", () => null, null],
    ["a number", () => 17, null],
    ["an object", () => ({ sid: "SM123" }), null],
    ["a promise of text", async () => "SM123", "SM123"],
    ["the code", (code) => code, null],
    ["text with the code", (code) => `sent ${code} to you`, null],
    ["the code in groups", (code) => grouped(code), null],
    ["the code in groups with dashes", (code) => grouped(code).replace(" ", "-"), null],
  ])("is what deliver resolves to, if it is text without the code: %s", async (_, deliver, deliveryId) => {
    const { passcodes, events } = service();
    expect(await passcodes.send({ ...LOGIN, deliver })).toMatchObject({ ok: true, deliveryId });
    expect(events.at(-1)).toEqual({ type: "delivered", at: NOW, ...LOGIN, channel: "default", deliveryId });
  });

  it("does not hold a code of letters in lower case", async () => {
    const { passcodes } = service({ characters: 8 });
    const deliver = (code: string) => `id-${code.toLowerCase()}`;
    expect(await passcodes.send({ ...LOGIN, deliver })).toMatchObject({ ok: true, deliveryId: null });
  });
});

describe("a channel that hangs", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it("is left after its time, and the next one is tried", async () => {
    const { passcodes, said, clock } = service();
    const codes: string[] = [];
    const sending = passcodes.send({
      ...LOGIN,
      deliver: [
        { channel: "sms", timeoutMs: 2000, deliver: () => new Promise(() => {}) },
        { channel: "mail", deliver: (code) => void codes.push(code) },
      ],
    });
    await vi.advanceTimersByTimeAsync(1999);
    expect(codes).toEqual([]);
    clock.advance(2000);
    await vi.advanceTimersByTimeAsync(1);
    expect(await sending).toMatchObject({ ok: true, channel: "mail" });
    expect(said().slice(1)).toEqual([
      { type: "delivery-failed", channel: "sms", timedOut: true },
      { type: "delivered", channel: "mail", deliveryId: null },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("for less than its time leaves no timer, which would keep the process alive", async () => {
    const { passcodes, clock } = service();
    const after = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const sending = passcodes.send({ ...LOGIN, deliver: after(5000) });
    clock.advance(5000);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await sending).toMatchObject({ ok: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("has ten seconds by default, as a single function too, and the code stays valid", async () => {
    const { passcodes, said } = service();
    let code = "";
    const deliver = (sent: string) => {
      code = sent;
      return new Promise(() => {});
    };
    const sending = passcodes.send({ ...LOGIN, deliver }).catch((reason: unknown) => reason);
    await vi.advanceTimersByTimeAsync(9999);
    expect(said()).toEqual([sent]);
    await vi.advanceTimersByTimeAsync(1);
    const error = await sending;
    expect(error).toMatchObject({ code: "delivery-failed", resendAt: NOW });
    expect((error as { cause: Error }).cause.message).toBe("the channel default did not answer within 10000 ms");
    expect(said().at(-1)).toEqual({ type: "delivery-failed", channel: "default", timedOut: true });
    expect(await passcodes.verify({ ...LOGIN, code })).toBe(true);
  });

  it("may resolve or reject late: the answer stands, and nothing is unhandled", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    for (const [i, end] of [
      (settle: { resolve: () => void }) => settle.resolve(),
      (settle: { reject: (e: Error) => void }) => settle.reject(down),
    ].entries()) {
      const { passcodes, said } = service();
      const settle = { resolve: () => {}, reject: (_: Error) => {} };
      const late = new Promise<void>((resolve, reject) => Object.assign(settle, { resolve, reject }));
      const subject = `user-${i}`;
      const sending = passcodes
        .send({ ...LOGIN, subject, deliver: [{ channel: "sms", timeoutMs: 10, deliver: () => late }] })
        .catch((reason: unknown) => reason);
      await vi.advanceTimersByTimeAsync(10);
      expect(await sending).toEqual(refusal("delivery-failed"));
      const before = said();
      end(settle);
      await vi.advanceTimersByTimeAsync(1);
      expect(said()).toEqual(before);
      expect(await passcodes.status({ ...LOGIN, subject })).toMatchObject({ resendAt: null });
    }
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("does not keep other calls for the same subject waiting", async () => {
    const { passcodes } = service();
    let code = "";
    const deliver = (sent: string) => {
      code = sent;
      return new Promise(() => {});
    };
    const sending = passcodes.send({ ...LOGIN, deliver }).catch(() => {});
    await vi.advanceTimersByTimeAsync(1);
    expect(await passcodes.verify({ ...LOGIN, code })).toBe(true);
    expect(await passcodes.send({ ...LOGIN, deliver })).toMatchObject({ ok: false, reason: "throttled" });
    await vi.advanceTimersByTimeAsync(10_000);
    await sending;
  });

  it("that is given up late marks its own code only", async () => {
    const { passcodes, clock } = service({ resendAfterMs: 1000 });
    const first = passcodes.send({ ...LOGIN, deliver: () => new Promise(() => {}) }).catch((reason: unknown) => reason);
    await vi.advanceTimersByTimeAsync(1);
    clock.advance(2000);
    await passcodes.send({ ...LOGIN, deliver: () => {} });
    await vi.advanceTimersByTimeAsync(10_000);
    // The second code arrived, so its wait goes on.
    expect(await first).toMatchObject({ code: "delivery-failed", resendAt: NOW + 3000 });
    expect(await passcodes.status(LOGIN)).toMatchObject({ resendAt: NOW + 3000 });
  });
});
