import fc from "fast-check";
import { attemptTotp, encodeBase32, type TotpOutcome, timeStep, totp, verifyTotp, type Window } from "otp-core";
import { describe, expect, it } from "vitest";
import { algorithms, digits, periods, scripts, secrets, times, windows } from "../support/arbitrary-keys.ts";
import { referenceDigits, referenceValue } from "../support/reference.ts";
import { refusal } from "../support/refusal.ts";
import { scripted } from "../support/signers.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

interface Question {
  readonly current: number;
  readonly past: number;
  readonly future: number;
  readonly drift: number;
  readonly after: number | null;
}

/** The rule in the plainest words: look at every step of the window. The latest step that fits wins. */
function expected({ current, past, future, drift, after }: Question, matches: (step: number) => boolean): TotpOutcome {
  let stale = false;
  for (let step = current + drift + future; step >= current + drift - past; step--) {
    if (step < 0 || !matches(step)) continue;
    if (after === null || step > after) return { ok: true, step, drift: step - current };
    stale = true;
  }
  return { ok: false, reason: stale ? "replayed" : "mismatch" };
}

/** A moment within the step. */
const at = (step: number) => step * 30_000 + 12_345;

describe("attemptTotp", () => {
  const question = fc.record({
    current: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 1e9 })),
    sides: windows,
    drift: fc.integer({ min: -25, max: 25 }),
    afterDistance: fc.option(fc.integer({ min: -25, max: 25 })),
  });

  it("answers as the plain rule does, whatever the window, the drift and the last accepted step are", () => {
    const law = fc.property(
      question,
      secrets,
      algorithms,
      digits,
      fc.integer({ min: -30, max: 30 }),
      ({ current, sides, drift, afterDistance }, secret, algorithm, length, distance) => {
        const after = afterDistance === null ? null : Math.max(0, current + afterDistance);
        const code = (step: number) => referenceDigits(referenceValue(secret, algorithm, step), length);
        const typed = code(Math.max(0, current + distance));
        const key = { secret, algorithm, digits: length };
        const options = { after, drift, window: sides.window, now: at(current) };
        // Genuine collisions are in the rule: it compares codes, not the step that one was made for.
        const rule = expected({ current, ...sides, drift, after }, (step) => code(step) === typed);
        expect(attemptTotp(key, typed, options)).toEqual(rule);
      },
    );
    fc.assert(law, { numRuns: 500 });
  });

  it("answers as the plain rule does where many steps share a code (trap 18)", () => {
    const law = fc.property(
      question,
      scripts([1, 2, 1_000_001], 12),
      fc.constantFrom(1, 2),
      ({ current, sides, drift, afterDistance }, script, value) => {
        const after = afterDistance === null ? null : Math.max(0, current + afterDistance);
        const valueAt = (step: number | bigint) => script[Number(BigInt(step) % BigInt(script.length))] ?? 0;
        const options = { after, drift, window: sides.window, now: at(current) };
        // 1 and 1_000_001 are one code of six digits.
        const rule = expected({ current, ...sides, drift, after }, (step) => valueAt(step) % 1_000_000 === value);
        expect(attemptTotp({ secret: scripted(valueAt) }, referenceDigits(value, 6), options)).toEqual(rule);
      },
    );
    fc.assert(law, { numRuns: 2000 });
  });

  it("accepts what is generated, for every key, clock and period (T3, T12)", () => {
    const epochs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000_000_000 }));
    const law = fc.property(
      fc.record({ secret: secrets, algorithm: algorithms, digits, period: periods, epoch: epochs }),
      times,
      (key, elapsedMs) => {
        const now = Math.min(elapsedMs + key.epoch * 1000, 8.64e15);
        const code = totp(key, { now });
        const step = timeStep(key, { now });
        expect(attemptTotp(key, code, { after: null, now, window: 0 })).toEqual({ ok: true, step, drift: 0 });
        // Once: RFC 6238 section 5.2.
        expect(attemptTotp(key, code, { after: step, now, window: 0 })).toEqual({ ok: false, reason: "replayed" });
      },
    );
    fc.assert(law, { numRuns: 300 });
  });

  it("accepts a code as long as it is in the window: from the first millisecond to the last one (T11, N4)", () => {
    const law = fc.property(
      fc.integer({ min: 50, max: 9e7 }),
      periods,
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 0, max: 10 }),
      (step, period, past, future) => {
        const key = { secret: scripted((counter) => (counter === BigInt(step) ? 1 : 2)), period };
        const options = { after: null, window: { past, future } };
        const earliest = (step - future) * period * 1000;
        const latest = (step + past + 1) * period * 1000 - 1;
        expect(attemptTotp(key, "000001", { ...options, now: earliest })).toEqual({ ok: true, step, drift: future });
        expect(attemptTotp(key, "000001", { ...options, now: latest })).toEqual({ ok: true, step, drift: 0 - past });
        for (const now of [earliest - 1, latest + 1]) {
          expect(attemptTotp(key, "000001", { ...options, now })).toEqual({ ok: false, reason: "mismatch" });
        }
      },
    );
    fc.assert(law);
  });
});

describe("verifyTotp", () => {
  it("returns the match of attemptTotp, or null", () => {
    const law = fc.property(
      scripts([1, 2], 20),
      fc.integer({ min: 0, max: 40 }),
      fc.option(fc.integer({ min: 0, max: 40 })),
      fc.constantFrom<unknown>("000001", "000002", "00001", 1, null),
      windows,
      (script, current, after, code, { window }) => {
        const key = { secret: scripted((counter) => script[Number(counter) % script.length] ?? 0) };
        const options = { after, now: at(current), window };
        const outcome = attemptTotp(key, code, options);
        const { ok, ...match } = outcome;
        expect(verifyTotp(key, code, options)).toEqual(ok ? match : null);
      },
    );
    fc.assert(law, { numRuns: 300 });
  });
});

describe("the window", () => {
  const step = scripted((counter) => Number(counter));
  /** The distances from the current step at which a code is accepted. */
  const accepted = (window: Window | undefined, drift?: number) =>
    Array.from({ length: 81 }, (_, i) => i - 40).filter((distance) => {
      const options = { after: null, now: at(1000), window, drift };
      return attemptTotp({ secret: step }, referenceDigits(1000 + distance, 6), options).ok;
    });

  it("is one step on either side by default (T11)", () => {
    expect(accepted(undefined)).toEqual([-1, 0, 1]);
  });

  it("is symmetric as a number, and as wide as the number says", () => {
    for (let steps = 0; steps <= 10; steps++) {
      const distances = accepted(steps);
      expect(distances).toHaveLength(2 * steps + 1);
      expect(distances).toEqual(distances.map((distance) => 0 - distance).reverse());
    }
  });

  it("is asymmetric as an object (T15), down to the current step alone (O13)", () => {
    expect(accepted({ past: 2, future: 0 })).toEqual([-2, -1, 0]);
    expect(accepted({ past: 0, future: 3 })).toEqual([0, 1, 2, 3]);
    expect(accepted({ past: 0, future: 0 })).toEqual([0]);
  });

  it("is at most 10 steps on a side (trap 48)", () => {
    expect(accepted(10)).toHaveLength(21);
    expect(accepted({ past: 10, future: 0 })).toHaveLength(11);
    for (const window of [11, 3000, { past: 11, future: 0 }, { past: 0, future: 11 }]) {
      expect(() => accepted(window)).toThrow(refusal("invalid-argument"));
    }
  });

  it("is shifted by the drift and stays as wide", () => {
    for (const drift of [-25, -10, -1, 0, 1, 10, 25]) {
      expect(accepted(1, drift)).toEqual([drift - 1, drift, drift + 1]);
      expect(accepted({ past: 2, future: 0 }, drift)).toEqual([drift - 2, drift - 1, drift]);
    }
  });

  it("has no steps below zero", () => {
    const verdicts = [0, 1, 2].map((typed) =>
      attemptTotp({ secret: step }, referenceDigits(typed, 6), { after: null, now: 0, window: 10 }),
    );
    expect(verdicts).toEqual([0, 1, 2].map((typed) => ({ ok: true, step: typed, drift: typed })));
  });

  it("may lie below zero as a whole: then nothing matches, and no error is thrown", () => {
    for (const drift of [-2, -1000, -3000]) {
      const options = { after: null, now: 0, window: 1, drift };
      expect(attemptTotp({ secret: step }, "000000", options)).toEqual({ ok: false, reason: "mismatch" });
    }
    expect(attemptTotp({ secret: step }, "000000", { after: null, now: 0, window: 1, drift: -1 })).toEqual({
      ok: true,
      step: 0,
      drift: 0,
    });
  });
});

describe("the drift of a verdict", () => {
  it("is the step less the current one, and fed back it centres the window on the user's clock (T16)", () => {
    const law = fc.property(
      secrets,
      fc.integer({ min: 1000, max: 1e9 }),
      fc.integer({ min: -10, max: 10 }),
      fc.integer({ min: 1, max: 500 }),
      (secret, current, ahead, steps) => {
        const key = { secret, digits: 10 };
        const first = attemptTotp(key, totp(key, { now: at(current + ahead) }), {
          after: null,
          now: at(current),
          window: 10,
        });
        // Values of 31 bits: another step of the window has the same one once in a hundred million draws.
        expect(first).toEqual({ ok: true, step: current + ahead, drift: ahead });
        if (!first.ok) return;
        expect(first.drift).toBe(timeStep({}, { now: at(current + ahead) }) - timeStep({}, { now: at(current) }));
        const later = current + steps;
        const options = { after: first.step, now: at(later), window: 0, drift: first.drift };
        expect(attemptTotp(key, totp(key, { now: at(later + ahead) }), options)).toEqual({
          ok: true,
          step: later + ahead,
          drift: ahead,
        });
      },
    );
    fc.assert(law);
  });

  it("is counted from our clock and not from the drift that was given", () => {
    const key = { secret: scripted((counter) => Number(counter)) };
    const verdict = attemptTotp(key, "001007", { after: null, now: at(1000), window: 2, drift: 5 });
    expect(verdict).toEqual({ ok: true, step: 1007, drift: 7 });
  });

  it("follows a clock that goes wrong a little more every time, without a wider window", () => {
    const key = { secret: SECRET };
    let drift = 0;
    let after: number | null = null;
    for (let month = 0; month < 24; month++) {
      const now = at(1_000_000 + month * 86_400);
      const verdict: TotpOutcome = attemptTotp(key, totp(key, { now: now - month * 30_000 }), {
        after,
        drift,
        now,
        window: 1,
      });
      expect(verdict).toMatchObject({ ok: true, drift: 0 - month });
      if (verdict.ok) ({ step: after, drift } = verdict);
    }
  });

  it("is at most 3000 steps, so that the drift of every match is accepted again", () => {
    const key = { secret: scripted((counter) => Number(counter)) };
    const verify = (drift: number, distance: number) =>
      verifyTotp(key, referenceDigits(10_000 + distance, 6), { after: null, now: at(10_000), drift, window: 10 });
    for (const sign of [-1, 1]) {
      expect(verify(sign * 3000, sign * 3000)).toEqual({ step: 10_000 + sign * 3000, drift: sign * 3000 });
      expect(verify(sign * 2995, sign * 3000)).toEqual({ step: 10_000 + sign * 3000, drift: sign * 3000 });
      expect(verify(sign * 3000, sign * 2990)).toEqual({ step: 10_000 + sign * 2990, drift: sign * 2990 });
      expect(verify(sign * 3000, sign * 3001)).toBeNull();
      expect(() => verify(sign * 3001, 0)).toThrow(refusal("invalid-argument", "drift"));
    }
  });
});

describe("a key that says what it is", () => {
  it("is verified as one that does not", () => {
    for (const key of [{ secret: SECRET }, { type: "totp", secret: SECRET }] as const) {
      expect(attemptTotp(key, totp(key, { now: 0 }), { after: null, now: 0 })).toEqual({ ok: true, step: 0, drift: 0 });
    }
  });
});

describe("the last accepted step", () => {
  it("and all before it are refused for ever, whatever the clock says (T13, T14)", () => {
    const law = fc.property(
      scripts([1, 2, 3], 8),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(1, 2, 3)), { maxLength: 40, size: "max" }),
      windows,
      (script, attempts, { window }) => {
        const secret = scripted((counter) => script[Number(counter) % script.length] ?? 0);
        let after: number | null = null;
        // The clock jumps to and fro.
        for (const [current, value] of attempts) {
          const verdict: TotpOutcome = attemptTotp({ secret }, `00000${value}`, { after, now: at(current), window });
          if (!verdict.ok) continue;
          expect(verdict.step).toBeGreaterThan(after ?? -1);
          after = verdict.step;
        }
      },
    );
    fc.assert(law, { numRuns: 500 });
  });

  it("may be step 0, which is a step like any other (trap 19)", () => {
    const code = totp({ secret: SECRET }, { now: 0 });
    expect(attemptTotp({ secret: SECRET }, code, { after: null, now: 0 })).toEqual({ ok: true, step: 0, drift: 0 });
    expect(attemptTotp({ secret: SECRET }, code, { after: 0, now: 0 })).toEqual({ ok: false, reason: "replayed" });
    const next = totp({ secret: SECRET }, { now: 30_000 });
    expect(attemptTotp({ secret: SECRET }, next, { after: 0, now: 0 })).toEqual({ ok: true, step: 1, drift: 1 });
  });

  it("beyond the window makes a valid code a replay and a wrong one a mismatch, never an error (trap 74)", () => {
    const code = totp({ secret: SECRET }, { now: at(100) });
    for (const after of [101, 102, 1e9, Number.MAX_SAFE_INTEGER]) {
      expect(attemptTotp({ secret: SECRET }, code, { after, now: at(100) })).toEqual({ ok: false, reason: "replayed" });
      expect(attemptTotp({ secret: SECRET }, "000000", { after, now: at(100) })).toEqual({
        ok: false,
        reason: "mismatch",
      });
    }
  });

  it("must be given: null says that there is none yet, undefined says nothing (T13)", () => {
    for (const options of [{ now: 0 }, { after: undefined, now: 0 }]) {
      expect(() => attemptTotp({ secret: SECRET }, "755224", options as never)).toThrow(
        refusal("invalid-argument", "after"),
      );
    }
    expect(() => attemptTotp({ secret: SECRET }, "755224", { now: 0 } as never)).toThrow(
      /, or null before the first one$/,
    );
  });
});

describe("a secret that is too short", () => {
  const bytes = (length: number) => new Uint8Array(length).fill(7);
  const verify = (secret: string | Uint8Array, minSecretBytes?: number) =>
    attemptTotp({ secret }, "000000", { after: null, now: 0, minSecretBytes });

  it("has fewer than 10 bytes by default: old enrolments are tolerated, guessable ones are not (trap 39)", () => {
    expect(verify(bytes(10)).ok).toBe(false);
    expect(() => verify(bytes(9))).toThrow(refusal("weak-secret", "secret"));
    expect(() => verify(encodeBase32(bytes(9)))).toThrow(refusal("weak-secret", "secret"));
    expect(() => verify(bytes(9))).toThrow("at least 10 bytes");
  });

  it("is counted in bytes, not in characters", () => {
    expect(verify(encodeBase32(bytes(10)), 10).ok).toBe(false);
    expect(() => verify(encodeBase32(bytes(15)), 16)).toThrow(refusal("weak-secret", "secret"));
  });

  it("has as many as `minSecretBytes` says, down to one", () => {
    const code = totp({ secret: bytes(1) }, { now: 0 });
    const options = { after: null, now: 0, minSecretBytes: 1 };
    expect(attemptTotp({ secret: bytes(1) }, code, options).ok).toBe(true);
    expect(() => verify(bytes(19), 20)).toThrow(refusal("weak-secret", "secret"));
    expect(verify(bytes(20), 20).ok).toBe(false);
  });

  it("is an error even if the code is malformed: it is the server's mistake, not the user's", () => {
    expect(() => attemptTotp({ secret: bytes(9) }, "x", { after: null, now: 0 })).toThrow(refusal("weak-secret"));
  });

  it("cannot be seen behind a handle", () => {
    const options = { after: null, now: 0, minSecretBytes: 64 };
    expect(attemptTotp({ secret: scripted(() => 0) }, "000000", options).ok).toBe(true);
  });
});

describe("a verdict", () => {
  it("that was refused cannot be changed by one who got it before", () => {
    const verdict = attemptTotp({ secret: SECRET }, "x", { after: null, now: 0 });
    expect(() => Object.assign(verdict, { ok: true })).toThrow(TypeError);
    expect(attemptTotp({ secret: SECRET }, "x", { after: null, now: 0 }).ok).toBe(false);
  });

  it("that accepts belongs to its call alone", () => {
    const code = totp({ secret: SECRET }, { now: 0 });
    const first = attemptTotp({ secret: SECRET }, code, { after: null, now: 0 });
    Object.assign(first, { step: 77 });
    expect(attemptTotp({ secret: SECRET }, code, { after: null, now: 0 })).toEqual({ ok: true, step: 0, drift: 0 });
  });
});
