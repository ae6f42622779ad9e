// Random histories of an OCRA guard, compared with a model that was written from the documentation: what is accepted or refused, and why.
import fc from "fast-check";
import { createOcraGuard, type OcraGuardReason, ocra } from "otp-core/ocra";
import { memoryStore } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const START = 1_000_000 * 60_000;
const TTL = 200_000;
const PERIOD = 60_000;
const subject = "user-1";
const transactions = [
  undefined,
  { amount: "1.00", currency: "EUR", payee: "A" },
  { amount: "2.00", currency: "EUR", payee: "A" },
];

type Step =
  | { readonly do: "challenge"; readonly question: boolean; readonly transaction: number }
  | { readonly do: "answer"; readonly to: "current" | "before"; readonly skew: number; readonly transaction: number }
  | { readonly do: "repeat" | "guess" | "press" | "forget" }
  | { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("challenge" as const), question: fc.boolean(), transaction: fc.nat(2) }),
  {
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      to: fc.constantFrom("current", "current", "current", "before"),
      skew: fc.constantFrom(0, 0, 0, -1, 1, 2),
      transaction: fc.nat(2),
    }),
    weight: 3,
  },
  fc.record({ do: fc.constantFrom("repeat", "guess", "press", "forget") }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 1000, 30_000, PERIOD, TTL, TTL + 1) }),
) as fc.Arbitrary<Step>;

interface Challenge {
  readonly text: string;
  readonly question: boolean;
  readonly transaction: number;
  readonly expiresAt: number;
  answeredBy: string | null;
}

/** A response, and all that it was computed from. */
interface Response {
  readonly code: string;
  readonly text: string;
  readonly counter: number;
  readonly step: number;
}

/** The rules in a few lines. Guesses are not limited here. */
class Model {
  current: Challenge | null = null;
  nextCounter = 0;
  usedUntil = 0;
  constructor(
    readonly counter: boolean,
    readonly time: boolean,
  ) {}

  judge({ code, text, counter, step }: Response, transaction: number, now: number): OcraGuardReason | "ok" {
    const { current } = this;
    if (current === null) return "absent";
    if (now >= current.expiresAt) return "expired";
    const inWindow = !this.time || Math.abs(step - Math.floor(now / PERIOD)) <= 1;
    const expected =
      current.answeredBy === null
        ? [this.nextCounter, this.nextCounter + 10]
        : [this.nextCounter - 1, this.nextCounter - 1];
    const inLookAhead = !this.counter || (counter >= (expected[0] as number) && counter <= (expected[1] as number));
    if (text !== current.text || !inWindow || !inLookAhead) return "mismatch";
    if (current.answeredBy !== null) return "replayed";
    const repeats = this.time && !this.counter && current.question;
    if (repeats && step * PERIOD < this.usedUntil) return "replayed";
    if (transaction !== current.transaction) return "other-transaction";
    current.answeredBy = code;
    if (this.counter) this.nextCounter = counter + 1;
    if (repeats) this.usedUntil = (step + 1) * PERIOD;
    return "ok";
  }
}

describe("histories of an OCRA guard", () => {
  it.each([
    { suite: "OCRA-1:HOTP-SHA1-10:QN08", counter: false, time: false },
    { suite: "OCRA-1:HOTP-SHA1-10:C-QN08", counter: true, time: false },
    { suite: "OCRA-1:HOTP-SHA1-10:QN08-T1M", counter: false, time: true },
    { suite: "OCRA-1:HOTP-SHA1-10:C-QN08-T1M", counter: true, time: true },
  ])("go as the model says, and no response is accepted twice: $suite", async ({ suite, counter, time }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const clock = fakeClock(START);
        const pepper = new Uint8Array(32).fill(7);
        const guard = createOcraGuard({
          store: memoryStore({ clock }),
          suite,
          pepper,
          clock,
          ttlMs: TTL,
          attempts: "host",
        });
        const model = new Model(counter, time);
        let before: Challenge | null = null;
        let last: Response | null = null;
        let presses = 0;
        const accepted = new Set<string>();

        const tokenShows = (text: string, skew: number): Response => {
          const at = { counter: presses, step: Math.floor(clock() / PERIOD) + skew };
          if (counter) presses++;
          const input = {
            challenge: text,
            counter: counter ? at.counter : undefined,
            step: time ? at.step : undefined,
          };
          return { code: ocra(suite, SECRET, input), text, ...at };
        };
        const send = async (response: Response, transaction: number) => {
          const expected = model.judge(response, transaction, clock());
          const attempt = { subject, secret: SECRET, code: response.code, transaction: transactions[transaction] };
          const outcome = await guard.attempt(attempt);
          expect(outcome.ok ? "ok" : outcome.reason).toBe(expected);
          if (!outcome.ok) return;
          // A random challenge may come twice in 10^8; a question does. Its response must not.
          expect(accepted.has(response.code)).toBe(false);
          accepted.add(response.code);
        };

        for (const step of steps) {
          if (step.do === "wait") clock.advance(step.ms);
          else if (step.do === "press") presses += counter ? 1 : 0;
          else if (step.do === "forget") {
            await guard.forget(subject);
            // Another token, which begins at 0.
            model.current = null;
            model.nextCounter = 0;
            model.usedUntil = 0;
            presses = 0;
            accepted.clear();
          } else if (step.do === "challenge") {
            const question = step.question && (counter || time);
            const transaction = transactions[step.transaction];
            const { challenge, expiresAt } = await guard.challenge({
              subject,
              question: question ? "12345678" : undefined,
              transaction,
            });
            before = model.current;
            model.current = { text: challenge, question, transaction: step.transaction, expiresAt, answeredBy: null };
          } else if (step.do === "answer") {
            const to = step.to === "current" ? model.current : before;
            last = tokenShows(to?.text ?? "0", step.skew);
            await send(last, step.transaction);
          } else if (step.do === "repeat" && last !== null) await send(last, model.current?.transaction ?? 0);
          else if (step.do === "guess") await send({ code: "1234567890", text: "-", counter: -1, step: -1 }, 0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
