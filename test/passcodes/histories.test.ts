// Whatever happens to the codes of a subject and purpose, in whatever order and whatever the clock does: the machine and the
// service do what the model does, which is written from DESIGN's words.
import fc from "fast-check";
import { createPasscodes } from "otp-core/passcodes";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { type Act, PasscodeLife, type Policy } from "../support/compare-passcodes-with-model.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const ticks = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: MINUTE, max: 20 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: DAY, max: 40 * DAY }) },
  { weight: 2, arbitrary: fc.integer({ min: -2 * MINUTE, max: -1 }) },
  { weight: 1, arbitrary: fc.integer({ min: -DAY, max: -MINUTE }) },
  // The edges.
  { weight: 2, arbitrary: fc.constantFrom(29_999, 30_000, 30_001, 299_999, 300_000, 899_999, 900_000, 30 * DAY) },
);
const binding = fc.record({
  context: fc.constantFrom(undefined, undefined, undefined, undefined, "login-1", "login-2"),
  transaction: fc.constantFrom(undefined, undefined, undefined, undefined, "1250.00", "1250.01"),
});

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant("tick"), ms: ticks }) },
  { weight: 7, arbitrary: fc.record({ act: fc.constantFrom("send", "send", "lost"), binding }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("right"), binding }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant("wrong"), binding }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant("old"), back: fc.integer({ min: 0, max: 5 }), binding }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom("malformed", "forget", "report", "unlock", "status") }) },
);

const waits = fc.record(
  {
    freeFailures: fc.integer({ min: 0, max: 12 }),
    firstWaitMs: fc.integer({ min: 1000, max: MINUTE }),
    maxWaitMs: fc.integer({ min: MINUTE, max: 60 * MINUTE }),
    disableAfter: fc.integer({ min: 3, max: 14 }),
    monthly: fc.integer({ min: 10, max: 40 }),
  },
  { requiredKeys: [] },
);
const bounds = fc.record(
  {
    ttlMs: fc.integer({ min: 1000, max: 10 * MINUTE }),
    triesPerCode: fc.integer({ min: 1, max: 10 }),
    keep: fc.integer({ min: 1, max: 3 }),
    resendAfterMs: fc.integer({ min: 0, max: 10 * MINUTE }),
    maxSends: fc.integer({ min: 1, max: 10 }),
  },
  { requiredKeys: [] },
);
// Four digits, so that a drawn code happens to be the right one now and then.
const formats = fc.constantFrom({}, { digits: 10 }, { digits: 4, allowShort: true }, { characters: 4 });

const attempts = fc.oneof({ weight: 9, arbitrary: waits }, { weight: 1, arbitrary: fc.constant("host" as const) });

const policies: fc.Arbitrary<Policy> = fc.tuple(bounds, attempts, formats).map(([bound, attempts, format]) => ({
  written: { ...bound, ...format, attempts },
  meant: {
    ttlMs: 300_000,
    triesPerCode: 5,
    resendAfterMs: 30_000,
    maxSends: 5,
    keep: 2,
    ...bound,
    attempts:
      attempts === "host"
        ? attempts
        : {
            freeFailures: 4,
            firstWaitMs: 30_000,
            maxWaitMs: 3_600_000,
            disableAfter: 100,
            monthly: 100,
            ...attempts,
          },
  },
}));

describe("the history of the codes of a subject and purpose", () => {
  it("is that of the model", async () => {
    const seen: Record<string, number> = {};
    const law = fc.asyncProperty(
      policies,
      fc.constantFrom(0, 30_000, 1_800_000_000_000),
      fc.array(acts, { minLength: 1, maxLength: 60, size: "max" }),
      async (policy, start, history) => {
        const life = new PasscodeLife(policy, start);
        for (const act of history) await life.live(act);
        for (const [name, times] of Object.entries(life.seen)) seen[name] = (seen[name] ?? 0) + times;
      },
    );
    await fc.assert(law, { numRuns: 600 });
    // Histories in which nothing happens prove nothing.
    const reasons = ["malformed", "mismatch", "replayed", "throttled", "disabled", "expired", "exhausted", "absent"];
    const uncounted = ["superseded", "other-context", "other-transaction"];
    for (const name of ["sent", "lost", "ok", ...reasons]) expect(seen[name], name).toBeGreaterThan(50);
    for (const name of uncounted) expect(seen[name], name).toBeGreaterThan(20);
    for (const name of ["resend", "sends", "throttled", "disabled"])
      expect(seen[`unsent: ${name}`], name).toBeGreaterThan(50);
  });

  it("is the same whether or not the store drops what has expired (trap 78)", async () => {
    const forwards = acts.filter((act) => act.act !== "tick" || act.ms > 0);
    let drops = 0;
    const droppingStore = (clock: () => number): Store => {
      let record: { text: string; expiresAt: number } | undefined;
      const get = async () => {
        // At the first moment at which it may.
        if (record !== undefined && record.expiresAt < clock()) {
          record = undefined;
          drops++;
        }
        return record?.text ?? null;
      };
      return {
        get,
        async swap(_, expected, next, expiresAt) {
          if ((await get()) !== expected) return false;
          record = { text: next ?? "", expiresAt: expiresAt ?? Number.POSITIVE_INFINITY };
          return true;
        },
      };
    };
    const law = fc.asyncProperty(
      policies,
      fc.array(forwards, { maxLength: 60, size: "max" }),
      async (policy, history) => {
        const clock = fakeClock(1_800_000_000_000);
        const target = { subject: "user-1", purpose: "login" };
        const liverOn = (store: Store) => {
          const passcodes = createPasscodes({ ...policy.written, store, clock, pepper: new Uint8Array(32).fill(7) });
          let code = "";
          const another = (of: string) => of.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
          return async (act: Act): Promise<unknown> => {
            if (act.act === "send") {
              const deliver = (sent: string) => {
                code = sent;
              };
              return passcodes.send({ ...target, deliver });
            }
            if (act.act === "forget" || act.act === "report" || act.act === "unlock") return passcodes[act.act](target);
            if (act.act === "right") return passcodes.attempt({ ...target, code });
            if (act.act === "wrong") return passcodes.attempt({ ...target, code: code === "" ? code : another(code) });
            // The moments that are only for the eye go with the record.
            const { acceptedAt: _, failedAt: __, forgottenAt: ___, ...status } = await passcodes.status(target);
            return status;
          };
        };
        const keeping = liverOn(memoryStore({ clock: () => 0 }));
        const dropping = liverOn(droppingStore(clock));
        for (const act of history) {
          if (act.act === "tick") clock.advance(act.ms);
          expect(await dropping(act)).toEqual(await keeping(act));
        }
      },
    );
    await fc.assert(law, { numRuns: 300 });
    expect(drops).toBeGreaterThan(50);
  });
});
