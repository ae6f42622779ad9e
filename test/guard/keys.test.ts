// Several authenticators of one subject: one budget, one count, a position each.
import { hotp, OtpError, type Signer, totp } from "otp-core";
import { createGuard, createGuardMachine, type GuardEvent, type GuardKeys, type GuardOptions } from "otp-core/guard";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it, vi } from "vitest";
import { reasonOf } from "../support/reason.ts";
import { refusal } from "../support/refusal.ts";
import { later, scripted } from "../support/signers.ts";

const STEP = 30_000;
const NOW = 60_000_000 * STEP;
const PHONE = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
const TOKEN = { type: "hotp", secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" } as const;
const TABLET = { type: "totp", secret: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU", digits: 8 } as const;
const WRONG = "000000";
const SUBJECT = "user-7";
const code = (steps = 0) => totp(PHONE, { now: NOW + steps * STEP });

function userWith(keys: GuardKeys, options: Partial<GuardOptions> = {}) {
  const clock = fakeClock(NOW);
  const events: GuardEvent[] = [];
  const guard = createGuard({
    store: memoryStore({ clock }),
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const attempt = (typed: unknown) => guard.attempt({ subject: SUBJECT, keys, code: typed });
  return { clock, events, guard, attempt, status: () => guard.status(SUBJECT) };
}

describe("a code that is tried on several authenticators", () => {
  it("is accepted by the one it belongs to, and the outcome and the event name it", async () => {
    const { attempt, events, status } = userWith({ phone: PHONE, token: TOKEN });
    expect(await attempt(hotp(TOKEN, 3))).toEqual({ ok: true, keyName: "token", at: NOW });
    expect(await attempt(code())).toEqual({ ok: true, keyName: "phone", at: NOW });
    expect(events).toEqual([
      {
        type: "accepted",
        subject: SUBJECT,
        at: NOW,
        method: "hotp",
        keyName: "token",
        position: 4,
        drift: 0,
        failures: 0,
      },
      {
        ...{ type: "accepted", subject: SUBJECT, at: NOW, method: "totp", keyName: "phone" },
        ...{ position: NOW / STEP, drift: 0, failures: 0 },
      },
    ]);
    expect((await status()).keys).toEqual({
      phone: { method: "totp", step: NOW / STEP, drift: 0, retryAt: null },
      token: { method: "hotp", counter: 4 },
    });
  });

  it("is counted once, at the cost of all codes that it was compared with (field B4)", async () => {
    const { attempt, status } = userWith({ phone: PHONE, token: TOKEN });
    await attempt(WRONG);
    // 3 steps and 11 counters: 14 candidates.
    expect(await status()).toMatchObject({ failures: 1, monthlyFailures: 5 });
  });

  it("never makes the owner wait who logs in with the second one five times (field B4)", async () => {
    const { attempt, status } = userWith({ phone: PHONE, token: TOKEN });
    for (let counter = 0; counter < 5; counter++) {
      expect(await attempt(hotp(TOKEN, counter))).toMatchObject({ ok: true, keyName: "token" });
    }
    expect(await status()).toMatchObject({ state: "open", failures: 0, monthlyFailures: 0 });
  });

  it("forgives the failures of the whole subject when it is accepted", async () => {
    const { attempt, status } = userWith({ phone: PHONE, token: TOKEN });
    for (let i = 0; i < 4; i++) await attempt(WRONG);
    await attempt(hotp(TOKEN, 0));
    expect((await status()).failures).toBe(0);
  });

  it("is compared only with those whose codes have its form", async () => {
    const { attempt, status } = userWith({ phone: PHONE, tablet: TABLET });
    expect(await attempt(totp(TABLET, { now: NOW }))).toMatchObject({ ok: true, keyName: "tablet" });
    await attempt("00000000");
    expect((await status()).monthlyFailures).toBe(1);
    expect(reasonOf(await attempt("0000000"))).toBe("malformed");
  });

  it("that two of them have goes to the first by name, however the keys were passed", async () => {
    const same = { type: "totp", secret: scripted((step) => Number(step % 1_000_000n)) } as const;
    const typed = String((NOW / STEP) % 1_000_000).padStart(6, "0");
    for (const keys of [
      { a: same, b: same },
      { b: same, a: same },
    ]) {
      const { attempt } = userWith(keys);
      expect(await attempt(typed)).toMatchObject({ ok: true, keyName: "a" });
      // Each authenticator has a position of its own.
      expect(await attempt(typed)).toMatchObject({ ok: true, keyName: "b" });
      expect(reasonOf(await attempt(typed))).toBe("replayed");
    }
  });

  it("that two of them have goes to the first by name, also if the place of the second is higher", async () => {
    const secret = scripted(() => 7);
    const { attempt } = userWith({ a: { type: "hotp", secret }, b: { type: "totp", secret } });
    expect(await attempt("000007")).toMatchObject({ ok: true, keyName: "a" });
  });

  it("leaves the positions of the others as they are, in whatever order they are used", async () => {
    const { attempt } = userWith({ a: TOKEN, b: PHONE });
    expect(await attempt(hotp(TOKEN, 0))).toMatchObject({ ok: true, keyName: "a" });
    expect(await attempt(code())).toMatchObject({ ok: true, keyName: "b" });
    expect(await attempt(hotp(TOKEN, 1))).toMatchObject({ ok: true, keyName: "a" });
    expect(reasonOf(await attempt(code()))).toBe("replayed");
    expect(reasonOf(await attempt(hotp(TOKEN, 1)))).toBe("replayed");
  });

  it("costs as many signatures wherever the match is", async () => {
    const counts = new Set<string>();
    for (const typed of [code(), hotp(TOKEN, 0), hotp(TOKEN, 10), WRONG]) {
      const signers = [
        scripted((step) => (step === BigInt(NOW / STEP) ? Number(code()) : 7)),
        scripted((n) => Number(hotp(TOKEN, n))),
      ];
      const [first, second] = signers;
      const machine = createGuardMachine();
      const keys = {
        phone: { type: "totp", secret: first },
        token: { type: "hotp", secret: second },
      } as GuardKeys<Signer>;
      machine.attempt(null, { keys, code: typed, now: NOW });
      counts.add(signers.map((signer) => signer.calls()).join());
    }
    expect([...counts]).toEqual(["3,11"]);
  });
});

describe("no authenticator at all", () => {
  it("is absent: not counted, not reported, and nothing is read or written", async () => {
    const calls: string[] = [];
    const memory = memoryStore();
    const store: Store = {
      get(key) {
        calls.push("get");
        return memory.get(key);
      },
      swap(...args) {
        calls.push("swap");
        return memory.swap(...args);
      },
    };
    const { attempt, guard, events } = userWith({}, { store });
    expect(await attempt(code())).toEqual({ ok: false, reason: "absent", retryAfterMs: 0 });
    expect(await attempt("no code")).toEqual({ ok: false, reason: "absent", retryAfterMs: 0 });
    expect(await guard.verify({ subject: SUBJECT, keys: {}, code: code() })).toBe(false);
    expect([calls, events]).toEqual([[], []]);
    const state = "2,1,1,-,0,0,-,-,-";
    const transition = createGuardMachine().attempt(state, { keys: {}, code: code(), now: NOW });
    expect(transition).toEqual({
      state,
      expiresAt: null,
      outcome: { ok: false, reason: "absent", retryAfterMs: 0 },
      events: [],
    });
  });
});

describe("a signer that fails", () => {
  const broken: Signer = {
    algorithm: "SHA1",
    sign: () => {
      throw new Error("the KMS is down");
    },
  };

  it.each([
    ["synchronously", broken],
    ["asynchronously", later(broken)],
  ])(
    "%s rejects the attempt, also if another key would have accepted the code, and counts nothing",
    async (_, secret) => {
      const token = { type: "hotp", secret } as const;
      const phone = { ...PHONE, secret: later({ algorithm: "SHA1", sign: scripted(() => 7).sign }) };
      for (const keys of [
        { phone: PHONE, token },
        { phone, token },
        { a: token, phone: PHONE },
      ]) {
        const { attempt, events, status } = userWith(keys);
        for (const typed of [code(), "000007", WRONG]) {
          await expect(attempt(typed)).rejects.toThrow(refusal("signer-failed"));
        }
        expect(await status()).toMatchObject({ failures: 0, monthlyFailures: 0, keys: {} });
        expect(events).toEqual([]);
      }
    },
  );

  it("leaves no rejection unhandled if a second one fails later", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const keys = { a: { type: "totp", secret: later(broken) }, b: { type: "totp", secret: broken } } as const;
    const attempt = () => createGuardMachine().attempt(null, { keys, code: WRONG, now: NOW });
    await expect(async () => attempt()).rejects.toThrow(refusal("signer-failed"));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("is asked at the same time as the others", async () => {
    let begun = 0;
    const release: (() => void)[] = [];
    const waiting = (): Signer =>
      ({
        ...{ algorithm: "SHA1", async: true },
        sign: async (message: Uint8Array) => {
          begun++;
          await new Promise<void>((resolve) => release.push(resolve));
          return new Uint8Array(20).fill(message[7] ?? 0);
        },
      }) as unknown as Signer;
    const keys = { a: { type: "totp", secret: waiting() }, b: { type: "totp", secret: waiting() } } as const;
    const pending = createGuardMachine().attempt(null, { keys, code: WRONG, now: NOW });
    expect(begun).toBe(6);
    for (const each of release) each();
    await pending;
  });
});

describe("resync, remove and status", () => {
  it("are of one authenticator by its name", async () => {
    const { attempt, guard, events, status } = userWith({ phone: PHONE, token: TOKEN });
    await attempt(code());
    expect(
      await guard.resync({ subject: SUBJECT, key: TOKEN, keyName: "token", codes: [hotp(TOKEN, 60), hotp(TOKEN, 61)] }),
    ).toBe(true);
    expect(Object.keys((await status()).keys)).toEqual(["phone", "token"]);
    await guard.remove({ subject: SUBJECT, keyName: "phone" });
    expect((await status()).keys).toEqual({ token: { method: "hotp", counter: 62 } });
    expect(events.slice(-2)).toEqual([
      { type: "resynced", subject: SUBJECT, at: NOW, method: "hotp", keyName: "token", position: 62, drift: 0 },
      { type: "removed", subject: SUBJECT, at: NOW, keyName: "phone" },
    ]);
    // The failures are the subject's.
    await attempt(WRONG);
    await guard.remove({ subject: SUBJECT, keyName: "token" });
    expect(await status()).toMatchObject({ failures: 1, keys: {} });
    await guard.remove({ subject: SUBJECT, keyName: "token" });
    expect(await status()).toMatchObject({ failures: 1, keys: {} });
  });

  it("says when codes are accepted again, if the last accepted step lies in the future", async () => {
    const { attempt, clock, status } = userWith({ phone: PHONE });
    await attempt(code(1));
    expect((await status()).keys).toMatchObject({ phone: { retryAt: NOW + 2 * STEP } });
    clock.advance(STEP);
    expect((await status()).keys).toMatchObject({ phone: { retryAt: null } });
    clock.advance(-86_400_000);
    expect((await status()).keys).toMatchObject({ phone: { retryAt: NOW + 2 * STEP } });
  });
});

describe("a machine without a store", () => {
  it("forgets as the guard does: positions and failures end, and what was used stays used", () => {
    const machine = createGuardMachine();
    const keys = { phone: PHONE, token: TOKEN };
    let state: string | null = null;
    for (const typed of [WRONG, hotp(TOKEN, 0), code(1)])
      ({ state } = machine.attempt(state, { keys, code: typed, now: NOW }));
    const forgotten = machine.forget(state, NOW);
    expect(forgotten).toMatchObject({ expiresAt: NOW + 30 * 86_400_000, events: [{ type: "forgotten", at: NOW }] });
    expect(machine.status(forgotten.state, NOW)).toMatchObject({
      failures: 0,
      monthlyFailures: 0,
      forgottenAt: NOW,
      keys: {},
    });
    expect(reasonOf(machine.attempt(forgotten.state, { keys, code: code(1), now: NOW }).outcome)).toBe("replayed");
    expect(machine.attempt(forgotten.state, { keys, code: code(2), now: NOW + STEP }).outcome.ok).toBe(true);
  });
});

describe("keys that are wrong", () => {
  const machine = createGuardMachine();
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`key${i}`, PHONE]));
  it.each<readonly [string, unknown, string]>([
    ["eleven keys", eleven, "keys"],
    ["an empty name", { "": PHONE }, "keys"],
    ["a name with a colon", { "a:b": PHONE }, "keys"],
    ["a name with a space", { "a b": PHONE }, "keys"],
    ["a name with a comma", { "a,b": PHONE }, "keys"],
    ["a name that is not ASCII", { t\u00e9l\u00e9phone: PHONE }, "keys"],
    ["a name of 65 characters", { ["x".repeat(65)]: PHONE }, "keys"],
    ["a list", [PHONE], "keys"],
    ["null", null, "keys"],
    ["text", "phone", "keys"],
    ["a key that is no object", { phone: "secret" }, "keys.phone"],
    ["a period out of range", { phone: { ...PHONE, period: 0 } }, "keys.phone.period"],
    ["another type", { phone: { ...PHONE, type: "motp" } }, "keys.phone.type"],
  ])("are refused, with their path: %s", async (_, keys, argument) => {
    const wrong = refusal("invalid-argument", argument);
    expect(() => machine.attempt(null, { keys: keys as GuardKeys<string>, code: WRONG, now: NOW })).toThrow(wrong);
    const guard = createGuard({ store: memoryStore() });
    await expect(guard.attempt({ subject: SUBJECT, keys: keys as GuardKeys, code: WRONG })).rejects.toThrow(wrong);
    await expect(guard.verify({ subject: SUBJECT, keys: keys as GuardKeys, code: WRONG })).rejects.toThrow(wrong);
  });

  it("are refused with the code of the mistake, and never with the secret", () => {
    const keys = { phone: { type: "totp", secret: "GEZDG!" } } as const;
    expect(() => machine.attempt(null, { keys, code: WRONG, now: NOW })).toThrow(
      refusal("invalid-secret", "keys.phone.secret"),
    );
    expect(() => machine.attempt(null, { keys, code: WRONG, now: NOW })).not.toThrow(/GEZDG/);
    const weak = { phone: { type: "totp", secret: "GEZDGNBV" } } as const;
    expect(() => machine.attempt(null, { keys: weak, code: WRONG, now: NOW })).toThrow(
      refusal("weak-secret", "keys.phone.secret"),
    );
  });

  it.each([new Error("mine"), new OtpError("signer-failed", "mine")])(
    "that throw when they are read throw their own error: %s",
    (mine) => {
      const phone = {
        type: "totp",
        get secret(): string {
          throw mine;
        },
      } as const;
      let thrown: unknown;
      try {
        machine.attempt(null, { keys: { phone }, code: WRONG, now: NOW });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBe(mine);
    },
  );

  it("are refused together with `key`, and without either", () => {
    const both = { key: PHONE, keys: { phone: PHONE }, code: WRONG, now: NOW } as never;
    expect(() => machine.attempt(null, both)).toThrow(refusal("invalid-argument", "keys"));
    expect(() => machine.attempt(null, { code: WRONG, now: NOW } as never)).toThrow(refusal("invalid-argument", "key"));
  });

  it("may be ten, with names of 64 characters and names that objects have anyway", () => {
    const names = ["x".repeat(64), "__proto__", "constructor", "toString", "a", "b", "c", "d", "-", "_"];
    const keys = Object.fromEntries(names.map((name) => [name, TOKEN]));
    const { state, outcome } = machine.attempt(null, { keys, code: hotp(TOKEN, 0), now: NOW });
    expect(outcome).toMatchObject({ ok: true, keyName: "-" });
    expect(Object.keys(machine.status(state, NOW).keys)).toEqual(["-"]);
    const proto = machine.attempt(null, {
      keys: Object.fromEntries([["__proto__", TOKEN]]),
      code: hotp(TOKEN, 0),
      now: NOW,
    });
    expect(Object.keys(machine.status(proto.state, NOW).keys)).toEqual(["__proto__"]);
  });

  it.each(["", "a:b", "x".repeat(65), null, 7])(
    "have a name in resync and remove as well, which is not %j",
    async (keyName) => {
      const wrong = refusal("invalid-argument", "keyName");
      const guard = createGuard({ store: memoryStore() });
      const codes = [WRONG, WRONG] as const;
      const name = keyName as string;
      await expect(guard.resync({ subject: SUBJECT, key: PHONE, keyName: name, codes })).rejects.toThrow(wrong);
      await expect(guard.remove({ subject: SUBJECT, keyName: name })).rejects.toThrow(wrong);
      expect(() => machine.remove(null, { keyName: name, now: NOW })).toThrow(wrong);
    },
  );
});

describe('with attempts: "host"', () => {
  it("nothing is counted and nothing waits, and a code is accepted once", async () => {
    const { attempt, status } = userWith({ phone: PHONE }, { attempts: "host" });
    for (let i = 0; i < 150; i++)
      expect(await attempt(WRONG)).toEqual({ ok: false, reason: "mismatch", retryAfterMs: 0 });
    expect(await status()).toMatchObject({ state: "open", failures: 0, monthlyFailures: 0, failedAt: null });
    expect((await attempt(code())).ok).toBe(true);
    expect(reasonOf(await attempt(code()))).toBe("replayed");
  });
});
