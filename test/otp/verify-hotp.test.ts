import fc from "fast-check";
import { attemptHotp, type HotpOutcome, hotp } from "otp-core";
import { describe, expect, it } from "vitest";
import { algorithms, counters, digits, scripts, secrets } from "../support/arbitrary-keys.ts";
import { referenceDigits, referenceValue } from "../support/reference.ts";
import { refusal } from "../support/refusal.ts";
import { scripted } from "../support/signers.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const LAST = { number: BigInt(Number.MAX_SAFE_INTEGER), bigint: 2n ** 64n - 1n } as const;

/** RFC 4226 section 7.4 in the plainest words: from the expected counter on, never before it, to the last one there is. */
function expected(
  counter: number | bigint,
  lookAhead: number,
  matches: (counter: bigint) => boolean,
): HotpOutcome<number | bigint> {
  const last = typeof counter === "bigint" ? LAST.bigint : LAST.number;
  for (let tried = BigInt(counter); tried <= BigInt(counter) + BigInt(lookAhead) && tried <= last; tried++) {
    if (!matches(tried)) continue;
    return { ok: true, nextCounter: typeof counter === "bigint" ? tried + 1n : Number(tried + 1n) };
  }
  return { ok: false, reason: "mismatch" };
}

const lookAheads = fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined });

describe("attemptHotp", () => {
  it("answers as the plain rule does, in all 64 bits and in the kind that was given (H5, H18, trap 42)", () => {
    const law = fc.property(
      secrets,
      algorithms,
      digits,
      counters,
      lookAheads,
      fc.bigInt(-20n, 120n),
      (secret, algorithm, length, counter, lookAhead, distance) => {
        const code = (at: bigint) => referenceDigits(referenceValue(secret, algorithm, BigInt.asUintN(64, at)), length);
        const typed = code(counter + distance);
        const key = { secret, algorithm, digits: length };
        // Genuine collisions are in the rule: it compares codes, not the counter that one was made for.
        const rule = expected(counter, lookAhead ?? 10, (at) => code(at) === typed);
        expect(attemptHotp(key, typed, { counter, lookAhead })).toEqual(rule);
        if (counter > LAST.number) return;
        const number = Number(counter);
        const ruleForNumbers = expected(number, lookAhead ?? 10, (at) => code(at) === typed);
        expect(attemptHotp(key, typed, { counter: number, lookAhead })).toEqual(ruleForNumbers);
      },
    );
    fc.assert(law, { numRuns: 300 });
  });

  it("accepts the lowest counter where several share a code (trap 18)", () => {
    const law = fc.property(
      scripts([1, 2, 1_000_001], 12),
      fc.constantFrom(1, 2),
      counters,
      lookAheads,
      (script, value, counter, lookAhead) => {
        const valueAt = (at: bigint) => script[Number(at % BigInt(script.length))] ?? 0;
        const rule = expected(counter, lookAhead ?? 10, (at) => valueAt(at) % 1_000_000 === value);
        const verdict = attemptHotp({ secret: scripted(valueAt) }, `00000${value}`, { counter, lookAhead });
        expect(verdict).toEqual(rule);
      },
    );
    fc.assert(law, { numRuns: 1000 });
  });

  it("accepts what is generated, once (H27)", () => {
    const law = fc.property(secrets, algorithms, digits, counters, (secret, algorithm, length, counter) => {
      const key = { secret, algorithm, digits: length };
      const code = hotp(key, counter);
      expect(attemptHotp(key, code, { counter, lookAhead: 0 })).toEqual({ ok: true, nextCounter: counter + 1n });
      const next = counter + 1n;
      if (next > LAST.bigint || hotp(key, next) === code) return;
      expect(attemptHotp(key, code, { counter: next, lookAhead: 0 })).toEqual({ ok: false, reason: "mismatch" });
    });
    fc.assert(law, { numRuns: 300 });
  });
});

describe("the look-ahead", () => {
  const secret = scripted((counter) => Number(BigInt.asUintN(19, counter)));
  const accepted = (lookAhead: number | undefined) =>
    Array.from({ length: 161 }, (_, i) => i - 30).filter(
      (distance) => attemptHotp({ secret }, referenceDigits(1000 + distance, 6), { counter: 1000, lookAhead }).ok,
    );

  it("is 10 counters by default, and only forward (H18, trap 62)", () => {
    expect(accepted(undefined)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("is as many counters as told, up to 100, and only forward", () => {
    for (const lookAhead of [0, 1, 2, 99, 100]) {
      expect(accepted(lookAhead)).toEqual(Array.from({ length: lookAhead + 1 }, (_, i) => i));
    }
    expect(() => accepted(101)).toThrow(refusal("invalid-argument", "lookAhead"));
  });
});

describe("the next counter", () => {
  it("is one after the matched one, whatever was skipped (H13)", () => {
    const key = { secret: SECRET };
    for (const ahead of [0, 1, 5, 10]) {
      expect(attemptHotp(key, hotp(key, 40 + ahead), { counter: 40 })).toEqual({ ok: true, nextCounter: 41 + ahead });
    }
  });

  it("has the kind of the counter that was given", () => {
    expect(attemptHotp({ secret: SECRET }, "755224", { counter: 0 })).toEqual({ ok: true, nextCounter: 1 });
    expect(attemptHotp({ secret: SECRET }, "755224", { counter: 0n })).toEqual({ ok: true, nextCounter: 1n });
  });

  it("makes every earlier code worthless, over any history of attempts (H27)", () => {
    const law = fc.property(
      scripts([1, 2, 3], 8),
      fc.array(fc.constantFrom(1, 2, 3), { maxLength: 30, size: "max" }),
      fc.integer({ min: 0, max: 5 }),
      (script, attempts, lookAhead) => {
        const secret = scripted((at) => script[Number(at) % script.length] ?? 0);
        let counter = 0;
        for (const value of attempts) {
          const verdict = attemptHotp({ secret }, `00000${value}`, { counter, lookAhead });
          if (!verdict.ok) continue;
          expect(verdict.nextCounter).toBeGreaterThan(counter);
          expect(verdict.nextCounter).toBeLessThanOrEqual(counter + lookAhead + 1);
          counter = verdict.nextCounter;
        }
      },
    );
    fc.assert(law);
  });
});

describe("the end of the counters", () => {
  const key = { secret: SECRET };

  it("is 2^53 - 1 for a number: the search ends there, and the next counter is refused", () => {
    const last = Number.MAX_SAFE_INTEGER;
    const code = hotp(key, last);
    for (const counter of [last, last - 1, last - 10]) {
      const verdict = attemptHotp(key, code, { counter, lookAhead: 100 });
      expect(verdict).toEqual({ ok: true, nextCounter: 2 ** 53 });
      if (verdict.ok) {
        expect(() => attemptHotp(key, code, { counter: verdict.nextCounter })).toThrow(
          refusal("invalid-argument", "counter"),
        );
      }
    }
    const beyond = hotp(key, 2n ** 53n);
    expect(attemptHotp(key, beyond, { counter: last, lookAhead: 100 })).toEqual({ ok: false, reason: "mismatch" });
    expect(attemptHotp(key, beyond, { counter: BigInt(last) })).toEqual({ ok: true, nextCounter: 2n ** 53n + 1n });
  });

  it("is 2^64 - 1 for a bigint: it does not wrap to 0, and the next counter is refused (trap 67)", () => {
    const last = 2n ** 64n - 1n;
    const code = hotp(key, last);
    for (const counter of [last, last - 1n, last - 10n]) {
      const verdict = attemptHotp(key, code, { counter, lookAhead: 100 });
      expect(verdict).toEqual({ ok: true, nextCounter: 2n ** 64n });
      if (verdict.ok) {
        expect(() => attemptHotp(key, code, { counter: verdict.nextCounter })).toThrow(
          refusal("invalid-argument", "counter"),
        );
      }
    }
    for (const wrapped of [0n, 1n, 5n]) {
      const verdict = attemptHotp(key, hotp(key, wrapped), { counter: last, lookAhead: 100 });
      expect(verdict).toEqual({ ok: false, reason: "mismatch" });
    }
  });

  it("asks for no digest beyond it, and for none beyond the look-ahead where that ends before it", () => {
    for (const [counter, calls] of [
      [Number.MAX_SAFE_INTEGER, 1],
      [Number.MAX_SAFE_INTEGER - 3, 4],
      [Number.MAX_SAFE_INTEGER - 10, 11],
      [Number.MAX_SAFE_INTEGER - 11, 11],
      [2n ** 64n - 1n, 1],
      [2n ** 64n - 4n, 4],
      [2n ** 64n - 12n, 11],
      [BigInt(Number.MAX_SAFE_INTEGER), 11],
    ] as const) {
      const secret = scripted(() => 1);
      attemptHotp({ secret }, "000000", { counter });
      expect(secret.calls()).toBe(calls);
    }
  });
});

describe("a secret that is too short for HOTP", () => {
  it("has fewer than 10 bytes by default (trap 39)", () => {
    const secret = new Uint8Array(9).fill(7);
    expect(() => attemptHotp({ secret }, "000000", { counter: 0 })).toThrow(refusal("weak-secret", "secret"));
    const code = hotp({ secret }, 0);
    expect(attemptHotp({ secret }, code, { counter: 0, minSecretBytes: 9 })).toEqual({ ok: true, nextCounter: 1 });
  });
});

it("attemptHotp refuses a TOTP key and the Steam encoder", () => {
  for (const [field, value] of [
    ["type", "totp"],
    ["encoder", "steam"],
  ] as const) {
    expect(() => attemptHotp({ secret: SECRET, [field]: value } as never, "755224", { counter: 0 })).toThrow(
      refusal("invalid-argument", field),
    );
  }
});
