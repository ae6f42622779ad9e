// Whatever happens to a subject, in whatever order and whatever the clock does: the machine, the same with asynchronous signers, and
// the guard do what the model does, which is written from the words of the design.
import fc from "fast-check";
import type { Signer } from "otp-core";
import { hmac } from "otp-core/hmac";
import { describe, expect, it } from "vitest";
import { scripts } from "../support/arbitrary-keys.ts";
import { referenceDigits, referenceValue } from "../support/reference.ts";
import { scripted } from "../support/signers.ts";
import { histories, policies } from "./arbitrary-histories.ts";
import { Life } from "./compare-with-model.ts";

interface Source {
  readonly signer: Signer;
  readonly codeAt: (counter: number) => string;
}

const realSource = (seed: number): Source => {
  const secret = Uint8Array.from({ length: 20 }, (_, i) => i + seed);
  return {
    signer: hmac(secret),
    codeAt: (counter) => referenceDigits(referenceValue(secret, "SHA1", counter), 6),
  };
};

/** Codes that come again every few steps, which those of a real secret do once in a hundred thousand. */
const colliding = scripts([0, 1, 424_242, 7_000_001, 31, 32, 33, 34, 35], 30).map((script): Source => {
  const valueAt = (counter: number) => script[counter % script.length] ?? 0;
  return {
    signer: scripted((counter) => valueAt(Number(counter))),
    codeAt: (counter) => referenceDigits(valueAt(counter), 6),
  };
});

const starts = fc.oneof(fc.constantFrom(0, 30_000, 1_800_000_000_000), fc.integer({ min: 0, max: 10_000_000 }));
const counters = fc.constantFrom(0, 0, 1, 7);

describe.each([[["totp"]], [["hotp"]], [["totp", "hotp"]], [["totp", "totp"]]] as const)(
  "the history of a subject with the authenticators %j",
  (types) => {
    it("is that of the model", { timeout: 120_000 }, async () => {
      const seen: Record<string, number> = {};
      const devices = fc.tuple(
        ...types.map((type, i) =>
          fc
            .tuple(fc.oneof(fc.constant(realSource(i + 1)), colliding), counters)
            .map(([source, counter]) => ({ ...source, type, counter })),
        ),
      );
      const law = fc.asyncProperty(devices, policies, starts, histories, async (these, policy, start, history) => {
        const life = new Life({ devices: these, policy, start });
        for (const act of history) await life.live(act);
        for (const [name, times] of Object.entries(life.seen)) seen[name] = (seen[name] ?? 0) + times;
      });
      await fc.assert(law, { numRuns: 250 });
      // Histories in which nothing happens prove nothing.
      for (const name of ["ok", "malformed", "mismatch", "replayed", "throttled", "disabled", "wait"]) {
        expect(seen[name], name).toBeGreaterThan(50);
      }
      expect(seen.monthly, "monthly").toBeGreaterThan(5);
    });
  },
);
