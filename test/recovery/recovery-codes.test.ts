// Recovery codes: by example, and over arbitrary histories compared with a plain model.
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
import { countFailure, countSuccess, forgiveFailures, refuseUnseen } from "../../src/attempts/decisions.ts";
import { lapseFailures } from "../../src/attempts/expiry.ts";
import { checkAttempts } from "../../src/attempts/policy.ts";
import { type AttemptState, NO_ATTEMPTS } from "../../src/attempts/state.ts";
import { attemptStatus } from "../../src/attempts/status.ts";
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
  const attempt = (code: unknown, subject = SUBJECT) => recovery.attempt({ subject, code });
  return { clock, events, store, recovery, attempt };
}

const rejected = (reason: string, retryAfterMs: number | null = 0) => ({ ok: false, reason, retryAfterMs });
const [STRANGE = ""] = drawRecoveryCodes({ count: 1 }).codes;
/** Easy to guess, so that the attempts at them are limited. */
const SHORT = ["1234-5678", "2345-6789", "3456-7890", "4567-8901"];
const WRONG = "0000-0000";

describe("a set of recovery codes", () => {
  it("is ten codes of 120 bits in six groups of four, no two alike (N10, N16, O16)", async () => {
    const { recovery, events } = service();
    const codes = await recovery.generate(SUBJECT);
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes).size).toBe(10);
    expect(await recovery.status(SUBJECT)).toEqual({
      state: "open",
      failures: 0,
      monthlyFailures: 0,
      retryAt: null,
      acceptedAt: null,
      failedAt: null,
      forgottenAt: null,
      remaining: 10,
      generatedAt: NOW,
    });
    expect(events).toEqual([{ type: "generated", subject: SUBJECT, at: NOW, count: 10 }]);
  });

  it("may have 1 to 20 codes, of 80 bits by name", async () => {
    for (const count of [1, 20]) {
      const { recovery, attempt } = service({ count, bits: 80 });
      const codes = await recovery.generate(SUBJECT);
      expect(codes).toHaveLength(count);
      expect(codes[0]).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(await attempt(codes[0])).toMatchObject({ ok: true, remaining: count - 1 });
      expect(drawRecoveryCodes({ count, bits: 80 }).codes).toHaveLength(count);
    }
  });

  it("is accepted by a service with another format: the record says which codes they are", async () => {
    const { recovery, store, clock } = service({ bits: 80 });
    const [code] = await recovery.generate(SUBJECT);
    const other = createRecoveryCodes({ store, clock, pepper: bytes(7), bits: 120, count: 3 });
    expect(await other.verify({ subject: SUBJECT, code })).toBe(true);
  });

  it("is a boolean for most callers (field F3)", async () => {
    const { recovery } = service();
    const [code] = await recovery.generate(SUBJECT);
    expect(await recovery.verify({ subject: SUBJECT, code: STRANGE })).toBe(false);
    expect(await recovery.verify({ subject: SUBJECT, code: "none" })).toBe(false);
    expect(await recovery.verify({ subject: SUBJECT, code })).toBe(true);
    expect(await recovery.verify({ subject: SUBJECT, code })).toBe(false);
  });

  it("accepts each code once, in any order, and says how many are left, to a listener too (N11, N18, O7, O14, trap 51)", async () => {
    const { recovery, attempt, events } = service();
    const codes = await recovery.generate(SUBJECT);
    let remaining = 10;
    for (const code of [...codes].reverse()) {
      expect(await attempt(code)).toEqual({ ok: true, remaining: --remaining, at: NOW });
      expect(events.at(-1)).toEqual({ type: "accepted", subject: SUBJECT, at: NOW, remaining, failures: 0 });
    }
    for (const code of codes) expect(await attempt(code)).toEqual(rejected("replayed"));
    expect(events.at(-1)).toEqual({ type: "replayed", subject: SUBJECT, at: NOW, failures: 0, retryAt: null });
    expect(await recovery.status(SUBJECT)).toMatchObject({ remaining: 0, failures: 0 });
  });

  it("ends as a whole when the next one is written (trap 53)", async () => {
    const { recovery, attempt } = service();
    const old = await recovery.generate(SUBJECT);
    await attempt(old[0]);
    const next = await recovery.generate(SUBJECT);
    for (const code of old.slice(0, 4)) expect(await attempt(code)).toEqual(rejected("mismatch"));
    expect(await attempt(next[0])).toMatchObject({ ok: true, remaining: 9 });
  });

  it("belongs to one subject", async () => {
    const { recovery, attempt } = service();
    const [code] = await recovery.generate(SUBJECT);
    await recovery.generate("user-2");
    expect(await attempt(code, "user-2")).toEqual(rejected("mismatch"));
    expect(await attempt(code)).toMatchObject({ ok: true });
  });

  it("is forgotten, and then there are none", async () => {
    const { recovery, attempt, events } = service();
    const [code] = await recovery.generate(SUBJECT);
    await recovery.forget(SUBJECT);
    expect(events.at(-1)).toEqual({ type: "forgotten", subject: SUBJECT, at: NOW });
    expect(await attempt(code)).toEqual(rejected("absent"));
    expect(await recovery.status(SUBJECT)).toMatchObject({
      remaining: 0,
      generatedAt: null,
      forgottenAt: NOW,
      failures: 0,
    });
  });

  it("never expires; its record does once it is forgotten", () => {
    const machine = createRecoveryMachine({ pepper: bytes(7) });
    const { nonce } = drawRecoveryCodes();
    const made = machine.adopt(null, { codes: SHORT, nonce, subject: SUBJECT, now: NOW });
    expect(made.expiresAt).toBe(null);
    const failed = machine.attempt(made.state, { subject: SUBJECT, code: WRONG, now: NOW });
    expect(failed.expiresAt).toBe(null);
    const gone = machine.forget(made.state, NOW);
    expect(gone.state).not.toBe(null);
    expect(gone.expiresAt).toBe(NOW + DAY);
    expect(machine.forget(failed.state, NOW).expiresAt).toBe(NOW + 30 * DAY);
  });

  it("of a pepper that is missing is an error of the server, and nothing is counted (field C1)", async () => {
    const { recovery, store, clock, events } = service({ pepper: bytes(1) });
    const [code = ""] = await recovery.generate(SUBJECT);
    const [before] = [events.length];
    const attempt = (pepper: Pepper) =>
      createRecoveryCodes({ store, clock, pepper }).attempt({ subject: SUBJECT, code });
    for (let i = 0; i < 120; i++) await expect(attempt(bytes(2))).rejects.toThrow(refusal("pepper-missing"));
    expect(events).toHaveLength(before);
    expect(await recovery.status(SUBJECT)).toMatchObject({
      state: "open",
      failures: 0,
      monthlyFailures: 0,
      remaining: 10,
    });
    expect(await attempt([bytes(2), bytes(1)])).toMatchObject({ ok: true, remaining: 9 });
  });
});

describe("codes of 80 bits or more", () => {
  it("are always looked at, and a wrong one is not counted (PROTOCOLS 2)", async () => {
    for (const bits of [80, 120] as const) {
      const { recovery, attempt, events } = service({ bits, attempts: { disableAfter: 3, freeFailures: 0 } });
      const [code] = await recovery.generate(SUBJECT);
      const [wrong] = drawRecoveryCodes({ bits }).codes;
      for (let i = 0; i < 300; i++) expect(await attempt(wrong)).toEqual(rejected("mismatch"));
      expect(events.at(-1)).toEqual({
        type: "rejected",
        subject: SUBJECT,
        at: NOW,
        reason: "mismatch",
        failures: 0,
        retryAt: null,
      });
      expect(await recovery.status(SUBJECT)).toMatchObject({ state: "open", failures: 0, monthlyFailures: 0 });
      expect(await attempt(code)).toMatchObject({ ok: true });
    }
  });

  it("unlock a subject that adopted codes had disabled", async () => {
    const { recovery, attempt, events } = service({ attempts: { disableAfter: 3 } });
    await recovery.adopt({ subject: SUBJECT, codes: SHORT });
    for (let i = 0; i < 3; i++) await attempt(WRONG);
    expect(await recovery.status(SUBJECT)).toMatchObject({ state: "disabled", failures: 3, monthlyFailures: 6 });
    const [code] = await recovery.generate(SUBJECT);
    expect(await attempt(code)).toMatchObject({ ok: true });
    expect(events.at(-1)).toEqual({ type: "accepted", subject: SUBJECT, at: NOW, remaining: 9, failures: 3 });
    expect(await recovery.status(SUBJECT)).toMatchObject({ state: "open", failures: 0, monthlyFailures: 0 });
  });

  it("of another form are malformed: a slip, and not a guess", async () => {
    const { recovery, attempt } = service();
    const [code = ""] = await recovery.generate(SUBJECT);
    for (const typed of [code.slice(0, -1), `${code}0`, `U${code.slice(1)}`, "12345678"]) {
      expect(await attempt(typed)).toEqual(rejected("malformed"));
    }
  });

  it("are absent where there are none", async () => {
    const { attempt, recovery, events, store } = service();
    const swap = vi.spyOn(store, "swap");
    expect(await attempt(STRANGE)).toEqual(rejected("absent"));
    expect(swap).not.toHaveBeenCalled();
    expect(events).toEqual([]);
    expect(await recovery.status(SUBJECT)).toMatchObject({ failures: 0, remaining: 0 });
  });
});

describe("adopted codes", () => {
  it("are accepted once each, as users hold them, instead of the old set", async () => {
    const { recovery, attempt, events } = service();
    const [old] = await recovery.generate(SUBJECT);
    await recovery.adopt({
      subject: SUBJECT,
      codes: ["abcd-efgh", "12345678", "f47ac10b-58cc-4372-a567-0e02b2c3d479"],
    });
    expect(events.at(-1)).toEqual({ type: "adopted", subject: SUBJECT, at: NOW, count: 3 });
    expect(await recovery.status(SUBJECT)).toMatchObject({ remaining: 3, generatedAt: NOW });
    expect(await attempt(old)).toEqual(rejected("mismatch"));
    expect(await attempt("ABCDEFGH")).toMatchObject({ ok: true, remaining: 2 });
    expect(await attempt("F47AC10B58CC4372A5670E02B2C3D479")).toMatchObject({ ok: true, remaining: 1 });
    expect(await attempt("1234 5678")).toMatchObject({ ok: true, remaining: 0 });
    expect(await attempt("abcdefgh")).toEqual(rejected("replayed"));
  });

  it("stay used if they are adopted again, because a migration may run twice", async () => {
    const { recovery, attempt } = service();
    await recovery.adopt({ subject: SUBJECT, codes: ["abcd-efgh", "12345678"] });
    expect(await attempt("abcdefgh")).toMatchObject({ ok: true, remaining: 1 });
    await recovery.adopt({ subject: SUBJECT, codes: ["12345678", "87654321", "ABCDEFGH"] });
    expect(await attempt("abcdefgh")).toEqual(rejected("replayed"));
    expect(await attempt("87654321")).toMatchObject({ ok: true, remaining: 1 });
    expect(await attempt("12345678")).toMatchObject({ ok: true, remaining: 0 });
    await recovery.adopt({ subject: SUBJECT, codes: ["12345678"] });
    expect(await recovery.status(SUBJECT)).toMatchObject({ remaining: 0 });
  });

  it.each([
    ["32 hexadecimal digits", ["0123456789abcdef0123456789abcdef"], true],
    ["16 letters and digits", ["ABCDEFGH23456789"], true],
    ["25 digits", ["1234567890123456789012345"], true],
    ["24 digits", ["123456789012345678901234"], false],
    ["two of 24 digits", ["123456789012345678901234", "123456789012345678901235"], false],
    ["19 hexadecimal digits", ["0123456789abcdef012"], false],
    ["15 letters and digits", ["ABCDEFGH2345678"], false],
    ["one short code among long ones", ["0123456789abcdef0123456789abcdef", "01234567"], false],
  ])("obey the attempts only if they are of less than 80 bits: %s", async (_, codes, isStrong) => {
    const { recovery, attempt } = service();
    await recovery.adopt({ subject: SUBJECT, codes });
    for (let i = 0; i < 5; i++) await attempt(WRONG);
    expect(await recovery.status(SUBJECT)).toMatchObject({ failures: isStrong ? 0 : 5 });
    expect(await attempt(codes[0])).toMatchObject({ ok: isStrong });
  });

  it("are 1 to 20", async () => {
    const { recovery, attempt } = service();
    const codes = Array.from({ length: 21 }, (_, i) => String(10_000_000 + i));
    const adopt = (count: number) => recovery.adopt({ subject: SUBJECT, codes: codes.slice(0, count) });
    for (const count of [0, 21]) await expect(adopt(count)).rejects.toThrow(refusal("invalid-argument", "codes"));
    await adopt(20);
    expect(await attempt(codes[19])).toMatchObject({ ok: true });
  });

  it('are not counted at all with attempts: "host"', async () => {
    const { recovery, attempt } = service({ attempts: "host" });
    await recovery.adopt({ subject: SUBJECT, codes: SHORT });
    for (let i = 0; i < 300; i++) expect(await attempt(WRONG)).toEqual(rejected("mismatch"));
    expect(await attempt(SHORT[0])).toMatchObject({ ok: true });
  });
});

describe("wrong adopted codes", () => {
  it("make the next one wait, and a new set forgives none (N12, trap 33, 54)", async () => {
    const { recovery, attempt, clock, events } = service();
    await recovery.adopt({ subject: SUBJECT, codes: SHORT });
    for (let i = 0; i < 4; i++) expect(await attempt(WRONG)).toEqual(rejected("mismatch"));
    expect(await attempt(WRONG)).toEqual(rejected("mismatch", 30_000));
    clock.advance(29_999);
    expect(await attempt(SHORT[0])).toEqual(rejected("throttled", 1));
    const [retryAt, at] = [NOW + 30_000, clock()];
    expect(events.at(-1)).toEqual({ type: "throttled", subject: SUBJECT, at, failures: 5, retryAt, by: "wait" });
    await recovery.adopt({ subject: SUBJECT, codes: SHORT });
    expect(await attempt(SHORT[0])).toEqual(rejected("throttled", 1));
    clock.advance(1);
    expect(await attempt(SHORT[0])).toMatchObject({ ok: true });
    expect(events.at(-1)).toMatchObject({ type: "accepted", failures: 5 });
    expect(await recovery.status(SUBJECT)).toMatchObject({ failures: 0, monthlyFailures: 10 });
  });

  it("disable the subject in the end, until unlock, which gives no used code back", async () => {
    const { recovery, attempt, events } = service({ attempts: { disableAfter: 3 } });
    await recovery.adopt({ subject: SUBJECT, codes: SHORT });
    await attempt(SHORT[0]);
    for (let i = 0; i < 3; i++) await attempt(WRONG);
    expect(events.slice(-2).map(({ type }) => type)).toEqual(["rejected", "disabled"]);
    expect(await attempt(SHORT[1])).toEqual(rejected("disabled", null));
    expect(await recovery.status(SUBJECT)).toMatchObject({ state: "disabled", failures: 3 });
    await recovery.unlock(SUBJECT);
    expect(events.at(-1)).toEqual({ type: "unlocked", subject: SUBJECT, at: NOW, failures: 3 });
    expect(await attempt(SHORT[0])).toEqual(rejected("replayed"));
    expect(await attempt(SHORT[1])).toMatchObject({ ok: true });
  });

  it.each([
    "",
    "0000-000",
    "0".repeat(65),
    "0000-0000-0000-000ſ",
    "0000_0000_0000_0000",
    "0000-0000..",
    ".0000-0000",
    "٠٠٠٠٠٠٠٠",
    undefined,
    null,
    7,
    {},
    ["0000-0000-0000-0000"],
  ])("that are not codes are malformed, cost nothing and ask no store: %j", async (typed) => {
    const store = { get: vi.fn(async () => null), swap: vi.fn(async () => true) };
    const { attempt, events } = service({ store });
    expect(await attempt(typed)).toEqual(rejected("malformed"));
    expect(store.get).not.toHaveBeenCalled();
    expect(events).toMatchObject([{ type: "rejected", reason: "malformed", failures: 0, subject: SUBJECT }]);
  });
});

describe("a recovery code as people type it", () => {
  it("is the same in either case, with any spaces and dashes or without, O for 0, I or L for 1, and a full stop at the end (field D2)", async () => {
    const reads: ((code: string) => string)[] = [
      (code) => code.toLowerCase(),
      (code) => code.replaceAll("-", ""),
      (code) => ` ${code.replaceAll("-", " ")} `,
      (code) => code.replaceAll("0", "O").replaceAll("1", "I"),
      (code) => code.replaceAll("0", "o").replaceAll("1", "l"),
      (code) => code.replaceAll("1", "L"),
      (code) => `${code}\r\n`,
      (code) => `\ufeff${code.replaceAll("-", "\u00a0")}.`,
      (code) => `${code.replaceAll("-", "\u2010")}. `,
      (code) => code.replaceAll("-", "\u2011"),
      (code) => code.replaceAll("-", " \u2013 "),
    ];
    const { recovery, attempt } = service({ count: 20 });
    const codes = await recovery.generate(SUBJECT);
    expect(codes.join("")).toMatch(/0.*1|1.*0/);
    expect(reads.length).toBeLessThan(codes.length);
    for (const [i, code] of codes.entries()) {
      expect(await attempt((reads[i % reads.length] ?? String)(code))).toMatchObject({ ok: true });
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
    ["codes", { codes: [STRANGE, 1] }],
    ["codes", { codes: "0000-0000-0000-0000" }],
    ["codes", { codes: Array<string>(21).fill(STRANGE) }],
    ["codes", { codes: [STRANGE, STRANGE.slice(0, 19)] }],
    ["codes", { codes: [`${STRANGE}0`] }],
    ["codes", { codes: [`U${STRANGE.slice(1)}`] }],
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

  it.each([0, 21, 1.5, "10", null])("draws 1 to 20 codes: %j is refused", (count) => {
    const draw = drawRecoveryCodes as (format: unknown) => unknown;
    expect(() => draw({ count })).toThrow(refusal("invalid-argument", "count"));
  });
});

// ---- histories

interface Model {
  codes: Map<string, boolean>;
  /** They have tests of their own. */
  attempts: AttemptState;
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
    arbitrary: fc.record({ act: fc.constantFrom("adopt" as const, "forget" as const, "unlock" as const) }),
  },
);

describe("the history of adopted codes", () => {
  it("is that of the model", async () => {
    const seen: Record<string, number> = {};
    const law = fc.asyncProperty(
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 0, max: 6 }),
      fc.array(acts, { minLength: 1, maxLength: 50, size: "max" }),
      async (disableAfter, freeFailures, history) => {
        const clock = fakeClock(NOW);
        const pepper = bytes(9);
        const attempts = { freeFailures, disableAfter, monthly: 100 };
        const policy = checkAttempts(attempts);
        // A store whose clock stands still drops nothing.
        const store = memoryStore({ clock: () => 0 });
        const recovery = createRecoveryCodes({ store, clock, pepper, attempts });
        const model: Model = { codes: new Map(), attempts: NO_ATTEMPTS };
        let drawn = 0;
        const adopt = async () => {
          const codes = Array.from({ length: 4 }, () => String(++drawn).padStart(8, "0"));
          await recovery.adopt({ subject: SUBJECT, codes });
          return codes;
        };
        let [current, old]: [string[], string[]] = [await adopt(), []];
        model.codes = new Map(current.map((code) => [code, false]));

        const expected = (code: string) => {
          if (model.codes.size === 0) return rejected("absent");
          model.attempts = lapseFailures(model.attempts, clock());
          const unseen = refuseUnseen(policy, model.attempts, clock());
          if (unseen !== null) {
            model.attempts = unseen.attempts;
            return unseen.outcome;
          }
          const used = model.codes.get(code);
          if (used === true) return rejected("replayed");
          const candidates = [...model.codes.values()].filter((done) => !done).length;
          if (used === undefined) {
            const counted = countFailure(policy, model.attempts, { reason: "mismatch", candidates }, clock());
            model.attempts = counted.attempts;
            return counted.outcome;
          }
          model.codes.set(code, true);
          model.attempts = countSuccess(model.attempts, clock());
          return { ok: true as const, remaining: candidates - 1, at: clock() };
        };

        for (const step of history) {
          if (step.act === "tick") {
            clock.advance(step.ms);
            continue;
          }
          // Every write notes it.
          model.attempts = lapseFailures(model.attempts, clock());
          if (step.act === "adopt") {
            old = current;
            current = await adopt();
            model.codes = new Map(current.map((code) => [code, false]));
          } else if (step.act === "forget") {
            await recovery.forget(SUBJECT);
            model.codes = new Map();
            model.attempts = { ...model.attempts, forgottenAt: Math.max(clock(), model.attempts.forgottenAt ?? 0) };
          } else if (step.act === "unlock") {
            await recovery.unlock(SUBJECT);
            model.attempts = forgiveFailures(model.attempts);
          } else {
            const from = step.act === "right" ? current : step.act === "old" ? old : [];
            const code = ("which" in step && from[step.which]) || "9999-9999";
            const answer = expected(code);
            expect(await recovery.attempt({ subject: SUBJECT, code })).toEqual(answer);
            const name = "reason" in answer ? answer.reason : "ok";
            seen[name] = (seen[name] ?? 0) + 1;
          }
          expect(await recovery.status(SUBJECT)).toMatchObject({
            ...attemptStatus(policy, lapseFailures(model.attempts, clock()), clock()),
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
