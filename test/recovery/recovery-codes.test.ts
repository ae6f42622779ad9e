// Recovery codes: what they may do by example, and over arbitrary histories beside a model as plain as DESIGN's words.
import fc from "fast-check";
import type { Pepper } from "otp-core/passcodes";
import {
  createRecoveryCodes,
  createRecoveryMachine,
  drawRecoveryCodes,
  type RecoveryEvent,
  type RecoveryOptions,
} from "otp-core/recovery";
import { memoryStore } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const SUBJECT = "user-1";

function service(options: Partial<RecoveryOptions> = {}) {
  const clock = fakeClock(NOW);
  const events: RecoveryEvent[] = [];
  const store = memoryStore({ clock });
  const recovery = createRecoveryCodes({
    store,
    clock,
    pepper: bytes(7),
    onEvent: (event) => events.push(event),
    ...options,
  });
  const redeem = (code: unknown, subject = SUBJECT) => recovery.redeem({ subject, code: code as string });
  return { clock, events, store, recovery, redeem };
}

const rejected = (reason: string, retryAfterMs: number | null = 0) => ({ ok: false, reason, retryAfterMs });
const [STRANGE = ""] = drawRecoveryCodes(1).codes;

describe("a set of recovery codes", () => {
  it("is ten codes of 80 bits in four groups of four, no two alike (N10, N16)", async () => {
    const { recovery, events } = service();
    const codes = await recovery.generate(SUBJECT);
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes).size).toBe(10);
    expect(await recovery.status(SUBJECT)).toEqual({
      state: "open",
      failures: 0,
      retryAt: null,
      remaining: 10,
      generatedAt: NOW,
    });
    expect(events).toEqual([{ type: "generated", subject: SUBJECT, at: NOW, count: 10 }]);
  });

  it("may have 1 to 50", async () => {
    for (const count of [1, 50]) {
      const { recovery } = service({ count });
      expect(await recovery.generate(SUBJECT)).toHaveLength(count);
      expect(drawRecoveryCodes(count).codes).toHaveLength(count);
    }
  });

  it("lets each code pass once, in any order, and says how many are left, to a listener too (N11, N18, O7, trap 51)", async () => {
    const { recovery, redeem, events } = service();
    const codes = await recovery.generate(SUBJECT);
    let remaining = 10;
    for (const code of [...codes].reverse()) {
      expect(await redeem(code)).toEqual({ ok: true, remaining: --remaining });
      expect(events.at(-1)).toEqual({ type: "redeemed", subject: SUBJECT, at: NOW, remaining, failures: 0 });
    }
    for (const code of codes) expect(await redeem(code)).toEqual(rejected("replayed"));
    expect(events.at(-1)).toEqual({ type: "replayed", subject: SUBJECT, at: NOW, failures: 0 });
    expect(await recovery.status(SUBJECT)).toMatchObject({ remaining: 0, failures: 0 });
  });

  it("dies as a whole when the next one is written (trap 53)", async () => {
    const { recovery, redeem } = service();
    const old = await recovery.generate(SUBJECT);
    await redeem(old[0]);
    const next = await recovery.generate(SUBJECT);
    for (const code of old.slice(0, 4)) expect(await redeem(code)).toEqual(rejected("mismatch"));
    expect(await redeem(next[0])).toEqual({ ok: true, remaining: 9 });
  });

  it("is one subject's", async () => {
    const { recovery, redeem } = service();
    const [code] = await recovery.generate(SUBJECT);
    await recovery.generate("user-2");
    expect(await redeem(code, "user-2")).toEqual(rejected("mismatch"));
    expect(await redeem(code)).toMatchObject({ ok: true });
  });

  it("is forgotten, and then there are none", async () => {
    const { recovery, redeem, events } = service();
    const [code] = await recovery.generate(SUBJECT);
    await recovery.forget(SUBJECT);
    expect(events.at(-1)).toEqual({ type: "forgotten", subject: SUBJECT, at: NOW });
    expect(await redeem(code)).toEqual(rejected("mismatch"));
    expect(await recovery.status(SUBJECT)).toMatchObject({ remaining: 0, generatedAt: null, failures: 1 });
  });

  it("never expires; what is left once it is forgotten does", () => {
    const machine = createRecoveryMachine({ pepper: bytes(7) });
    const made = machine.generate(null, { ...drawRecoveryCodes(), subject: SUBJECT, now: NOW });
    expect(made.expiresAt).toBe(null);
    expect(machine.redeem(made.state, { subject: SUBJECT, code: STRANGE, now: NOW }).expiresAt).toBe(null);
    const gone = machine.forget(made.state, NOW);
    expect(gone.state).not.toBe(null);
    expect(gone.expiresAt).toBe(NOW + DAY);
    expect(machine.redeem(gone.state, { subject: SUBJECT, code: STRANGE, now: NOW }).expiresAt).toBe(NOW + 30 * DAY);
  });

  it("of another pepper is none, and a list of peppers verifies them all", async () => {
    const { recovery, store, clock } = service({ pepper: bytes(1) });
    const [code = ""] = await recovery.generate(SUBJECT);
    const redeem = (pepper: Pepper) => createRecoveryCodes({ store, clock, pepper }).redeem({ subject: SUBJECT, code });
    expect(await redeem(bytes(2))).toEqual(rejected("mismatch"));
    expect(await redeem([bytes(2), bytes(1)])).toEqual({ ok: true, remaining: 9 });
  });
});

describe("wrong recovery codes", () => {
  it("are throttled like any guess, and a new set forgives none (N12, trap 33, 54)", async () => {
    const { recovery, redeem, clock, events } = service();
    const [code] = await recovery.generate(SUBJECT);
    for (let i = 0; i < 4; i++) expect(await redeem(STRANGE)).toEqual(rejected("mismatch"));
    expect(await redeem(STRANGE)).toEqual(rejected("mismatch", 30_000));
    clock.advance(29_999);
    expect(await redeem(code)).toEqual(rejected("throttled", 1));
    const [retryAt, at] = [NOW + 30_000, clock()];
    expect(events.at(-1)).toEqual({ type: "throttled", subject: SUBJECT, at, failures: 5, retryAt });
    const [next] = await recovery.generate(SUBJECT);
    expect(await redeem(next)).toEqual(rejected("throttled", 1));
    clock.advance(1);
    expect(await redeem(next)).toMatchObject({ ok: true });
    expect(events.at(-1)).toMatchObject({ type: "redeemed", failures: 5 });
    expect(await recovery.status(SUBJECT)).toMatchObject({ failures: 0 });
  });

  it("disable it in the end, until unlock, which gives no used code back", async () => {
    const { recovery, redeem, events } = service({ backoff: { disableAfter: 3 } });
    const [used, code] = await recovery.generate(SUBJECT);
    await redeem(used);
    for (let i = 0; i < 3; i++) await redeem(STRANGE);
    expect(events.slice(-2).map(({ type }) => type)).toEqual(["rejected", "disabled"]);
    expect(await redeem(code)).toEqual(rejected("disabled", null));
    await recovery.generate(SUBJECT);
    expect(await redeem(code)).toEqual(rejected("disabled", null));
    expect(await recovery.status(SUBJECT)).toMatchObject({ state: "disabled", failures: 3 });
    await recovery.unlock(SUBJECT);
    expect(events.at(-1)).toEqual({ type: "unlocked", subject: SUBJECT, at: NOW, failures: 3 });
    expect(await redeem(used)).toEqual(rejected("mismatch"));
  });

  it.each([
    "",
    "0000-0000-0000-000",
    "0000-0000-0000-00000",
    "0000-0000-0000-000U",
    "0000-0000-0000-000ſ",
    "0000_0000_0000_0000",
    undefined,
    null,
    7,
    {},
    ["0000-0000-0000-0000"],
  ])("that are none at all are malformed, cost nothing and ask no store: %j", async (typed) => {
    const store = { get: vi.fn(async () => null), swap: vi.fn(async () => true) };
    const { redeem, events } = service({ store });
    expect(await redeem(typed)).toEqual(rejected("malformed"));
    expect(store.get).not.toHaveBeenCalled();
    expect(events).toMatchObject([{ type: "rejected", reason: "malformed", failures: 0, subject: SUBJECT }]);
  });
});

describe("a recovery code as people type it", () => {
  it("is the same in either case, with spaces or dashes or without, O for 0, I or L for 1", async () => {
    const reads: ((code: string) => string)[] = [
      (code) => code.toLowerCase(),
      (code) => code.replaceAll("-", ""),
      (code) => ` ${code.replaceAll("-", " ")} `,
      (code) => code.replaceAll("0", "O").replaceAll("1", "I"),
      (code) => code.replaceAll("0", "o").replaceAll("1", "l"),
      (code) => code.replaceAll("1", "L").replaceAll("1", "i"),
    ];
    const { recovery, redeem } = service({ count: 50 });
    const codes = await recovery.generate(SUBJECT);
    expect(codes.join("")).toMatch(/0.*1|1.*0/);
    for (const [i, code] of codes.entries()) {
      expect(await redeem((reads[i % reads.length] ?? String)(code))).toMatchObject({ ok: true });
    }
  });
});

describe("the machine", () => {
  const machine = createRecoveryMachine({ pepper: bytes(7) });
  const good = { ...drawRecoveryCodes(), subject: SUBJECT, now: NOW };

  it.each([
    ["codes", { codes: [] }],
    ["codes", { codes: ["0000"] }],
    ["codes", { codes: [1] }],
    ["codes", { codes: "0000-0000-0000-0000" }],
    ["codes", { codes: Array<string>(51).fill(STRANGE) }],
    ["nonce", { nonce: "" }],
    ["nonce", { nonce: undefined }],
    ["nonce", { nonce: [good.nonce] }],
    ["subject", { subject: "" }],
    ["now", { now: -1 }],
    ["context", { context: "x" }],
  ])("is given a whole draw: %s", (argument, wrong) => {
    expect(() => machine.generate(null, { ...good, ...wrong } as typeof good)).toThrow(
      refusal("invalid-argument", argument),
    );
  });

  it.each([0, 51, 1.5, "10", null])("and drawn are 1 to 50 codes: %j", (count) => {
    expect(() => drawRecoveryCodes(count as number)).toThrow(refusal("invalid-argument", "count"));
  });
});

// ---- histories

interface Model {
  codes: Map<string, boolean>;
  failures: number;
  failedAt: number;
}

const acts = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant("tick" as const), ms: fc.integer({ min: -40_000, max: 90_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("tick" as const), ms: fc.constantFrom(DAY, -DAY, 30 * DAY, 3_600_000) }),
  },
  { weight: 4, arbitrary: fc.record({ act: fc.constant("right" as const), which: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("old" as const), which: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant("wrong" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constantFrom("generate" as const, "forget" as const, "unlock" as const) }),
  },
);

describe("the history of a subject's recovery codes", () => {
  it("is that of the model", async () => {
    const seen: Record<string, number> = {};
    const law = fc.asyncProperty(
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 0, max: 6 }),
      fc.array(acts, { minLength: 1, maxLength: 50, size: "max" }),
      async (disableAfter, freeFailures, history) => {
        const clock = fakeClock(NOW);
        const pepper = bytes(9);
        const backoff = { freeFailures, disableAfter };
        // A store whose clock stands still drops nothing.
        const store = memoryStore({ clock: () => 0 });
        const recovery = createRecoveryCodes({ store, clock, pepper, count: 4, backoff });
        const model: Model = { codes: new Map(), failures: 0, failedAt: 0 };
        let [current, old]: [string[], string[]] = [await recovery.generate(SUBJECT), []];
        model.codes = new Map(current.map((code) => [code, false]));

        /** What counts now; noted with the next write, like all that a clock has done. */
        const standing = () => ({
          failures: clock() >= model.failedAt + 30 * DAY ? 0 : model.failures,
          failedAt: Math.min(model.failedAt, clock()),
        });
        const wait = ({ failures, failedAt }: { failures: number; failedAt: number }) => {
          if (failures >= disableAfter) return null;
          const over = failures - freeFailures;
          const ms = over > 0 ? Math.min(30_000 * 2 ** (over - 1), 3_600_000) : 0;
          return Math.max(0, failedAt + ms - clock());
        };
        const expected = (code: string) => {
          Object.assign(model, standing());
          const left = wait(model);
          if (left === null) return rejected("disabled", null);
          if (left > 0) return rejected("throttled", left);
          const used = model.codes.get(code);
          if (used === true) return rejected("replayed");
          if (used === false) {
            model.codes.set(code, true);
            model.failures = 0;
            return { ok: true, remaining: [...model.codes.values()].filter((done) => !done).length };
          }
          model.failures++;
          model.failedAt = clock();
          return rejected("mismatch", wait(model));
        };

        for (const step of history) {
          if (step.act === "tick") clock.advance(step.ms);
          else if (step.act === "generate") {
            old = current;
            current = await recovery.generate(SUBJECT);
            model.codes = new Map(current.map((code) => [code, false]));
            Object.assign(model, standing());
          } else if (step.act === "forget") {
            await recovery.forget(SUBJECT);
            model.codes = new Map();
            Object.assign(model, standing());
          } else if (step.act === "unlock") {
            await recovery.unlock(SUBJECT);
            model.failures = 0;
          } else {
            const from = step.act === "right" ? current : step.act === "old" ? old : [];
            const code = ("which" in step && from[step.which]) || STRANGE;
            const answer = expected(code);
            expect(await recovery.redeem({ subject: SUBJECT, code })).toEqual(answer);
            const name = "reason" in answer ? answer.reason : "ok";
            seen[name] = (seen[name] ?? 0) + 1;
          }
          const { failures } = standing();
          const left = wait(standing());
          expect(await recovery.status(SUBJECT)).toMatchObject({
            state: left === null ? "disabled" : left > 0 ? "waiting" : "open",
            failures,
            remaining: [...model.codes.values()].filter((used) => !used).length,
          });
        }
      },
    );
    await fc.assert(law, { numRuns: 300 });
    for (const name of ["ok", "mismatch", "replayed", "throttled", "disabled"])
      expect(seen[name], name).toBeGreaterThan(50);
  });
});
