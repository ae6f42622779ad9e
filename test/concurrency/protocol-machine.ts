// The real machine as the decision of an abstract protocol: asked once about everything, and its state without what makes equal
// situations differ.
import { totp } from "otp-core";
import { createGuardMachine } from "otp-core/guard";
import { hmac } from "otp-core/hmac";

const STEP_MS = 30_000;
const NOW = 100_000 * STEP_MS;
const key = { type: "totp", secret: hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") } as const;
/** The code of the step at tick 0, a wrong one, and the code of the step at tick 1. */
const CODES = [totp(key, { now: NOW }), "000000", totp(key, { now: NOW + STEP_MS })];
/** The second failure has to be waited for, one step; the third one disables. */
const machine = createGuardMachine({ attempts: { freeFailures: 1, disableAfter: 3 } });

const nowOf = (tick: number) => NOW + tick * STEP_MS;

/** Every state of the machine that was met, known by its number from here on. */
const texts: (string | null)[] = [null];
export const ABSENT = 0;

function once<Answer>(ask: (text: string | null, tick: number, code: number) => Answer) {
  const known: Answer[] = [];
  return (number: number, tick = 0, code = 0): Answer => {
    const question = (number * 16 + tick) * 4 + code;
    known[question] ??= ask(texts[number] ?? null, tick, code);
    return known[question];
  };
}

/** What the machine would store, and what it would answer. */
export const decide = once((text, tick, code) => {
  const { state, outcome } = machine.attempt(text, { key, code: CODES[code] ?? "", now: nowOf(tick) });
  return { text: numberOf(state, tick), verdict: outcome.ok ? "ok" : outcome.reason };
});

/** The last accepted step, the failures, and whether nothing is to be compared: waiting or disabled. */
export const look = once((text, tick) => {
  const { keys, failures, state } = machine.status(text, nowOf(tick));
  const step = keys.default?.method === "totp" ? keys.default.step : null;
  return { step, failures, isClosed: state === "waiting" || state === "disabled" };
});

/** The state at a later moment, when it may be the same as another one. */
export const later = once((text, tick) => numberOf(text, tick));

function numberOf(text: string | null, tick: number): number {
  if (text === null) return ABSENT;
  const fields = text.split(",");
  // No decision asks when a code was accepted, or when a failure was that has been waited for, or (so early) for the failures of
  // 30 days.
  fields[3] = "-";
  fields[4] = "0";
  fields[5] = "0";
  if (machine.status(text, nowOf(tick)).state !== "waiting") fields[2] = fields[1] === "0" ? "-" : "0";
  const plain = fields.join(",");
  const known = texts.indexOf(plain);
  return known < 0 ? texts.push(plain) - 1 : known;
}
