// `ok` tells which half of a verdict is there, and the next counter has the kind of the counter.
import {
  type AsyncSigner,
  type HotpVerdict,
  resyncHotp,
  resyncTotp,
  type TotpVerdict,
  type VerifyHotpOptions,
  verifyHotp,
  verifyTotp,
} from "otp-core";
import { describe, expectTypeOf, it } from "vitest";

declare const code: string;
declare const codes: readonly [string, string];
declare const number: number;
declare const bigint: bigint;
declare const either: number | bigint;
declare const asyncMac: AsyncSigner;
const key = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };

describe("a TOTP verdict", () => {
  const verdict: TotpVerdict = verifyTotp(key, code, { after: null });

  it("has a step and a drift only when it is ok", () => {
    if (verdict.ok) {
      expectTypeOf(verdict.step).toEqualTypeOf<number>();
      expectTypeOf(verdict.drift).toEqualTypeOf<number>();
      expectTypeOf(verdict.reason).toEqualTypeOf<undefined>();
      return;
    }
    expectTypeOf(verdict.reason).toEqualTypeOf<"malformed" | "mismatch" | "replayed">();
    // @ts-expect-error a refused code has no step
    verdict.step;
  });

  it("has no step before one has asked", () => {
    // @ts-expect-error ask `ok` first
    verdict.step;
    // @ts-expect-error ask `ok` first
    verdict.drift;
    // The reason may be read: undefined is success.
    expectTypeOf(verdict.reason).toEqualTypeOf<"malformed" | "mismatch" | "replayed" | undefined>();
  });

  it("is narrowed by its reason as well", () => {
    if (verdict.reason === undefined) expectTypeOf(verdict.step).toEqualTypeOf<number>();
    if (verdict.reason === "replayed") expectTypeOf(verdict.ok).toEqualTypeOf<false>();
  });

  it("cannot be changed", () => {
    // @ts-expect-error a verdict is read only
    verdict.ok = true;
    // @ts-expect-error and what it carries as well
    if (verdict.ok) verdict.step = 1;
  });

  it("goes back in: its step as `after`, its drift as `drift`", () => {
    if (verdict.ok) verifyTotp(key, code, { after: verdict.step, drift: verdict.drift });
    // @ts-expect-error a whole verdict is no step
    verifyTotp(key, code, { after: verdict });
    // @ts-expect-error the reasons are these three
    if (verdict.reason === "throttled") resyncTotp(key, codes, { after: null });
  });
});

describe("an HOTP verdict", () => {
  it("has the next counter as a number for a number, a literal one too", () => {
    expectTypeOf(verifyHotp(key, code, { counter: 0 })).toEqualTypeOf<HotpVerdict<number>>();
    expectTypeOf(verifyHotp(key, code, { counter: 0 } as const)).toEqualTypeOf<HotpVerdict<number>>();
    expectTypeOf(verifyHotp(key, code, { counter: number })).toEqualTypeOf<HotpVerdict<number>>();
    const verdict = verifyHotp(key, code, { counter: 0 });
    if (verdict.ok) expectTypeOf(verdict.nextCounter).toEqualTypeOf<number>();
    let stored = 0;
    if (verdict.ok) stored = verdict.nextCounter;
    expectTypeOf(stored).toEqualTypeOf<number>();
  });

  it("has it as a bigint for a bigint, a literal one too", () => {
    expectTypeOf(verifyHotp(key, code, { counter: 0n })).toEqualTypeOf<HotpVerdict<bigint>>();
    expectTypeOf(verifyHotp(key, code, { counter: bigint })).toEqualTypeOf<HotpVerdict<bigint>>();
    expectTypeOf(resyncHotp(key, codes, { counter: 0n })).toEqualTypeOf<HotpVerdict<bigint>>();
    const verdict = verifyHotp(key, code, { counter: 0n });
    // @ts-expect-error a bigint is stored as a bigint
    const stored: number = verdict.ok ? verdict.nextCounter : 0;
    expectTypeOf(stored).toEqualTypeOf<number>();
  });

  it("has it as either for either", () => {
    expectTypeOf(verifyHotp(key, code, { counter: either })).toEqualTypeOf<HotpVerdict<number | bigint>>();
  });

  it("is the same later", () => {
    expectTypeOf(verifyHotp({ secret: asyncMac }, code, { counter: 0 })).toEqualTypeOf<Promise<HotpVerdict<number>>>();
    expectTypeOf(resyncHotp({ secret: asyncMac }, codes, { counter: 0n })).toEqualTypeOf<
      Promise<HotpVerdict<bigint>>
    >();
  });

  it("is never a replay, and has no matched counter to store by mistake", () => {
    const verdict = verifyHotp(key, code, { counter: 0 });
    if (!verdict.ok) expectTypeOf(verdict.reason).toEqualTypeOf<"malformed" | "mismatch">();
    // @ts-expect-error storing the matched counter would accept it again
    if (verdict.ok) verdict.counter;
    // @ts-expect-error ask `ok` first
    verdict.nextCounter;
  });

  it("is asked for with a counter that is a number unless told", () => {
    expectTypeOf<VerifyHotpOptions["counter"]>().toEqualTypeOf<number>();
    // @ts-expect-error text is no counter
    verifyHotp(key, code, { counter: "0" });
    // @ts-expect-error null is no counter
    verifyHotp(key, code, { counter: null });
  });
});
