// What users of other software reported: every remembered state has a way out, under its own name.
import fc from "fast-check";
import { hotp, type TotpKey, totp } from "otp-core";
import { createGuardMachine, type GuardPolicy, type GuardTransition } from "otp-core/guard";
import { describe, expect, it } from "vitest";
import { reasonOf } from "../support/reason.ts";
import { scripted } from "../support/signers.ts";

const STEP = 30_000;
const NOW = 60_000_000 * STEP;
const KEY: TotpKey = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };

/** One user over time. */
function user(policy: GuardPolicy = {}) {
  const machine = createGuardMachine(policy);
  let state: string | null = null;
  const keep = (transition: GuardTransition) => {
    ({ state } = transition);
    return transition.outcome;
  };
  return {
    attempt: (code: string, now: number, key: TotpKey = KEY) => keep(machine.attempt(state, { key, code, now })),
    /** The code that the authenticator shows at this moment, if its clock is so many steps ahead. */
    login: (now: number, ahead = 0, key: TotpKey = KEY) => {
      const shown = totp(key, { now: now + ahead * (key.period ?? 30) * 1000 });
      return keep(machine.attempt(state, { key, code: shown, now }));
    },
    resync: (now: number, ahead: number) => {
      const codes = [ahead - 1, ahead].map((steps) => totp(KEY, { now: now + steps * STEP }));
      return keep(machine.resync(state, { key: KEY, codes: codes as [string, string], now }));
    },
    status: (now: number) => machine.status(state, now),
    drift: (now: number) => {
      const key = machine.status(state, now).keys.default;
      return key?.method === "totp" ? key.drift : null;
    },
  };
}

describe("field B1: another period or epoch", () => {
  it("is accepted from the first step on that begins after the last accepted one ended", () => {
    const { login } = user();
    expect(login(NOW).ok).toBe(true);
    const slower = { ...KEY, period: 60 };
    // The step of 60 s began when the accepted one began.
    expect(login(NOW, 0, slower)).toEqual({ ok: false, reason: "replayed", retryAfterMs: 60_000 });
    expect(login(NOW + 60_000, 0, slower).ok).toBe(true);
    const faster = { ...KEY, period: 30 };
    expect(reasonOf(login(NOW + 60_000, 0, faster))).toBe("replayed");
    expect(login(NOW + 120_000, 0, faster).ok).toBe(true);
  });

  it("with a later epoch by years does not lock out, and with one by minutes does not bring used codes back", () => {
    const { login, attempt } = user();
    const used = totp(KEY, { now: NOW });
    expect(login(NOW).ok).toBe(true);
    const years = { ...KEY, epoch: 1_000_000_000 };
    expect(login(NOW + 2 * STEP, 0, years).ok).toBe(true);

    const other = user();
    expect(other.login(NOW).ok).toBe(true);
    // Five minutes later the same counters come again.
    const minutes = { ...KEY, epoch: 300 };
    expect(reasonOf(other.attempt(used, NOW + 300_000, minutes))).toBe("replayed");
    expect(other.login(NOW + 300_000 + STEP, 0, minutes).ok).toBe(true);
    expect(reasonOf(attempt(used, NOW + 300_000, years))).toBe("mismatch");
  });

  it("never accepts a code of a moment that was accepted, and always one of a later moment, in whatever order", () => {
    const settings = fc.array(
      fc.record({ period: fc.constantFrom(15, 30, 45, 60, 300), wait: fc.integer({ min: 0, max: 400 }) }),
      {
        minLength: 2,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(settings, (history) => {
        const { login } = user({ window: 0 });
        let now = NOW;
        let usedUntil = 0;
        for (const { period, wait } of history) {
          now += wait * 1000;
          const start = Math.floor(now / (period * 1000)) * period * 1000;
          const { ok } = login(now, 0, { ...KEY, period });
          // Another period makes other counters: one that is close below the last one is refused as well.
          if (ok) expect(start).toBeGreaterThanOrEqual(usedUntil);
          else expect(start).toBeLessThan(usedUntil + 3000 * period * 1000);
          if (ok) usedUntil = start + period * 1000;
        }
      }),
    );
  });

  it("does not move what is remembered: wrong codes with two settings in turn change nothing", () => {
    const { login, attempt } = user({ attempts: "host" });
    expect(login(NOW).ok).toBe(true);
    for (let i = 0; i < 3000; i++) attempt("000000", NOW, { ...KEY, period: i % 2 === 0 ? 60 : 45 });
    expect(login(NOW + STEP).ok).toBe(true);
  });

  it("keeps the drift as a span of time", () => {
    const { resync, login, drift } = user();
    expect(resync(NOW, -20).ok).toBe(true);
    const slower = { ...KEY, period: 60 };
    expect(login(NOW + 120_000, -10, slower).ok).toBe(true);
    expect(drift(NOW + 120_000)).toBe(-10);
  });
});

describe("field B2: a clock that the owner has set right after a resync", () => {
  it("is accepted at once, eight times, and the drift is gone", () => {
    const { resync, login, drift, status } = user();
    expect(resync(NOW, -20).ok).toBe(true);
    for (let i = 1; i <= 8; i++) expect(login(NOW + i * STEP).ok).toBe(true);
    expect(drift(NOW)).toBe(0);
    expect(status(NOW)).toMatchObject({ failures: 0, monthlyFailures: 0 });
  });

  it("is accepted around the drift and around zero, wherever in the two windows, and nowhere else", () => {
    for (const drift of [-20, 20, -4, 4, -3, 3, -2, 2, -1, 1]) {
      for (let ahead = -25; ahead <= 25; ahead++) {
        const { resync, login } = user();
        resync(NOW, drift);
        // So late that the steps of both windows are new.
        const { ok } = login(NOW + 30 * STEP, ahead);
        // Small drifts: one window that reaches from zero to the drift.
        const between = Math.abs(drift) <= 3 && ahead >= Math.min(drift, 0) - 1 && ahead <= Math.max(drift, 0) + 1;
        const near = Math.abs(ahead - drift) <= 1 || Math.abs(ahead) <= 1 || between;
        expect([drift, ahead, ok]).toEqual([drift, ahead, near]);
      }
    }
  });

  it("computes no code twice, however small the drift is", () => {
    const signed = (drift: number) => {
      const secret = scripted((step) => Number(step % 1_000_000n));
      const shown = (steps: number) => String((NOW / STEP + steps) % 1_000_000).padStart(6, "0");
      const machine = createGuardMachine();
      const key = { type: "totp", secret } as const;
      const codes = [shown(drift - 1), shown(drift)] as const;
      const { state } = machine.resync(null, { key, codes, now: NOW });
      const before = secret.calls();
      machine.attempt(state, { key, code: "500000", now: NOW });
      return secret.calls() - before;
    };
    // Three steps, one more for each step of the drift, and at most twice three.
    expect([0, 1, -1, 2, -2, 3, -3, 4, -4, 20].map(signed)).toEqual([3, 4, 4, 5, 5, 6, 6, 6, 6, 6]);
  });

  it("forgets a drift ahead as well as one behind", () => {
    for (const ahead of [20, -20]) {
      const { resync, login, drift } = user();
      resync(NOW, ahead);
      expect(login(NOW + 30 * STEP).ok).toBe(true);
      expect(drift(NOW)).toBe(0);
    }
  });

  it("costs two failures of the month for one wrong code, because twice as many codes are accepted", () => {
    const { resync, attempt, status } = user();
    resync(NOW, -20);
    attempt("000000", NOW);
    expect(status(NOW)).toMatchObject({ failures: 1, monthlyFailures: 2 });
  });
});

describe("field B5: a code that was used", () => {
  it("says when the authenticator shows one that can be accepted, and that one is accepted then", () => {
    const moments = fc.record({
      late: fc.integer({ min: 0, max: STEP - 1 }),
      ahead: fc.integer({ min: -1, max: 1 }),
      drift: fc.constantFrom(0, 0, -20, 20, 2),
    });
    fc.assert(
      fc.property(moments, ({ late, ahead, drift }) => {
        const { resync, login } = user();
        let now = NOW;
        if (drift !== 0) {
          expect(resync(now, drift).ok).toBe(true);
          now += 5 * STEP;
        }
        now += late;
        expect(login(now, drift + ahead).ok).toBe(true);
        const again = login(now, drift + ahead);
        if (again.ok || again.reason !== "replayed") throw new Error("not a replay");
        const { retryAfterMs } = again;
        if (retryAfterMs === null) throw new Error("no moment");
        // At the default window a code of the step before leaves the one that is shown now.
        if (ahead >= 0) expect(retryAfterMs).toBeGreaterThan(0);
        expect(retryAfterMs).toBeGreaterThanOrEqual(0);
        expect(retryAfterMs).toBeLessThanOrEqual(3 * STEP + Math.max(0, drift) * (Math.abs(drift) > 3 ? 0 : STEP));
        // A clock that is right within the window shows the next code by then.
        expect(login(now + retryAfterMs, drift).ok).toBe(true);
      }),
    );
  });

  it("of a counter token can be followed by the next press at once", () => {
    const machine = createGuardMachine();
    const token = { type: "hotp", secret: KEY.secret } as const;
    const { state } = machine.attempt(null, { key: token, code: hotp(token, 0), now: NOW });
    const again = machine.attempt(state, { key: token, code: hotp(token, 0), now: NOW });
    expect(again.outcome).toEqual({ ok: false, reason: "replayed", retryAfterMs: 0 });
  });

  it("says a day after a resync by a day and a clock that was set right", () => {
    const { resync, login } = user({ resyncWindow: 3000 });
    expect(resync(NOW, 2880).ok).toBe(true);
    expect(login(NOW)).toEqual({ ok: false, reason: "replayed", retryAfterMs: 2881 * STEP });
    expect(login(NOW + 2881 * STEP).ok).toBe(true);
  });
});

describe("field B6: a token that drifts normally, followed with learnDrift", () => {
  const MONTH = 30 * 86_400_000;

  it("goes on after a resync: `max` counts from there", () => {
    const { resync, login, drift } = user({ learnDrift: { max: 10 } });
    let ahead = 0;
    let now = NOW;
    const resyncs: number[] = [];
    for (let month = 0; month < 100; month++) {
      now += MONTH;
      if (month % 4 === 0) ahead++;
      if (!login(now, ahead).ok) {
        resyncs.push(month);
        expect(resync(now + 2 * STEP, ahead).ok).toBe(true);
      }
    }
    expect(ahead).toBe(25);
    expect(drift(now)).toBeGreaterThanOrEqual(24);
    // The last step within the window comes after ten that were learnt, and once more after the resync.
    expect(resyncs).toEqual([44, 92]);
  });

  it("goes back to zero from any resync, and `max` counts from zero then", () => {
    const { resync, login, drift } = user({ learnDrift: { max: 3 } });
    resync(NOW, 5);
    let now = NOW;
    for (const ahead of [4, 3, 2, 1, 0]) {
      now += 10 * STEP;
      expect(login(now, ahead).ok).toBe(true);
      expect(drift(now)).toBe(ahead);
    }
    expect(login(now + 10 * STEP, 1).ok).toBe(true);
    expect(drift(now)).toBe(1);
  });

  it("does not go further than `max` from the last resync", () => {
    const { resync, login, drift } = user({ learnDrift: { max: 2 } });
    resync(NOW, 20);
    for (let i = 1; i <= 8; i++) login(NOW + i * 10 * STEP, Math.min(20 + i, 23));
    expect(drift(NOW)).toBe(22);
  });
});
