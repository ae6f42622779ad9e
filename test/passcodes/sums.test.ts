// What the provider has counted is what the limits have counted: however often a host tries again, and whatever a channel or the store
// does in between.
import fc from "fast-check";
import { isOtpError } from "otp-core";
import { createPasscodes, type DeliveryChannel, type PasscodeEvent, type Passcodes } from "otp-core/passcodes";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readPasscode } from "../../src/passcodes/state.ts";

const START = 1_800_000_000_000;
const MINUTE = 60_000;
/** The default of `maxSends`: in 15 minutes. */
const MAX_SENDS = 5;
const TARGET = { subject: "user-1", purpose: "login" };
const TIMEOUT_MS = 10_000;

/** What becomes of a message on one channel. */
const FATES = [
  "arrives",
  "fails",
  "fails and arrives",
  "hangs",
  "hangs and arrives",
  "hangs and arrives late",
] as const;
type Fate = (typeof FATES)[number];
/** What becomes of a write. */
const WRITES = ["done", "done", "done", "reply lost", "not done", "refused"] as const;

interface Step {
  readonly ms: number;
  /** How often the host tries again, and whether it waits until it may. */
  readonly retries: number;
  readonly isPatient: boolean;
  /** How many calls begin at the same time. */
  readonly calls: number;
  readonly fates: readonly Fate[];
  readonly writes: readonly (typeof WRITES)[number][];
}

/** The provider: what it was asked to send, with which code, and what arrived. */
class Provider {
  readonly requests: { readonly code: string; readonly channel: string; readonly at: number }[] = [];
  readonly arrived: string[] = [];
  readonly #late: (() => void)[] = [];
  #fates: readonly Fate[] = [];

  plan(fates: readonly Fate[]): void {
    this.#fates = fates;
  }

  send(code: string, channel: string, at: number): Promise<string> {
    const fate = this.#fates[this.requests.length % Math.max(1, this.#fates.length)] ?? "arrives";
    this.requests.push({ code, channel, at });
    const arrive = () => void this.arrived.push(`${channel} ${code}`);
    if (fate === "hangs and arrives late") this.#late.push(arrive);
    else if (fate !== "fails" && fate !== "hangs") arrive();
    if (fate.startsWith("hangs")) return new Promise(() => {});
    return fate === "arrives" ? Promise.resolve("message-1") : Promise.reject(new Error("the gateway failed"));
  }

  finish(): void {
    for (const arrive of this.#late) arrive();
  }
}

/** A store that counts the sends that are in its record, and whose writes fail as planned. */
function countingStore(inner: Store, plan: () => (typeof WRITES)[number]) {
  const counted = new Set<string>();
  const store: Store = {
    get: (key) => inner.get(key),
    async swap(key, expected, next, expiresAt) {
      const fate = plan();
      if (fate === "not done") throw new Error("the connection is lost");
      if (fate === "refused") return false;
      const swapped = await inner.swap(key, expected, next, expiresAt);
      const state = next?.slice(next.indexOf("\n") + 1) || null;
      if (swapped) for (const { nonce } of readPasscode(state).sent.codes) counted.add(nonce);
      if (fate === "reply lost") throw new Error("the reply is lost");
      return swapped;
    },
  };
  return { store, counted };
}

type Ending = "sent" | "delivery-failed" | "refused" | "store";

/** Plays the steps. Timers are fake: a channel that hangs is left as soon as nothing else happens. */
async function play(steps: readonly Step[], storeFails: boolean) {
  const clock = fakeClock(START);
  const provider = new Provider();
  let writes: Step["writes"] = [];
  let written = 0;
  const inner = memoryStore({ clock: () => START });
  const { store, counted } = countingStore(inner, () =>
    storeFails ? (writes[written++ % Math.max(1, writes.length)] ?? "done") : "done",
  );
  const events: PasscodeEvent[] = [];
  const passcodes: Passcodes = createPasscodes({
    store,
    clock,
    pepper: new Uint8Array(32).fill(7),
    // Letters and digits, so that no two codes are equal.
    characters: 10,
    onEvent: (event) => events.push(event),
  });
  const endings: Ending[] = [];
  const channel = (name: string): DeliveryChannel => ({
    channel: name,
    timeoutMs: TIMEOUT_MS,
    deliver: (code) => provider.send(code, name, clock()),
  });
  const deliver = [channel("sms"), channel("voice")] as [DeliveryChannel, DeliveryChannel];

  /** What a host does: it sends, and after a failure it sends again. */
  async function send({ retries, isPatient }: Step): Promise<void> {
    for (let i = 0; i <= retries; i++) {
      try {
        const { ok } = await passcodes.send({ ...TARGET, deliver });
        endings.push(ok ? "sent" : "refused");
        return;
      } catch (error) {
        if (!isOtpError(error)) throw error;
        endings.push(error.code === "delivery-failed" ? "delivery-failed" : "store");
        if (isPatient && error.resendAt !== undefined) clock.set(Math.max(clock(), error.resendAt));
      }
    }
  }

  for (const step of steps) {
    clock.advance(step.ms);
    provider.plan(step.fates);
    [writes, written] = [step.writes, 0];
    const sends = Promise.all(Array.from({ length: step.calls }, () => send(step)));
    let isDone = false;
    sends.finally(() => {
      isDone = true;
    });
    while (!isDone) await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    await sends;
  }
  provider.finish();
  const count = (ending: Ending) => endings.filter((each) => each === ending).length;
  return { provider, counted, events, count };
}

const steps = fc.array(
  fc.record<Step>({
    ms: fc.constantFrom(0, 1000, 30_000, 5 * MINUTE, 16 * MINUTE),
    retries: fc.nat({ max: 4 }),
    isPatient: fc.boolean(),
    calls: fc.integer({ min: 1, max: 3 }),
    fates: fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 5 }),
    writes: fc.array(fc.constantFrom(...WRITES), { minLength: 1, maxLength: 7 }),
  }),
  { minLength: 1, maxLength: 12, size: "max" },
);

/** What holds whatever the store does. */
function checkProvider({ requests, arrived }: Provider): void {
  const messages = requests.map(({ code, channel }) => `${channel} ${code}`);
  // No channel is asked twice for one code, and nothing arrives that was not asked for.
  expect(new Set(messages).size).toBe(messages.length);
  expect(messages).toEqual(expect.arrayContaining(arrived));
  expect(new Set(arrived).size).toBe(arrived.length);
  // In any 15 minutes no more codes are handed out than the limit allows.
  const firsts = requests.filter(({ channel }) => channel === "sms").map(({ at }) => at);
  for (const from of firsts)
    expect(firsts.filter((at) => at >= from && at < from + 15 * MINUTE).length).toBeLessThanOrEqual(MAX_SENDS);
}

describe("the sums of messages", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it("are exact: every code that a provider got counts once, and every code that counts was given to a provider", async () => {
    const seen = { sent: 0, lost: 0, refused: 0 };
    const law = fc.asyncProperty(steps, async (history) => {
      const { provider, counted, events, count } = await play(history, false);
      checkProvider(provider);
      const codes = new Set(provider.requests.map(({ code }) => code)).size;
      expect({ codes, counted: counted.size }).toEqual({
        codes: count("sent") + count("delivery-failed"),
        counted: codes,
      });
      const of = (type: string) => events.filter((event) => event.type === type).length;
      expect(of("sent")).toBe(codes);
      expect(of("delivered")).toBe(count("sent"));
      expect(of("delivered") + of("delivery-failed")).toBe(provider.requests.length);
      seen.sent += count("sent");
      seen.lost += count("delivery-failed");
      seen.refused += count("refused");
    });
    await fc.assert(law, { numRuns: 200 });
    for (const [name, times] of Object.entries(seen)) expect(times, name).toBeGreaterThan(100);
  });

  it("are never too small while the store fails as well: what it could not confirm counts, and is not sent", async () => {
    const seen = { store: 0, more: 0 };
    const law = fc.asyncProperty(steps, async (history) => {
      const { provider, counted, events, count } = await play(history, true);
      checkProvider(provider);
      const codes = new Set(provider.requests.map(({ code }) => code)).size;
      expect(codes).toBe(count("sent") + count("delivery-failed"));
      expect(events.filter(({ type }) => type === "sent")).toHaveLength(codes);
      // A send whose write was applied without an answer counts, and no message of it exists.
      expect(counted.size).toBeGreaterThanOrEqual(codes);
      expect(counted.size - codes).toBeLessThanOrEqual(count("store"));
      seen.store += count("store");
      seen.more += counted.size - codes;
    });
    await fc.assert(law, { numRuns: 200 });
    for (const [name, times] of Object.entries(seen)) expect(times, name).toBeGreaterThan(10);
  });
});
