import { createGuard } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

describe("a fake clock", () => {
  it("stands still unless it is moved", () => {
    const clock = fakeClock(59_000);
    expect([clock(), clock()]).toEqual([59_000, 59_000]);
  });

  it("moves forwards and backwards", () => {
    const clock = fakeClock(59_000);
    clock.advance(30_000);
    expect(clock()).toBe(89_000);
    clock.advance(-89_000);
    expect(clock()).toBe(0);
    clock.advance(0);
    expect(clock()).toBe(0);
  });

  it("is set to a moment", () => {
    const clock = fakeClock(0);
    clock.set(8.64e15);
    expect(clock()).toBe(8.64e15);
    clock.set(0);
    expect(clock()).toBe(0);
  });

  it("is one of many, each with its own time", () => {
    const [one, other] = [fakeClock(1), fakeClock(1)];
    one.advance(1);
    expect([one(), other()]).toEqual([2, 1]);
  });

  it("is what a guard and a store take for a clock", async () => {
    const clock = fakeClock(59_000);
    const guard = createGuard({ store: memoryStore({ clock }), clock });
    const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
    expect(await guard.attempt({ subject: "factor-7", key, code: "287082" })).toMatchObject({ ok: true });
    expect((await guard.status("factor-7")).acceptedAt).toBe(59_000);
  });

  const NO_MOMENTS = [-1, 0.5, 8.64e15 + 1, Number.NaN, Number.POSITIVE_INFINITY, "0", null, undefined, 1n];

  it.each(NO_MOMENTS.map((value) => [value]))("does not start at %s", (value) => {
    expect(() => fakeClock(value as number)).toThrow(refusal("invalid-argument", "start"));
  });

  it.each(NO_MOMENTS.map((value) => [value]))("is not set to %s, and stays where it was", (value) => {
    const clock = fakeClock(7);
    expect(() => clock.set(value as number)).toThrow(refusal("invalid-argument", "now"));
    expect(clock()).toBe(7);
  });

  it.each([-8, 0.5, 8.64e15, Number.NaN, "x", {}].map((value) => [value]))(
    "does not move by %s, to where there is no time",
    (value) => {
      const clock = fakeClock(7);
      expect(() => clock.advance(value as number)).toThrow(refusal("invalid-argument", "ms"));
      expect(clock()).toBe(7);
    },
  );
});
