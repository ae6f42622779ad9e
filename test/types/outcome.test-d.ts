// `ok` tells which half of an outcome is there, and the next counter has the type of the counter.
import {
  type AsyncSigner,
  attemptHotp,
  attemptTotp,
  type HotpMatch,
  type HotpOutcome,
  resyncHotp,
  resyncTotp,
  type TotpMatch,
  type TotpOutcome,
  type VerifyHotpOptions,
  verifyHotp,
  verifyTotp,
} from "otp-core";
import { describe, expectTypeOf, it } from "vitest";

declare const code: unknown;
declare const codes: readonly [unknown, unknown];
declare const number: number;
declare const bigint: bigint;
declare const either: number | bigint;
declare const asyncSigner: AsyncSigner;
const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };

describe("a TOTP outcome", () => {
  const outcome: TotpOutcome = attemptTotp(key, code, { after: null });

  it("has a step and a drift only when it is ok", () => {
    if (outcome.ok) {
      expectTypeOf(outcome.step).toEqualTypeOf<number>();
      expectTypeOf(outcome.drift).toEqualTypeOf<number>();
      return;
    }
    expectTypeOf(outcome.reason).toEqualTypeOf<"malformed" | "mismatch" | "replayed">();
    // @ts-expect-error a refused code has no step
    outcome.step;
  });

  it("has neither a step nor a reason before `ok` was tested", () => {
    // @ts-expect-error test `ok` first
    outcome.step;
    // @ts-expect-error test `ok` first
    outcome.reason;
  });

  it("cannot be changed", () => {
    // @ts-expect-error an outcome is read-only
    outcome.ok = true;
    // @ts-expect-error and its fields are too
    if (outcome.ok) outcome.step = 1;
  });

  it("has three reasons", () => {
    // @ts-expect-error a guard has more reasons than a pure function
    if (!outcome.ok && outcome.reason === "throttled") return;
  });
});

describe("a TOTP match", () => {
  it("goes back in: its step as `after`, its drift as `drift`", () => {
    const match = verifyTotp(key, code, { after: null });
    expectTypeOf(match).toEqualTypeOf<TotpMatch | null>();
    expectTypeOf(resyncTotp(key, codes, { after: null })).toEqualTypeOf<TotpMatch | null>();
    if (match) verifyTotp(key, code, { after: match.step, drift: match.drift });
    // @ts-expect-error a whole match is not a step
    verifyTotp(key, code, { after: match });
    // @ts-expect-error the match may be null
    match.step;
    // @ts-expect-error a match is read-only
    if (match) match.step = 1;
  });

  it("needs all of the required arguments", () => {
    // @ts-expect-error `after` is required
    verifyTotp(key, code, {});
    // @ts-expect-error the options are required
    verifyTotp(key, code);
    // @ts-expect-error an unknown option
    verifyTotp(key, code, { after: null, windw: 2 });
  });
});

describe("an HOTP match", () => {
  it("has the next counter as a number for a number, also for a literal", () => {
    expectTypeOf(verifyHotp(key, code, { counter: 0 })).toEqualTypeOf<HotpMatch<number> | null>();
    expectTypeOf(verifyHotp(key, code, { counter: 0 } as const)).toEqualTypeOf<HotpMatch<number> | null>();
    expectTypeOf(verifyHotp(key, code, { counter: number })).toEqualTypeOf<HotpMatch<number> | null>();
    let stored = 0;
    stored = verifyHotp(key, code, { counter: 0 })?.nextCounter ?? stored;
    expectTypeOf(stored).toEqualTypeOf<number>();
  });

  it("has it as a bigint for a bigint, also for a literal", () => {
    expectTypeOf(verifyHotp(key, code, { counter: 0n })).toEqualTypeOf<HotpMatch<bigint> | null>();
    expectTypeOf(verifyHotp(key, code, { counter: bigint })).toEqualTypeOf<HotpMatch<bigint> | null>();
    expectTypeOf(resyncHotp(key, codes, { counter: 0n })).toEqualTypeOf<HotpMatch<bigint> | null>();
    // @ts-expect-error a bigint is stored as a bigint
    const stored: number = verifyHotp(key, code, { counter: 0n })?.nextCounter ?? 0;
    expectTypeOf(stored).toEqualTypeOf<number>();
  });

  it("has it as either for either", () => {
    expectTypeOf(verifyHotp(key, code, { counter: either })).toEqualTypeOf<HotpMatch<number | bigint> | null>();
  });

  it("is the same behind a promise", () => {
    const later = { secret: asyncSigner };
    expectTypeOf(verifyHotp(later, code, { counter: 0 })).toEqualTypeOf<Promise<HotpMatch<number> | null>>();
    expectTypeOf(resyncHotp(later, codes, { counter: 0n })).toEqualTypeOf<Promise<HotpMatch<bigint> | null>>();
    expectTypeOf(attemptHotp(later, code, { counter: 0n })).toEqualTypeOf<Promise<HotpOutcome<bigint>>>();
  });

  it("has no matched counter that could be stored by mistake", () => {
    const match = verifyHotp(key, code, { counter: 0 });
    // @ts-expect-error storing the matched counter would accept the code again
    match?.counter;
    const outcome = attemptHotp(key, code, { counter: 0 });
    if (!outcome.ok) expectTypeOf(outcome.reason).toEqualTypeOf<"malformed" | "mismatch">();
    // @ts-expect-error test `ok` first
    outcome.nextCounter;
  });

  it("needs a counter, which is a number by default", () => {
    expectTypeOf<VerifyHotpOptions["counter"]>().toEqualTypeOf<number>();
    // @ts-expect-error text is not a counter
    verifyHotp(key, code, { counter: "0" });
    // @ts-expect-error null is not a counter
    verifyHotp(key, code, { counter: null });
  });
});
