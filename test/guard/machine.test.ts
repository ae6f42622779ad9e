// The decisions of a guard one by one, as examples of what the histories prove at large.
import { type Codes, hotp, type Key, type SyncSecret, totp } from "otp-core";
import { createGuardMachine, type GuardPolicy, type GuardStatus, type GuardTransition } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { reasonOf } from "../support/reason.ts";
import { refusal } from "../support/refusal.ts";
import { later, scripted } from "../support/signers.ts";

const STEP = 30_000;
const NOW = 60_000_000 * STEP;
const secret = hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
const TOTP = { type: "totp", secret } as const;
const HOTP = { type: "hotp", secret } as const;
const WRONG = "000000";
const code = (steps: number) => totp(TOTP, { now: NOW + steps * STEP });

/** One authenticator over time. */
function factor(policy: GuardPolicy = {}) {
  const machine = createGuardMachine(policy);
  let state: string | null = null;
  const keep = (step: GuardTransition) => {
    ({ state } = step);
    return step;
  };
  return {
    verify: (typed: string, now = NOW, key: Key<SyncSecret> = TOTP) =>
      keep(machine.attempt(state, { key, code: typed, now })),
    resync: (codes: Codes, now = NOW, key: Key<SyncSecret> = TOTP) => keep(machine.resync(state, { key, codes, now })),
    unlock: (now = NOW) => {
      const step = machine.unlock(state, now);
      ({ state } = step);
      return step;
    },
    status: (now = NOW): GuardStatus & { step?: number; counter?: number; drift?: number } => {
      const status = machine.status(state, now);
      return { ...status, ...status.keys.default };
    },
    state: () => state,
  };
}

describe("a TOTP factor", () => {
  it("is unknown until it was accepted", () => {
    const machine = createGuardMachine();
    const nothing = {
      state: "open",
      failures: 0,
      monthlyFailures: 0,
      retryAt: null,
      acceptedAt: null,
      failedAt: null,
      forgottenAt: null,
      keys: {},
    } as const;
    expect(machine.status(null, NOW)).toEqual(nothing);
    const { state } = machine.attempt(null, { key: TOTP, code: code(0), now: NOW });
    const key = { method: "totp", step: NOW / STEP, drift: 0, retryAt: null } as const;
    expect(machine.status(state, NOW)).toEqual({ ...nothing, acceptedAt: NOW, keys: { default: key } });
  });

  it("is accepted in the window of the policy and not beyond", () => {
    for (const [window, past, future] of [
      [undefined, 1, 1],
      [0, 0, 0],
      [3, 3, 3],
      [{ past: 2, future: 0 }, 2, 0],
    ] as const) {
      for (let distance = -5; distance <= 5; distance++) {
        const { outcome } = factor({ window }).verify(code(distance));
        expect(outcome.ok).toBe(distance >= -past && distance <= future);
      }
    }
  });

  it("is a Steam Guard factor, of another period or epoch, of eight digits: whatever a key may say", () => {
    const steam = { ...TOTP, encoder: "steam" } as const;
    const slow = { ...TOTP, period: 86_400, epoch: 1_000_000, digits: 8 } as const;
    for (const key of [steam, slow]) {
      const { verify } = factor();
      const typed = totp(key, { now: NOW });
      expect(verify(typed, NOW, key).outcome).toEqual({ ok: true, keyName: "default", at: NOW });
      expect(reasonOf(verify(typed.toLowerCase(), NOW, key).outcome)).toBe("replayed");
    }
  });

  it("at a moment before the key's epoch is a mistake in the program", () => {
    const key = { ...TOTP, epoch: 2_000_000_000 };
    expect(() => factor().verify(WRONG, NOW, key)).toThrow(refusal("invalid-argument", "now"));
  });

  it("may have step 0 as its first and only one (trap 19)", () => {
    const { verify, status } = factor({ window: 0 });
    const typed = totp(TOTP, { now: 0 });
    expect(verify(typed, 0).outcome.ok).toBe(true);
    expect(status(0).step).toBe(0);
    expect(reasonOf(verify(typed, 0).outcome)).toBe("replayed");
  });
});

describe("a HOTP factor", () => {
  const pressed = (counter: number) => hotp(HOTP, counter);

  it("starts at the counter of its key, and looks ahead and never back (H13, H18, H27)", () => {
    const key = { ...HOTP, counter: 100 };
    expect(reasonOf(factor().verify(pressed(99), NOW, key).outcome)).toBe("mismatch");
    expect(factor().verify(pressed(110), NOW, key).outcome.ok).toBe(true);
    expect(reasonOf(factor().verify(pressed(111), NOW, key).outcome)).toBe("mismatch");
    expect(reasonOf(factor({ lookAhead: 0 }).verify(pressed(101), NOW, key).outcome)).toBe("mismatch");
  });

  it("goes by the greater of what is stored and what the key says", () => {
    const { verify, status } = factor();
    expect(verify(pressed(5), NOW, HOTP).outcome.ok).toBe(true);
    expect(status().counter).toBe(6);
    expect(verify(pressed(6), NOW, { ...HOTP, counter: 3 }).outcome.ok).toBe(true);
    expect(reasonOf(verify(pressed(10), NOW, { ...HOTP, counter: 50 }).outcome)).toBe("mismatch");
    expect(verify(pressed(50), NOW, { ...HOTP, counter: 50 }).outcome.ok).toBe(true);
    expect(status().counter).toBe(51);
  });

  it("costs what the counters ahead cost; the last accepted one is compared for nothing", () => {
    const key = { ...HOTP, counter: 50 };
    for (const next of [HOTP, key]) {
      const { verify, status } = factor({ lookAhead: 11 });
      verify(pressed(5), NOW, HOTP);
      verify(WRONG, NOW, next);
      // Twelve counters are four failures.
      expect(status().monthlyFailures).toBe(4);
    }
  });

  it("does not move when an attempt fails", () => {
    const { verify, status } = factor();
    verify(pressed(0), NOW, HOTP);
    verify(WRONG, NOW, HOTP);
    expect(status().counter).toBe(1);
  });

  it("whose code is sent twice by a double click was replayed, and has not failed", () => {
    const { verify, status } = factor();
    verify(pressed(0), NOW, HOTP);
    verify(pressed(4), NOW, HOTP);
    expect(verify(pressed(4), NOW, HOTP).outcome).toEqual({ ok: false, reason: "replayed", retryAfterMs: 0 });
    expect(status().failures).toBe(0);
    // Earlier ones, and those that were skipped, are a mismatch.
    expect(reasonOf(verify(pressed(0), NOW, HOTP).outcome)).toBe("mismatch");
    expect(reasonOf(verify(pressed(3), NOW, HOTP).outcome)).toBe("mismatch");
  });

  it("has a last counter, and is used up after it", () => {
    const key = { ...HOTP, counter: Number.MAX_SAFE_INTEGER };
    const { verify, resync } = factor();
    const last = pressed(Number.MAX_SAFE_INTEGER);
    expect(verify(last, NOW, key).outcome.ok).toBe(true);
    expect(verify(last, NOW, key).outcome.ok).toBe(false);
    expect(verify(pressed(0), NOW, key).outcome.ok).toBe(false);
    expect(resync([last, pressed(0)], NOW, key).outcome.ok).toBe(false);
  });
});

describe("resynchronisation", () => {
  it("finds a clock that is far off, stores its drift, and the codes from there on are accepted (T17)", () => {
    const { verify, resync, status } = factor();
    expect(reasonOf(verify(code(-90)).outcome)).toBe("mismatch");
    expect(resync([code(-90), code(-89)]).outcome).toEqual({ ok: true, keyName: "default", at: NOW });
    expect(status()).toMatchObject({ drift: -89, step: NOW / STEP - 89, failures: 0 });
    expect(reasonOf(verify(code(-89)).outcome)).toBe("replayed");
    expect(verify(code(-88)).outcome.ok).toBe(true);
    // Beyond the window around the drift, and beyond the window around zero.
    expect(reasonOf(verify(code(-86)).outcome)).toBe("mismatch");
    expect(reasonOf(verify(code(2)).outcome)).toBe("mismatch");
  });

  it("finds a counter that is far ahead (H19, H25)", () => {
    const { verify, resync, status } = factor();
    const codes: Codes = [hotp(HOTP, 60), hotp(HOTP, 61), hotp(HOTP, 62)];
    expect(reasonOf(verify(hotp(HOTP, 60), NOW, HOTP).outcome)).toBe("mismatch");
    expect(resync(codes, NOW, HOTP).outcome.ok).toBe(true);
    expect(status().counter).toBe(63);
  });

  it("demands that the codes follow each other", () => {
    for (const codes of [
      [code(-90), code(-88)],
      [code(-89), code(-90)],
      [code(-90), code(-90)],
    ] as const) {
      expect(reasonOf(factor().resync(codes).outcome)).toBe("mismatch");
    }
  });

  it("searches as far as the policy says", () => {
    expect(factor().resync([code(119), code(120)]).outcome.ok).toBe(true);
    expect(factor().resync([code(120), code(121)]).outcome.ok).toBe(false);
    expect(factor({ resyncWindow: 5 }).resync([code(5), code(6)]).outcome.ok).toBe(false);
    expect(factor({ resyncWindow: 3000 }).resync([code(2999), code(3000)]).outcome.ok).toBe(true);
    expect(factor({ resyncWindow: 0 }).resync([code(-1), code(0)]).outcome.ok).toBe(true);
  });
});

describe("learning the drift of a token", () => {
  it("is off by default", () => {
    const { verify, status } = factor();
    verify(code(1));
    expect(status().drift).toBe(0);
  });

  it("follows a clock that goes wrong by a step a month for two years, a step per success and no wider (T16)", () => {
    const { verify, status } = factor({ learnDrift: { max: 30 } });
    for (let month = 1; month <= 24; month++) {
      const days = month * 86_400 * 30;
      const now = NOW + days * 1000;
      expect(verify(totp(TOTP, { now: now + month * STEP }), now).outcome.ok).toBe(true);
      expect(status().drift).toBe(month);
    }
    // The window is where the drift is, and as wide as before.
    const now = NOW + 800 * 86_400_000;
    for (const [steps, ok] of [
      [22, false],
      [26, false],
      [23, true],
      [25, true],
    ] as const) {
      expect(factorAt(24).verify(totp(TOTP, { now: now + steps * STEP }), now).outcome.ok).toBe(ok);
    }
  });

  it("goes no further than the policy says, and comes back", () => {
    const { verify, status } = factor({ window: 3, learnDrift: { max: 2 } });
    const drifts: number[] = [];
    for (const [i, seen] of [3, 3, 3, 3, 2, 0, 0, -3, -3, -3].entries()) {
      const now = NOW + i * 10 * STEP;
      expect(verify(totp(TOTP, { now: now + seen * STEP }), now).outcome.ok).toBe(true);
      drifts.push(status().drift ?? 0);
    }
    expect(drifts).toEqual([1, 2, 2, 2, 2, 1, 0, -1, -2, -2]);
  });

  /** With a drift that was found by resynchronisation. */
  function factorAt(drift: number) {
    const it = factor();
    it.resync([code(drift - 1), code(drift)]);
    return it;
  }
});

describe("a secret", () => {
  const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i + 1);
  const keyOf = (length: number) => ({ type: "totp", secret: bytes(length) }) as const;
  const weak = (step: GuardTransition) => step.events.filter(({ type }) => type === "weak-secret");

  it("of less than 16 bytes is let pass and told of, one of 16 or more is not (H4, N1)", () => {
    for (const length of [10, 15]) {
      const key = keyOf(length);
      const event = { type: "weak-secret", at: NOW, keyName: "default", bytes: length };
      const { verify } = factor();
      expect(weak(verify(totp(key, { now: NOW }), NOW, key))).toEqual([event]);
      expect(weak(verify(totp(key, { now: NOW }), NOW, key))).toEqual([event]);
      expect(weak(verify(WRONG, NOW, key))).toEqual([event]);
    }
    for (const length of [16, 20, 64]) {
      const key = keyOf(length);
      expect(weak(factor().verify(totp(key, { now: NOW }), NOW, key))).toEqual([]);
    }
  });

  it("of less than 10 bytes is refused, unless the policy says so by name", () => {
    const key = keyOf(9);
    expect(() => factor().verify(WRONG, NOW, key)).toThrow(refusal("weak-secret", "secret"));
    expect(() => factor({ minSecretBytes: 20 }).verify(WRONG, NOW, keyOf(19))).toThrow(refusal("weak-secret"));
    expect(factor({ minSecretBytes: 9 }).verify(totp(key, { now: NOW }), NOW, key).outcome.ok).toBe(true);
  });

  it("behind a handle is not ours to judge", () => {
    expect(weak(factor().verify(code(0)))).toEqual([]);
  });
});

describe("a handle that fails", () => {
  const down = new Error("the HSM is down");
  const broken = {
    algorithm: "SHA1",
    sign: () => {
      throw down;
    },
  } as const;

  it("fails the attempt with its error as the cause: no verdict, no new state", async () => {
    const machine = createGuardMachine();
    const failure = expect.objectContaining({ code: "signer-failed", cause: down });
    const attempt = { key: { type: "totp", secret: broken }, code: WRONG, now: NOW } as const;
    expect(() => machine.attempt(null, attempt)).toThrow(failure);
    const pending = machine.attempt(null, { ...attempt, key: { type: "totp", secret: later(broken) } });
    await expect(pending).rejects.toThrow(failure);
  });
});

describe("a refusal that needs no code", () => {
  it("signs nothing and is no promise, also if the signer is asynchronous", () => {
    const machine = createGuardMachine({ attempts: { disableAfter: 1 } });
    let signed = 0;
    const slow = later({
      algorithm: "SHA1",
      sign: (message) => {
        signed++;
        return secret.sign(message);
      },
    });
    const key = { type: "totp", secret: slow } as const;
    const { state } = machine.attempt(null, { key: TOTP, code: WRONG, now: NOW });
    const refusals = [
      machine.attempt(null, { key, code: "x", now: NOW }),
      machine.resync(null, { key, codes: ["x", "y"], now: NOW }),
      machine.attempt(state, { key, code: code(0), now: NOW }),
    ];
    const reasons = refusals.map((transition) => !(transition instanceof Promise) && reasonOf(transition.outcome));
    expect(reasons).toEqual(["malformed", "malformed", "disabled"]);
    expect(signed).toBe(0);
  });
});

describe("a code of several steps", () => {
  it("is accepted once, as the latest step, and its other steps are used up with it (trap 18)", () => {
    const key = { type: "totp", secret: scripted(() => 7) } as const;
    const { verify, status } = factor();
    expect(verify("000007", NOW, key).outcome.ok).toBe(true);
    expect(status().step).toBe(NOW / STEP + 1);
    expect(reasonOf(verify("000007", NOW, key).outcome)).toBe("replayed");
  });
});
