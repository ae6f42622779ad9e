// What a code that the server sends may do, by example and exactly at the edges. The histories are in passcode-histories.test.ts.
import {
  createPasscodeMachine,
  createPasscodes,
  drawPasscode,
  type PasscodeEvent,
  type PasscodeOptions,
  type Pepper,
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
  async function sent(more: { purpose?: string; subject?: string; context?: string } = {}): Promise<string> {
    let code = "";
    const issued = await passcodes.issue({ ...LOGIN, ...more, deliver: (delivered) => (code = delivered) });
    expect(issued).toMatchObject({ ok: true });
    return code;
  }
  const redeem = (code: unknown, more: { purpose?: string; subject?: string; context?: string } = {}) =>
    passcodes.redeem({ ...LOGIN, ...more, code: code as string });
  const issue = () => passcodes.issue({ ...LOGIN, deliver: () => {} });
  return { clock, events, store, passcodes, sent, redeem, issue };
}

const otherThan = (code: string) => (code.startsWith("0") ? `1${code.slice(1)}` : `0${code.slice(1)}`);
const rejected = (reason: string, retryAfterMs: number | null = 0) => ({ ok: false, reason, retryAfterMs });

describe("a code that is sent", () => {
  it("is redeemed once, and nobody is told it but deliver (trap 55)", async () => {
    const { sent, redeem, passcodes, events } = service();
    const code = await sent();
    expect(code).toMatch(/^\d{6}$/);
    expect(await redeem(code)).toEqual({ ok: true });
    expect(await passcodes.status(LOGIN)).toMatchObject({ expiresAt: null });
    expect(await redeem(code)).toEqual(rejected("replayed"));
    expect(events.map(({ type }) => type)).toEqual(["issued", "redeemed", "replayed"]);
    expect(await redeem(otherThan(code))).toEqual(rejected("absent"));
  });

  it("says when it ends and when there may be another one, and nothing else", async () => {
    const { issue } = service();
    expect(await issue()).toEqual({ ok: true, expiresAt: NOW + 5 * MINUTE, resendAt: NOW + 30_000 });
  });

  it.each([
    ["another purpose", { purpose: "change-email" }],
    ["another subject", { subject: "user-2" }],
    ["another context", { context: "login-2" }],
    ["no context", { context: undefined as never }],
  ])("is none for %s (trap 56, O9)", async (_, other) => {
    const { sent, redeem } = service();
    const code = await sent({ context: "login-1" });
    expect(await redeem(code, { context: "login-1", ...other })).toMatchObject({ ok: false, retryAfterMs: 0 });
    expect(await redeem(code, { context: "login-1" })).toEqual({ ok: true });
  });

  it("without a context is none for any, whatever the parts hold: their borders are signed too", async () => {
    const { sent, redeem, passcodes } = service();
    const code = await sent();
    expect(await redeem(code, { context: "login" })).toEqual(rejected("mismatch"));
    await expect(passcodes.redeem({ ...LOGIN, context: "", code })).rejects.toThrow(
      refusal("invalid-argument", "context"),
    );
    expect(await redeem(code)).toEqual({ ok: true });
    const machine = createPasscodeMachine({ pepper: bytes(7) });
    const draw = drawPasscode();
    const { state } = machine.issue(null, { ...draw, subject: "ab", purpose: "c", context: "d", now: NOW });
    for (const [subject, purpose, context] of [
      ["a", "bc", "d"],
      ["b", "ca", "d"],
      ["ab", "cd", undefined],
    ]) {
      const attempt = { subject: subject ?? "", purpose: purpose ?? "", context, code: draw.code, now: NOW };
      expect(machine.redeem(state, attempt).outcome).toEqual(rejected("mismatch"));
    }
  });

  it("ends when another one is sent, and the failures stay (O4, trap 32)", async () => {
    const { sent, redeem, clock, passcodes } = service();
    const first = await sent();
    for (let i = 0; i < 3; i++) expect(await redeem(otherThan(first))).toEqual(rejected("mismatch"));
    clock.advance(30_000);
    let second = await sent();
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 3 });
    if (second === first) {
      clock.advance(30_000);
      second = await sent();
    }
    expect(await redeem(first)).toEqual(rejected("mismatch"));
    expect(await redeem(second)).toEqual({ ok: true });
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 0 });
  });

  it("lives to its last millisecond and not longer (N13)", async () => {
    for (const ttlMs of [1000, 5 * MINUTE, 10 * MINUTE]) {
      const { sent, redeem, clock, passcodes } = service({ ttlMs });
      const code = await sent();
      clock.advance(ttlMs - 1);
      expect(await passcodes.status(LOGIN)).toMatchObject({ expiresAt: NOW + ttlMs });
      expect(await redeem(code)).toEqual({ ok: true });
      clock.advance(30_000);
      const late = await sent();
      clock.advance(ttlMs);
      expect(await passcodes.status(LOGIN)).toMatchObject({ expiresAt: null });
      expect(await redeem(late)).toEqual(rejected("expired"));
    }
  });

  it("by mail may live for a day, and only then (N17)", async () => {
    expect(() => service({ ttlMs: 10 * MINUTE + 1 })).toThrow(refusal("invalid-argument", "ttlMs"));
    expect(() => service({ ttlMs: DAY + 1, channel: "email" })).toThrow(refusal("invalid-argument", "ttlMs"));
    const { sent, redeem, clock } = service({ ttlMs: DAY, channel: "email" });
    const code = await sent();
    clock.advance(DAY - 1);
    expect(await redeem(code)).toEqual({ ok: true });
  });

  it("is tried as often as allowed, and not once more (O1)", async () => {
    for (const attempts of [1, 5, 10]) {
      const patient = { attempts, backoff: { freeFailures: 99 } };
      const { sent, redeem } = service(patient);
      const code = await sent();
      for (let i = 1; i < attempts; i++) expect(await redeem(otherThan(code))).toEqual(rejected("mismatch"));
      expect(await redeem(code)).toEqual({ ok: true });
      const other = service(patient);
      const ended = await other.sent();
      for (let i = 1; i <= attempts; i++) expect(await other.redeem(otherThan(ended))).toEqual(rejected("mismatch"));
      for (let i = 0; i < 2; i++) expect(await other.redeem(ended)).toEqual(rejected("exhausted"));
    }
  });

  it("is forgotten: no code, but the failures and what was sent stay", async () => {
    const { sent, redeem, passcodes, issue, clock, events } = service();
    const code = await sent();
    await redeem(otherThan(code));
    await passcodes.forget(LOGIN);
    expect(events.at(-1)).toEqual({ ...LOGIN, type: "forgotten", at: NOW });
    expect(await redeem(code)).toEqual(rejected("absent"));
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 2, expiresAt: null, resendAt: NOW + 30_000 });
    expect(await issue()).toEqual(rejected("throttled", 30_000));
    clock.advance(30_000);
    expect(await redeem(await sent())).toEqual({ ok: true });
  });
});

describe("sending", () => {
  it("waits from one code to the next, to the millisecond", async () => {
    for (const resendAfterMs of [0, 30_000, 10 * MINUTE]) {
      const { issue, clock, passcodes } = service({ resendAfterMs });
      await issue();
      expect(await passcodes.status(LOGIN)).toMatchObject({
        resendAt: resendAfterMs === 0 ? null : NOW + resendAfterMs,
      });
      if (resendAfterMs > 0) {
        clock.advance(resendAfterMs - 1);
        expect(await issue()).toEqual(rejected("throttled", 1));
        clock.advance(1);
      }
      expect(await issue()).toMatchObject({ ok: true });
    }
  });

  it("is done so many times in any 15 minutes, and says when it goes on (N15)", async () => {
    const { issue, clock, events } = service({ maxSends: 3 });
    const moments = [0, 30_000, 10 * MINUTE];
    for (const moment of moments) {
      clock.set(NOW + moment);
      expect(await issue()).toMatchObject({ ok: true });
    }
    clock.set(NOW + 15 * MINUTE - 1);
    expect(await issue()).toEqual(rejected("throttled", 1));
    expect(events.at(-1)).toEqual({
      ...LOGIN,
      type: "refused",
      at: clock(),
      reason: "sends",
      retryAt: NOW + 15 * MINUTE,
    });
    clock.advance(1);
    expect(await issue()).toEqual({ ok: true, expiresAt: clock() + 5 * MINUTE, resendAt: clock() + 30_000 });
    clock.advance(30_000 - 1);
    expect(await issue()).toEqual(rejected("throttled", 1));
    clock.advance(1);
    expect(await issue()).toEqual({ ok: true, expiresAt: clock() + 5 * MINUTE, resendAt: NOW + 25 * MINUTE });
  });

  it("names the pause where that and the 15 minutes end at the same moment", async () => {
    const { issue, clock, events } = service({ maxSends: 2, resendAfterMs: 5 * MINUTE });
    await issue();
    clock.advance(10 * MINUTE);
    await issue();
    await issue();
    expect(events.at(-1)).toMatchObject({ type: "refused", reason: "resend", retryAt: NOW + 15 * MINUTE });
  });

  it("goes on as often as that, for ever", async () => {
    const { issue, clock } = service({ maxSends: 10 });
    for (let i = 0; i < 12; i++) {
      expect(await issue()).toMatchObject({ ok: true });
      clock.advance(90_000);
    }
  });

  it("counts also when it fails, and the code is redeemed all the same: it may have arrived", async () => {
    const { passcodes, redeem, issue, events } = service();
    let code = "";
    const broken = new Error("the gateway is down");
    const deliveries = [
      (sent: string) => {
        code = sent;
        throw broken;
      },
      async () => Promise.reject(broken),
    ];
    for (const deliver of deliveries) {
      const target = { ...LOGIN, subject: `user-${deliver.length}` };
      const error = await passcodes.issue({ ...target, deliver }).catch((reason: unknown) => reason);
      expect(error).toEqual(refusal("delivery-failed"));
      expect(error).toMatchObject({ cause: broken });
      expect(await passcodes.status(target)).toMatchObject({ resendAt: NOW + 30_000 });
    }
    expect(events.map(({ type }) => type)).toEqual(["issued", "issued"]);
    expect(await redeem(code)).toEqual({ ok: true });
    expect(await issue()).toEqual(rejected("throttled", 30_000));
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
    await passcodes.issue({ ...LOGIN, deliver });
    expect(deliver).toHaveBeenCalledTimes(1);
  });

  it("does not happen when the write failed or nobody knows (fail closed)", async () => {
    const down = async () => Promise.reject(new Error("down"));
    for (const store of [
      { get: down, swap: down },
      { get: async () => null, swap: down },
    ]) {
      const deliver = vi.fn();
      const passcodes = createPasscodes({ store, pepper: bytes(7) });
      await expect(passcodes.issue({ ...LOGIN, deliver })).rejects.toThrow(
        refusal(store.get === down ? "store-failed" : "store-uncertain"),
      );
      expect(deliver).not.toHaveBeenCalled();
    }
  });

  it("does not happen while the code could not be redeemed: waiting, disabled", async () => {
    const { issue, redeem, clock, events } = service({
      backoff: { freeFailures: 0, firstWaitMs: 2 * MINUTE, disableAfter: 2 },
    });
    await issue();
    await redeem("000000", { context: "elsewhere" });
    clock.advance(MINUTE);
    expect(await issue()).toEqual(rejected("throttled", MINUTE));
    expect(events.at(-1)).toMatchObject({ type: "refused", reason: "throttled", retryAt: NOW + 2 * MINUTE });
    clock.advance(MINUTE);
    await redeem("000000", { context: "elsewhere" });
    expect(await issue()).toEqual(rejected("disabled", null));
    expect(events.at(-1)).toMatchObject({ type: "refused", reason: "disabled", retryAt: null });
  });
});

describe("failures", () => {
  it("follow the guard's backoff: 5 wrong codes, a wait, 100 and never again until unlock (trap 26, N7)", async () => {
    const { redeem, clock, passcodes, events } = service({ attempts: 10 });
    const waits: (number | null | undefined)[] = [];
    for (let i = 0; i < 100; i++) {
      const { reason, retryAfterMs } = await redeem("000000");
      expect(reason).toBe("absent");
      waits.push(retryAfterMs);
      if (retryAfterMs) {
        clock.advance(retryAfterMs - 1);
        expect(await redeem("000000")).toEqual(rejected("throttled", 1));
        clock.advance(1);
      }
    }
    expect(waits.slice(0, 7)).toEqual([0, 0, 0, 0, 30_000, 60_000, 120_000]);
    expect(waits.at(-1)).toBe(null);
    expect(events.at(-1)).toMatchObject({ type: "disabled", failures: 100, first: true });
    expect(await redeem("000000")).toEqual(rejected("disabled", null));
    await passcodes.unlock(LOGIN);
    expect(events.at(-1)).toEqual({ ...LOGIN, type: "unlocked", at: clock(), failures: 100 });
    expect(await redeem("000000")).toEqual(rejected("absent"));
  });

  it("are not looked at while waiting: a right code is not used up, and the wait is not extended (trap 27)", async () => {
    const { sent, redeem, clock, events } = service({ attempts: 10, ttlMs: 10 * MINUTE });
    const code = await sent();
    for (let i = 0; i < 5; i++) await redeem(otherThan(code));
    clock.advance(29_999);
    expect(await redeem(code)).toEqual(rejected("throttled", 1));
    expect(events.at(-1)).toEqual({ ...LOGIN, type: "throttled", at: clock(), failures: 5, retryAt: NOW + 30_000 });
    clock.advance(1);
    expect(await redeem(code)).toEqual({ ok: true });
  });

  it("lapse 30 days after the last one, to the millisecond and whatever the store has dropped", async () => {
    const { redeem, clock, passcodes } = service();
    for (let i = 0; i < 3; i++) await redeem("000000");
    clock.advance(30 * DAY - 1);
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 3 });
    clock.advance(1);
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 0 });
  });

  it("belong to the subject and purpose: others start at nought", async () => {
    const { redeem, passcodes } = service();
    await redeem("000000");
    expect(await passcodes.status({ ...LOGIN, purpose: "pay" })).toMatchObject({ failures: 0 });
    expect(await passcodes.status({ ...LOGIN, subject: "user-2" })).toMatchObject({ failures: 0 });
  });

  it("tell nobody whether there was a code: the same waits without one, with one, after one (trap 56)", async () => {
    const answers = async (prepare: (of: ReturnType<typeof service>) => Promise<unknown>) => {
      const of = service();
      await prepare(of);
      const seen: unknown[] = [];
      for (let i = 0; i < 8; i++) {
        const { ok, retryAfterMs } = await of.redeem("000000", { context: "an attacker's" });
        seen.push({ ok, retryAfterMs });
      }
      return seen;
    };
    const never = await answers(async () => {});
    expect(await answers(({ sent }) => sent())).toEqual(never);
    expect(await answers(async ({ sent, redeem }) => redeem(await sent()))).toEqual(never);
    expect(await answers(async ({ sent, clock }) => [await sent(), clock.advance(DAY)])).toEqual(never);
    expect(await answers(async ({ sent, passcodes }) => [await sent(), await passcodes.forget(LOGIN)])).toEqual(never);
  });

  it("are none where a code comes twice: a double click", async () => {
    const { sent, redeem, passcodes } = service();
    const code = await sent();
    await redeem(code);
    for (let i = 0; i < 9; i++) expect(await redeem(code)).toEqual(rejected("replayed"));
    expect(await passcodes.status(LOGIN)).toMatchObject({ failures: 0, state: "open" });
  });
});

describe("a clock that goes back", () => {
  it("lengthens no wait, and is noted once", async () => {
    const { sent, redeem, issue, clock } = service({ attempts: 10, resendAfterMs: 10 * MINUTE });
    const code = await sent();
    for (let i = 0; i < 5; i++) await redeem(otherThan(code));
    clock.advance(-DAY);
    expect(await redeem(code)).toEqual(rejected("throttled", 30_000));
    clock.advance(30_000);
    expect(await issue()).toEqual(rejected("throttled", 10 * MINUTE - 30_000));
  });

  it("by less than its life leaves a code its life from then on; by more it ends it", async () => {
    const { sent, redeem, clock } = service();
    const code = await sent();
    clock.advance(-4 * MINUTE);
    expect(await redeem(otherThan(code))).toEqual(rejected("mismatch"));
    clock.advance(5 * MINUTE - 1);
    expect(await redeem(code)).toEqual({ ok: true });
    clock.advance(MINUTE);
    const other = await sent();
    clock.advance(-5 * MINUTE);
    expect(await redeem(other)).toEqual(rejected("expired"));
  });
});

describe("what people type", () => {
  it("may have spaces and dashes", async () => {
    for (const write of [
      (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)} `,
      (code: string) => code.replace(/(?=...$)/, "-"),
    ]) {
      const { sent, redeem } = service();
      expect(await redeem(write(await sent()))).toEqual({ ok: true });
    }
  });

  const NO_CODE = ["", " ", "12345", "1234567", "12345a", "１２３４５６", "123456\n", "+12345", "1e5000", "٣٤٥٦٧٨"];
  const NO_TEXT = [undefined, null, 123_456, 123_456n, {}, [], ["123456"], Symbol("s"), () => "123456", Number.NaN];
  it.each([...NO_CODE, ...NO_TEXT].map((typed) => [`${typeof typed} ${String(typed)}`, typed]))(
    "or anything: %s is malformed, costs no failure and asks no store (trap 34, 35)",
    async (_, typed) => {
      const store = { get: vi.fn(async () => null), swap: vi.fn(async () => true) };
      const { redeem, events } = service({ store });
      expect(await redeem(typed)).toEqual(rejected("malformed"));
      expect(store.get).not.toHaveBeenCalled();
      expect(events).toEqual([
        { ...LOGIN, type: "rejected", at: NOW, reason: "malformed", failures: 0, retryAt: null },
      ]);
      const machine = createPasscodeMachine({ pepper: bytes(7) });
      const step = machine.redeem(null, { ...LOGIN, code: typed as string, now: NOW });
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
        const { sent, redeem } = service({ characters: 10 });
        const code = await sent();
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
        expect(await redeem(read(code))).toEqual({ ok: true });
      }
    }
    const { redeem } = service({ characters: 4 });
    for (const typed of ["ABCU", "ABCſ", "ABCé", "ABC", "ABCDE", "ABC_"])
      expect(await redeem(typed)).toEqual(rejected("malformed"));
  });
});

describe("the pepper", () => {
  const pepper = (...fills: number[]) => fills.map((fill) => bytes(fill)) as unknown as Pepper;

  it("may be a list, newest first: what an older one signed is verified as long as it is in there", async () => {
    const { sent, store, clock } = service({ pepper: bytes(1) });
    const code = await sent();
    const redeem = (peppers: Pepper) => createPasscodes({ store, clock, pepper: peppers }).redeem({ ...LOGIN, code });
    expect(await redeem(pepper(2))).toEqual(rejected("mismatch"));
    expect(await redeem(pepper(3, 2))).toEqual(rejected("mismatch"));
    expect(await redeem(pepper(3, 2, 1))).toEqual({ ok: true });
  });

  it("signs with the first only", async () => {
    const { sent, store, clock } = service({ pepper: pepper(2, 1) });
    const code = await sent();
    const redeem = (peppers: Pepper) => createPasscodes({ store, clock, pepper: peppers }).redeem({ ...LOGIN, code });
    expect(await redeem(bytes(1))).toEqual(rejected("mismatch"));
    expect(await redeem(bytes(2))).toEqual({ ok: true });
  });

  it("is read once: what becomes of the array changes nothing", async () => {
    const mine = bytes(7);
    const { sent, redeem } = service({ pepper: mine });
    const code = await sent();
    mine.fill(0);
    expect(await redeem(code)).toEqual({ ok: true });
  });
});
