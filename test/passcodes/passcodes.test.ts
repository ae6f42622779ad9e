// What a code that the server sends may do, by example and exactly at the edges. The histories are in histories.test.ts.
import {
  createPasscodeMachine,
  createPasscodes,
  drawPasscode,
  type PasscodeEvent,
  type PasscodeOptions,
  type Pepper,
  type SentCodeBinding,
} from "otp-core/passcodes";
import { memoryStore } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const bytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill);
const LOGIN = { subject: "user-1", purpose: "login" };

function service(options: Partial<PasscodeOptions> = {}) {
  const clock = fakeClock(NOW);
  const events: PasscodeEvent[] = [];
  const store = memoryStore({ clock });
  const passcodes = createPasscodes({
    store,
    clock,
    pepper: bytes(7),
    onEvent: (event) => events.push(event),
    ...options,
  });
  /** Asks for a code, which has to be sent. */
  async function sent(more: Partial<SentCodeBinding> = {}): Promise<string> {
    let code = "";
    const deliver = (delivered: string) => {
      code = delivered;
    };
    expect(await passcodes.send({ ...LOGIN, ...more, deliver })).toMatchObject({ ok: true });
    return code;
  }
  const attempt = (code: unknown, more: Partial<SentCodeBinding> = {}) =>
    passcodes.attempt({ ...LOGIN, ...more, code });
  const send = () => passcodes.send({ ...LOGIN, deliver: () => {} });
  return { clock, events, store, passcodes, sent, attempt, send };
}

const otherThan = (code: string) => (code.startsWith("0") ? `1${code.slice(1)}` : `0${code.slice(1)}`);
const rejected = (reason: string, retryAfterMs: number | null = 0) => ({ ok: false, reason, retryAfterMs });

describe("a code that is sent", () => {
  it("is accepted once, and only deliver gets it (trap 55, O14, payment 6)", async () => {
    const { sent, attempt, passcodes, events } = service();
    const code = await sent();
    expect(code).toMatch(/^\d{6}$/);
    expect(await attempt(code)).toEqual({ ok: true, at: expect.any(Number) });
    expect(await passcodes.status(LOGIN)).toMatchObject({ expiresAt: null });
    expect(await attempt(code)).toEqual(rejected("replayed"));
    expect(events.map(({ type }) => type)).toEqual(["sent", "delivered", "accepted", "replayed"]);
    expect(await attempt(otherThan(code))).toEqual(rejected("absent"));
  });

  it("says when it ends and when there may be another one, and nothing else", async () => {
    const { send } = service();
    expect(await send()).toEqual({
      ok: true,
      expiresAt: NOW + 5 * MINUTE,
      resendAt: NOW + 30_000,
      channel: "default",
      deliveryId: null,
    });
  });

  it("is a boolean for most callers (field F3)", async () => {
    const { sent, passcodes } = service();
    const code = await sent();
    expect(await passcodes.verify({ ...LOGIN, code: otherThan(code) })).toBe(false);
    expect(await passcodes.verify({ ...LOGIN, code: "no code" })).toBe(false);
    expect(await passcodes.verify({ ...LOGIN, code })).toBe(true);
    expect(await passcodes.verify({ ...LOGIN, code })).toBe(false);
  });

  it.each([
    ["another purpose", { purpose: "change-email" }],
    ["another subject", { subject: "user-2" }],
    ["another context", { context: "login-2" }],
    ["no context", { context: undefined }],
    ["a transaction", { transaction: { amount: "1", currency: "EUR", payee: "x" } }],
  ])("is refused for %s (trap 56, O9)", async (_, other) => {
    const { sent, attempt } = service();
    const code = await sent({ context: "login-1" });
    expect(await attempt(code, { context: "login-1", ...other })).toMatchObject({ ok: false, retryAfterMs: 0 });
    expect(await attempt(code, { context: "login-1" })).toEqual({ ok: true, at: expect.any(Number) });
  });

  it("without a context is refused in every context, whatever the parts hold: their borders are signed too", async () => {
    const { sent, attempt, passcodes } = service();
    const code = await sent();
    expect(await attempt(code, { context: "login" })).toEqual(rejected("other-context"));
    await expect(passcodes.attempt({ ...LOGIN, context: "", code })).rejects.toThrow(
      refusal("invalid-argument", "context"),
    );
    expect(await attempt(code)).toEqual({ ok: true, at: expect.any(Number) });
    const machine = createPasscodeMachine({ pepper: bytes(7) });
    const draw = drawPasscode();
    const { state } = machine.send(null, { ...draw, subject: "ab", purpose: "c", context: "d", now: NOW });
    for (const [subject = "", purpose = "", context, reason = ""] of [
      ["a", "bc", "d", "mismatch"],
      ["b", "ca", "d", "mismatch"],
      ["ab", "cd", undefined, "mismatch"],
      ["ab", "c", "dd", "other-context"],
    ]) {
      const attempt = { subject, purpose, context, code: draw.code, now: NOW };
      expect(machine.attempt(state, attempt).outcome).toEqual(rejected(reason));
    }
  });

  it("leaves the failures of the ones before, when another one is sent (O4, trap 32)", async () => {
    const { sent, attempt, clock, passcodes } = service();
    const first = await sent();
    for (let i = 0; i < 3; i++) expect(await attempt(otherThan(first))).toEqual(rejected("mismatch"));
    clock.advance(30_000);
    const second = await sent();
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 3 });
    expect(await attempt(second)).toEqual({ ok: true, at: NOW + 30_000 });
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 0 });
  });

  it("lives to its last millisecond and not longer (N13)", async () => {
    for (const ttlMs of [1000, 5 * MINUTE, 10 * MINUTE]) {
      const { sent, attempt, clock, passcodes } = service({ ttlMs });
      const code = await sent();
      clock.advance(ttlMs - 1);
      expect(await passcodes.status(LOGIN)).toMatchObject({ expiresAt: NOW + ttlMs });
      expect(await attempt(code)).toEqual({ ok: true, at: expect.any(Number) });
      clock.advance(30_000);
      const late = await sent();
      clock.advance(ttlMs);
      expect(await passcodes.status(LOGIN)).toMatchObject({ expiresAt: null });
      expect(await attempt(late)).toEqual(rejected("expired"));
    }
  });

  it("by mail may live for a day, and only then (N17)", async () => {
    expect(() => service({ ttlMs: 10 * MINUTE + 1 })).toThrow(refusal("invalid-argument", "ttlMs"));
    expect(() => service({ ttlMs: DAY + 1, email: true })).toThrow(refusal("invalid-argument", "ttlMs"));
    const { sent, attempt, clock } = service({ ttlMs: DAY, email: true });
    const code = await sent();
    clock.advance(DAY - 1);
    expect(await attempt(code)).toEqual({ ok: true, at: expect.any(Number) });
  });

  it("is tried as often as allowed, and not once more (O1, O22, payment 6)", async () => {
    for (const triesPerCode of [1, 5, 10]) {
      const patient = { triesPerCode, attempts: { freeFailures: 99 } };
      const { sent, attempt } = service(patient);
      const code = await sent();
      for (let i = 1; i < triesPerCode; i++) expect(await attempt(otherThan(code))).toEqual(rejected("mismatch"));
      expect(await attempt(code)).toEqual({ ok: true, at: expect.any(Number) });
      const other = service(patient);
      const ended = await other.sent();
      for (let i = 1; i <= triesPerCode; i++)
        expect(await other.attempt(otherThan(ended))).toEqual(rejected("mismatch"));
      for (let i = 0; i < 2; i++) expect(await other.attempt(ended)).toEqual(rejected("exhausted"));
    }
  });

  it("is forgotten: no code, but the failures and what was sent stay", async () => {
    const { sent, attempt, passcodes, send, clock, events } = service();
    const code = await sent();
    await attempt(otherThan(code));
    await passcodes.forget(LOGIN);
    expect(events.at(-1)).toEqual({ ...LOGIN, type: "forgotten", at: NOW });
    expect(await attempt(code)).toEqual(rejected("absent"));
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 2, expiresAt: null, resendAt: NOW + 30_000 });
    expect(await send()).toEqual(rejected("throttled", 30_000));
    clock.advance(30_000);
    expect(await attempt(await sent())).toEqual({ ok: true, at: expect.any(Number) });
  });
});

it("a machine forgets the code and keeps the failures and what was sent, as the service does", () => {
  const machine = createPasscodeMachine({ pepper: bytes(7) });
  const { code, nonce } = drawPasscode();
  const { state: sent } = machine.send(null, { ...LOGIN, code, nonce, now: NOW });
  const { state: tried } = machine.attempt(sent, { ...LOGIN, code: otherThan(code), now: NOW });
  const { state, events } = machine.forget(tried, NOW);
  expect(events).toEqual([{ type: "forgotten", at: NOW }]);
  expect(machine.attempt(state, { ...LOGIN, code, now: NOW }).outcome).toEqual(rejected("absent"));
  expect(machine.status(state, NOW)).toMatchObject({ failures: 1, expiresAt: null, resendAt: NOW + 30_000 });
});

describe("sending", () => {
  it("waits from one code to the next, to the millisecond", async () => {
    for (const resendAfterMs of [0, 30_000, 10 * MINUTE]) {
      const { send, clock, passcodes } = service({ resendAfterMs });
      await send();
      expect(await passcodes.status(LOGIN)).toMatchObject({
        resendAt: resendAfterMs === 0 ? null : NOW + resendAfterMs,
      });
      if (resendAfterMs > 0) {
        clock.advance(resendAfterMs - 1);
        expect(await send()).toEqual(rejected("throttled", 1));
        clock.advance(1);
      }
      expect(await send()).toMatchObject({ ok: true });
    }
  });

  it("is done so many times in any 15 minutes, and says when it goes on (N15)", async () => {
    const { send, clock, events } = service({ maxSends: 3 });
    const moments = [0, 30_000, 10 * MINUTE];
    for (const moment of moments) {
      clock.set(NOW + moment);
      expect(await send()).toMatchObject({ ok: true });
    }
    clock.set(NOW + 15 * MINUTE - 1);
    expect(await send()).toEqual(rejected("throttled", 1));
    expect(events.at(-1)).toEqual({
      ...LOGIN,
      type: "send-refused",
      at: clock(),
      reason: "sends",
      retryAt: NOW + 15 * MINUTE,
    });
    clock.advance(1);
    expect(await send()).toMatchObject({ ok: true, expiresAt: clock() + 5 * MINUTE, resendAt: clock() + 30_000 });
    clock.advance(30_000 - 1);
    expect(await send()).toEqual(rejected("throttled", 1));
    clock.advance(1);
    expect(await send()).toMatchObject({ ok: true, expiresAt: clock() + 5 * MINUTE, resendAt: NOW + 25 * MINUTE });
  });

  it("names the pause where that and the 15 minutes end at the same moment", async () => {
    const { send, clock, events } = service({ maxSends: 2, resendAfterMs: 5 * MINUTE });
    await send();
    clock.advance(10 * MINUTE);
    await send();
    await send();
    expect(events.at(-1)).toMatchObject({ type: "send-refused", reason: "resend", retryAt: NOW + 15 * MINUTE });
  });

  it("goes on as often as that for ever", async () => {
    const { send, clock } = service({ maxSends: 10 });
    for (let i = 0; i < 12; i++) {
      expect(await send()).toMatchObject({ ok: true });
      clock.advance(90_000);
    }
  });

  it("happens once and after the write, however often the store had to be asked", async () => {
    const { store, clock } = service();
    let swaps = 0;
    const busy = {
      get: store.get,
      swap: async (...swap: Parameters<typeof store.swap>) => (++swaps < 5 ? false : store.swap(...swap)),
    };
    const passcodes = createPasscodes({ store: busy, clock, pepper: bytes(7) });
    const deliver = vi.fn(() => expect(swaps).toBe(5));
    await passcodes.send({ ...LOGIN, deliver });
    expect(deliver).toHaveBeenCalledTimes(1);
  });

  it("does not happen when the write failed or is uncertain (fail closed)", async () => {
    const down = async () => Promise.reject(new Error("down"));
    for (const store of [
      { get: down, swap: down },
      { get: async () => null, swap: down },
    ]) {
      const deliver = vi.fn();
      const passcodes = createPasscodes({ store, pepper: bytes(7) });
      await expect(passcodes.send({ ...LOGIN, deliver })).rejects.toThrow(
        refusal(store.get === down ? "store-failed" : "store-uncertain"),
      );
      expect(deliver).not.toHaveBeenCalled();
    }
  });

  it("does not happen while the code could not be used: waiting, disabled", async () => {
    const { send, attempt, clock, events } = service({
      attempts: { freeFailures: 0, firstWaitMs: 2 * MINUTE, disableAfter: 2 },
    });
    await send();
    clock.set(NOW);
    await attempt("000000", { purpose: "login" });
    clock.advance(MINUTE);
    expect(await send()).toEqual(rejected("throttled", MINUTE));
    expect(events.at(-1)).toMatchObject({ type: "send-refused", reason: "throttled", retryAt: NOW + 2 * MINUTE });
    clock.advance(MINUTE);
    await attempt("000000", { purpose: "login" });
    expect(await send()).toEqual(rejected("disabled", null));
    expect(events.at(-1)).toMatchObject({ type: "send-refused", reason: "disabled", retryAt: null });
  });
});

describe("failures", () => {
  it("follow the policy of attempts: 5 wrong codes, a wait, 100 and never again until unlock (trap 26, N7)", async () => {
    const { attempt, clock, passcodes, events } = service({ triesPerCode: 10, attempts: { monthly: 10_000 } });
    const waits: (number | null | undefined)[] = [];
    for (let i = 0; i < 100; i++) {
      const outcome = await attempt("000000");
      const { reason, retryAfterMs } = outcome as Extract<typeof outcome, { ok: false }>;
      expect(reason).toBe("absent");
      waits.push(retryAfterMs);
      if (retryAfterMs) {
        clock.advance(retryAfterMs - 1);
        expect(await attempt("000000")).toEqual(rejected("throttled", 1));
        clock.advance(1);
      }
    }
    expect(waits.slice(0, 7)).toEqual([0, 0, 0, 0, 30_000, 60_000, 120_000]);
    expect(waits.at(-1)).toBe(null);
    expect(events.at(-1)).toMatchObject({ type: "disabled", failures: 100, first: true });
    expect(await attempt("000000")).toEqual(rejected("disabled", null));
    await passcodes.unlock(LOGIN);
    expect(events.at(-1)).toEqual({ ...LOGIN, type: "unlocked", at: clock(), failures: 100 });
    expect(await attempt("000000")).toEqual(rejected("absent"));
  });

  it("are not looked at while waiting: a right code is not used up, and the wait is not extended (trap 27)", async () => {
    const { sent, attempt, clock, events } = service({ triesPerCode: 10, ttlMs: 10 * MINUTE });
    const code = await sent();
    for (let i = 0; i < 5; i++) await attempt(otherThan(code));
    clock.advance(29_999);
    expect(await attempt(code)).toEqual(rejected("throttled", 1));
    const [at, retryAt] = [clock(), NOW + 30_000];
    expect(events.at(-1)).toEqual({ ...LOGIN, type: "throttled", at, failures: 5, retryAt, by: "wait" });
    clock.advance(1);
    expect(await attempt(code)).toEqual({ ok: true, at: expect.any(Number) });
  });

  it("lapse 30 days after the last one, to the millisecond, whatever the store has dropped", async () => {
    const { attempt, clock, passcodes } = service();
    for (let i = 0; i < 3; i++) await attempt("000000");
    clock.advance(30 * DAY - 1);
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 3 });
    clock.advance(1);
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 0 });
  });

  it("belong to the subject and purpose: others start at 0", async () => {
    const { attempt, passcodes } = service();
    await attempt("000000");
    expect(await passcodes.status({ ...LOGIN, purpose: "pay" })).toMatchObject({ failures: 0 });
    expect(await passcodes.status({ ...LOGIN, subject: "user-2" })).toMatchObject({ failures: 0 });
  });

  it("do not tell whether there was a code: the same waits without one, with one, after one (trap 56)", async () => {
    const answers = async (prepare: (of: ReturnType<typeof service>) => Promise<unknown>) => {
      const of = service();
      await prepare(of);
      const seen: unknown[] = [];
      for (let i = 0; i < 8; i++) {
        const outcome = await of.attempt(i < 4 ? "000000" : "000001", { context: "an attacker's" });
        const { reason: _, ...visible } = outcome as Extract<typeof outcome, { ok: false }>;
        seen.push(visible);
      }
      return seen;
    };
    const never = await answers(async () => {});
    expect(await answers(({ sent }) => sent())).toEqual(never);
    expect(await answers(async ({ sent, attempt }) => attempt(await sent()))).toEqual(never);
    expect(await answers(async ({ sent, clock }) => [await sent(), clock.advance(DAY)])).toEqual(never);
    expect(await answers(async ({ sent, passcodes }) => [await sent(), await passcodes.forget(LOGIN)])).toEqual(never);
  });

  it("are not counted if a code comes twice: a double click", async () => {
    const { sent, attempt, passcodes } = service();
    const code = await sent();
    await attempt(code);
    for (let i = 0; i < 9; i++) expect(await attempt(code)).toEqual(rejected("replayed"));
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 0, state: "open" });
  });
});

describe("a clock that goes back", () => {
  it("by a day lengthens no wait, and is noted once", async () => {
    const { sent, attempt, send, clock } = service({ triesPerCode: 10, resendAfterMs: 10 * MINUTE });
    const code = await sent();
    for (let i = 0; i < 5; i++) await attempt(otherThan(code));
    clock.advance(-DAY);
    expect(await attempt(code)).toEqual(rejected("throttled", 30_000));
    clock.advance(30_000);
    expect(await send()).toEqual(rejected("throttled", 10 * MINUTE - 30_000));
  });

  it("by up to ten minutes is another server's clock: the code lives until it expires", async () => {
    const { sent, attempt, clock } = service();
    const code = await sent();
    clock.advance(-10 * MINUTE);
    expect(await attempt(otherThan(code))).toEqual(rejected("mismatch"));
    clock.set(NOW + 5 * MINUTE - 1);
    expect(await attempt(code)).toMatchObject({ ok: true });
  });

  it("by more ends the code, so that it gets no second life", async () => {
    const { sent, attempt, clock } = service();
    const code = await sent();
    clock.advance(-10 * MINUTE - 1);
    expect(await attempt(code)).toEqual(rejected("absent"));
    clock.set(NOW);
    expect(await attempt(code)).toEqual(rejected("absent"));
  });

  it("twice within ten minutes is believed once, and a code from the future is still not accepted", async () => {
    const { sent, attempt, clock, send } = service({ resendAfterMs: 0 });
    await sent();
    clock.advance(-DAY);
    await sent();
    clock.advance(DAY);
    const future = await sent();
    clock.advance(-DAY);
    expect(await attempt(future)).toEqual(rejected("expired"));
    clock.advance(1);
    expect(await send()).toMatchObject({ ok: false, reason: "throttled" });
  });
});

describe("what people type", () => {
  it("may have spaces and dashes", async () => {
    for (const write of [
      (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)} `,
      (code: string) => code.replace(/(?=...$)/, "-"),
      (code: string) => `\ufeff${code.replace(/(?=...$)/, "\u2011")}\r\n`,
      (code: string) => `\t${code.replace(/(?=...$)/, "\u202f")}\u00a0`,
    ]) {
      const { sent, attempt } = service();
      expect(await attempt(write(await sent()))).toEqual({ ok: true, at: expect.any(Number) });
    }
  });

  const NO_CODE = ["", " ", "12345", "1234567", "12345a", "１２３４５６", "123456.", "+12345", "1e5000", "٣٤٥٦٧٨"];
  const NO_TEXT = [undefined, null, 123_456, 123_456n, {}, [], ["123456"], Symbol("s"), () => "123456", Number.NaN];
  it.each([...NO_CODE, ...NO_TEXT].map((typed) => [`${typeof typed} ${String(typed)}`, typed]))(
    "or anything: %s is malformed, costs no failure and asks no store (trap 34, 35)",
    async (_, typed) => {
      const store = { get: vi.fn(async () => null), swap: vi.fn(async () => true) };
      const { attempt, events } = service({ store });
      expect(await attempt(typed)).toEqual(rejected("malformed"));
      expect(store.get).not.toHaveBeenCalled();
      expect(events).toEqual([
        { ...LOGIN, type: "rejected", at: NOW, reason: "malformed", failures: 0, retryAt: null },
      ]);
      const machine = createPasscodeMachine({ pepper: bytes(7) });
      const step = machine.attempt(null, { ...LOGIN, code: typed as string, now: NOW });
      expect(step).toMatchObject({ state: null, outcome: rejected("malformed") });
    },
  );

  it("is read in either case and with look-alikes, where the code has letters", async () => {
    const reads = [
      (code: string) => code.toLowerCase(),
      (code: string) => code.replaceAll("0", "O").replaceAll("1", "I"),
      (code: string) => code.replaceAll("0", "o").replaceAll("1", "l"),
    ];
    for (const read of reads) {
      for (let i = 0; i < 8; i++) {
        const { sent, attempt } = service({ characters: 10 });
        const code = await sent();
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
        expect(await attempt(read(code))).toEqual({ ok: true, at: expect.any(Number) });
      }
    }
    const { attempt } = service({ characters: 4 });
    for (const typed of ["ABCU", "ABCſ", "ABCé", "ABC", "ABCDE", "ABC_"])
      expect(await attempt(typed)).toEqual(rejected("malformed"));
  });
});

describe("the pepper", () => {
  const pepper = (...fills: number[]) => fills.map((fill) => bytes(fill)) as unknown as Pepper;

  it("may be a list, newest first: a code of an older one is accepted as long as that is in the list", async () => {
    const { sent, store, clock } = service({ pepper: bytes(1) });
    const code = await sent();
    const attempt = (peppers: Pepper) => createPasscodes({ store, clock, pepper: peppers }).attempt({ ...LOGIN, code });
    expect(await attempt(pepper(3, 2, 1))).toMatchObject({ ok: true });
  });

  it("that is missing is an error of the server: nothing is counted, accepted or ended (field C1)", async () => {
    const { sent, store, clock, events, passcodes } = service({ pepper: bytes(1) });
    const code = await sent();
    const before = [...events];
    for (const peppers of [bytes(2), pepper(3, 2)]) {
      const wrong = createPasscodes({ store, clock, pepper: peppers, onEvent: (event) => events.push(event) });
      for (let i = 0; i < 120; i++) {
        await expect(wrong.verify({ ...LOGIN, code })).rejects.toThrow(refusal("pepper-missing"));
      }
    }
    expect(events).toEqual(before);
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 0, monthlyFailures: 0 });
    expect(await passcodes.verify({ ...LOGIN, code })).toBe(true);
  });

  it("may leave the list once its codes have expired", async () => {
    const { sent, store, clock, attempt } = service({ pepper: bytes(1) });
    const used = await sent();
    await attempt(used);
    clock.advance(MINUTE);
    const late = await sent();
    clock.advance(5 * MINUTE);
    const rotated = createPasscodes({ store, clock, pepper: bytes(2) });
    for (const code of [used, late]) expect(await rotated.attempt({ ...LOGIN, code })).toEqual(rejected("expired"));
    let code = "";
    const deliver = (delivered: string) => {
      code = delivered;
    };
    await rotated.send({ ...LOGIN, deliver });
    expect(await rotated.verify({ ...LOGIN, code })).toBe(true);
  });

  it("signs with the first only", async () => {
    const { sent, store, clock } = service({ pepper: pepper(2, 1) });
    const code = await sent();
    const attempt = (peppers: Pepper) => createPasscodes({ store, clock, pepper: peppers }).attempt({ ...LOGIN, code });
    await expect(attempt(bytes(1))).rejects.toThrow(refusal("pepper-missing"));
    expect(await attempt(bytes(2))).toMatchObject({ ok: true });
  });

  it("is copied: a later change of the array changes nothing", async () => {
    const mine = bytes(7);
    const { sent, attempt } = service({ pepper: mine });
    const code = await sent();
    mine.fill(0);
    expect(await attempt(code)).toEqual({ ok: true, at: expect.any(Number) });
  });
});
