import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { attemptHotp, attemptTotp, type Codes, resyncHotp, resyncTotp, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { digits } from "../support/arbitrary-keys.ts";
import { disguises, NO_CODES } from "../support/bad-codes.ts";
import { SIGNERS } from "../support/engines.ts";
import { referenceDigits, referenceSteam } from "../support/reference.ts";
import { scripted } from "../support/signers.ts";

// What a user typed is a verdict, whatever it is. `code` is a string to TypeScript and anything at run time.

const SECRET = Buffer.from("12345678901234567890");
const CODE = "287082";
const NEXT = "359152";
const AT = { after: null, now: 59_000 } as const;
const MALFORMED = { ok: false, reason: "malformed" };

describe.each(SIGNERS)("what a user typed, on the engine $name", ({ prepare }) => {
  const secret = prepare(SECRET, "SHA1");

  it("is a valid code to begin with", async () => {
    expect(await totp({ secret }, { now: 59_000 })).toBe(CODE);
    expect(await attemptTotp({ secret }, CODE, AT)).toMatchObject({ ok: true });
  });

  it.each([...NO_CODES, ...disguises(CODE)])("is malformed when it is %s (trap 61)", async (_, make) => {
    expect(await attemptTotp({ secret }, make() as string, AT)).toEqual(MALFORMED);
    expect(await attemptHotp({ secret }, make() as string, { counter: 0 })).toEqual(MALFORMED);
    for (const codes of [
      [make(), NEXT],
      [CODE, make()],
      [CODE, NEXT, make()],
    ]) {
      expect(await resyncTotp({ secret }, codes as never, AT)).toBeNull();
      expect(await resyncHotp({ secret }, codes as never, { counter: 0 })).toBeNull();
    }
  });

  it.each(NO_CODES)("is malformed as a Steam code when it is %s", async (_, make) => {
    expect(await attemptTotp({ secret, encoder: "steam" }, make() as string, AT)).toEqual(MALFORMED);
  });

  it.each([...NO_CODES, ...disguises(CODE)])("is refused as a list of codes when it is %s", async (_, make) => {
    expect(await resyncTotp({ secret }, make() as Codes, AT)).toBeNull();
    expect(await resyncHotp({ secret }, make() as Codes, { counter: 0 })).toBeNull();
  });

  it("never throws, whatever it is", async () => {
    const law = fc.asyncProperty(
      fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
      async (typed) => {
        for (const verdict of [
          await attemptTotp({ secret }, typed, AT),
          await attemptHotp({ secret }, typed, { counter: 0 }),
        ]) {
          expect(verdict.ok).toBe(false);
          if (typeof typed !== "string") expect(verdict).toEqual(MALFORMED);
        }
        expect(await resyncTotp({ secret }, typed as Codes, { ...AT, window: 0 })).toBeNull();
        expect(await resyncHotp({ secret }, typed as Codes, { counter: 0, lookAhead: 0 })).toBeNull();
      },
    );
    await fc.assert(law);
  });
});

describe("a code of digits", () => {
  it("is six to ten ASCII digits with separators anywhere; every other string is malformed", () => {
    const unit = fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom(..."0123456789") },
      { weight: 5, arbitrary: fc.constantFrom(" ", "-") },
      { weight: 1, arbitrary: fc.constantFrom(..."\n\t+./:x٣３") },
    );
    const near = fc.string({ unit, maxLength: 14, size: "max" });
    const any = fc.string({ unit: "binary", maxLength: 14, size: "max" });
    let codes = 0;
    const law = fc.property(
      fc.oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: any }),
      digits,
      (typed, length) => {
        const bare = typed.replace(/[\p{White_Space}\p{Dash}\p{Cf}]/gu, "");
        const wellFormed = bare.length === length && [...bare].every((character) => "0123456789".includes(character));
        if (wellFormed) codes++;
        const verdict = attemptTotp({ secret: SECRET, digits: length }, typed, AT);
        expect(!verdict.ok && verdict.reason === "malformed").toBe(!wellFormed);
      },
    );
    fc.assert(law, { numRuns: 2000 });
    // Both sides of the law were seen.
    expect(codes).toBeGreaterThan(20);
  });

  it("is accepted however it is grouped, and only if it is the right one", () => {
    const fillers = fc.string({ unit: fc.constantFrom(" ", "-"), maxLength: 3 });
    const law = fc.property(
      fc.nat({ max: 0x7fffffff }),
      digits,
      fc.array(fillers, { minLength: 11, maxLength: 11 }),
      (value, length, gaps) => {
        const secret = scripted(() => value);
        const code = referenceDigits(value, length);
        const typed = gaps[0] + [...code].map((digit, i) => digit + gaps[i + 1]).join("");
        expect(attemptTotp({ secret, digits: length }, typed, AT)).toMatchObject({ ok: true });
        const last = (Number(code.at(-1)) + 1) % 10;
        expect(attemptTotp({ secret, digits: length }, `${code.slice(0, -1)}${last}`, AT)).toEqual({
          ok: false,
          reason: "mismatch",
        });
      },
    );
    fc.assert(law);
  });

  it("is told apart from every other code of its length", () => {
    const law = fc.property(
      fc.nat({ max: 0x7fffffff }),
      digits,
      fc.bigInt(0n, 10n ** 10n - 1n),
      (value, length, other) => {
        const typed = String(other).padStart(10, "0").slice(-length);
        const { ok } = attemptTotp({ secret: scripted(() => value), digits: length }, typed, AT);
        expect(ok).toBe(typed === referenceDigits(value, length));
      },
    );
    fc.assert(law, { numRuns: 500 });
  });

  it("of ten digits beyond 2^31 is no value: it neither wraps onto one nor stands for the highest (trap 44)", () => {
    for (const value of [0, 1, 1_410_065_407, 0x7fffffff]) {
      const key = { secret: scripted(() => value), digits: 10 };
      expect(attemptTotp(key, referenceDigits(value, 10), AT)).toMatchObject({ ok: true });
      for (const wrapped of [value + 2 ** 31, value + 2 ** 32, value + 2 ** 33]) {
        if (wrapped > 9_999_999_999) continue;
        expect(attemptTotp(key, String(wrapped).padStart(10, "0"), AT)).toEqual({ ok: false, reason: "mismatch" });
      }
      expect(attemptTotp(key, "9999999999", AT)).toEqual({ ok: false, reason: "mismatch" });
    }
  });

  it("must have its leading zeros (trap 34, trap 69)", () => {
    const secret = scripted(() => 123);
    expect(attemptTotp({ secret }, "000123", AT)).toMatchObject({ ok: true });
    for (const typed of ["123", "00123", "0000123", " 123"]) {
      expect(attemptTotp({ secret }, typed, AT)).toEqual(MALFORMED);
    }
  });
});

describe("a Steam code", () => {
  it("is accepted in upper and lower case, grouped or not", () => {
    const law = fc.property(
      fc.nat({ max: 0x7fffffff }),
      fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      (value, lower) => {
        const key = { secret: scripted(() => value), encoder: "steam" } as const;
        const typed = [...referenceSteam(value)].map((c, i) => (lower[i] ? c.toLowerCase() : c)).join("");
        expect(attemptTotp(key, typed, AT)).toMatchObject({ ok: true });
        expect(attemptTotp(key, ` ${typed.slice(0, 2)}-${typed.slice(2)} `, AT)).toMatchObject({ ok: true });
      },
    );
    fc.assert(law);
  });

  it("is told apart from every other one", () => {
    const law = fc.property(fc.nat({ max: 0x7fffffff }), fc.nat({ max: 26 ** 5 - 1 }), (value, other) => {
      const key = { secret: scripted(() => value), encoder: "steam" } as const;
      const typed = referenceSteam(other);
      expect(attemptTotp(key, typed, AT).ok).toBe(typed === referenceSteam(value));
    });
    fc.assert(law);
    // Its own reverse is another code.
    const key = { secret: scripted(() => 1), encoder: "steam" } as const;
    expect(attemptTotp(key, "32222", AT)).toMatchObject({ ok: true });
    expect(attemptTotp(key, "22223", AT)).toEqual({ ok: false, reason: "mismatch" });
  });

  it("has no characters outside its alphabet, nor those that only become one in upper case", () => {
    const secret = scripted(() => 0);
    for (const character of [..."01AEILOSUZaeilosuz_+.\n\t２ſıßﬀ\u212a", "𝟐"]) {
      const typed = `2222${character}`;
      expect(attemptTotp({ secret, encoder: "steam" }, typed, AT), JSON.stringify(typed)).toEqual(MALFORMED);
    }
  });

  it("has exactly five characters", () => {
    const secret = scripted(() => 0);
    for (const typed of ["", "2222", "222222", "2".repeat(1000), "222 2"]) {
      expect(attemptTotp({ secret, encoder: "steam" }, typed, AT)).toEqual(MALFORMED);
    }
    expect(attemptTotp({ secret, encoder: "steam" }, "22222", AT)).toMatchObject({ ok: true });
  });
});

describe("the cost of a long text", () => {
  /** The best of several runs, in milliseconds: what a busy machine adds is left out. */
  function best(work: () => unknown): number {
    let least = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 9; run++) {
      const start = performance.now();
      work();
      least = Math.min(least, performance.now() - start);
    }
    return least;
  }

  it.each([
    { what: "spaces", unit: " ", encoder: undefined },
    { what: "digits", unit: "2", encoder: undefined },
    { what: "spaces for Steam", unit: " ", encoder: "steam" as const },
    { what: "characters of the alphabet for Steam", unit: "2", encoder: "steam" as const },
  ])(
    "of $what grows with its length and no faster (16 times the text, never 80 times the time)",
    ({ unit, encoder }) => {
      const cost = (length: number) => {
        const text = unit.repeat(length);
        return best(() => attemptTotp({ secret: SECRET, encoder }, text, AT));
      };
      cost(2 ** 16);
      // A tenth of a millisecond more, because what stops at the seventh digit is over before a clock ticks.
      expect(cost(2 ** 21)).toBeLessThan(80 * (cost(2 ** 17) + 0.1));
    },
  );

  it("is a verdict and not the end of the process, even for 128 MB (trap 61)", () => {
    // In a process of its own: what goes wrong here is fatal to V8, and nothing could catch it. `npm test` builds first.
    const program = `
      import { attemptTotp } from "otp-core";
      for (const encoder of [undefined, "steam"]) {
        const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", encoder };
        console.log(attemptTotp(key, "2".repeat(2 ** 27), { after: null, now: 59_000 }).reason);
      }
    `;
    const run = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
    });
    expect(run.stdout).toBe("malformed\nmalformed\n");
    expect(run.status).toBe(0);
  });
});
