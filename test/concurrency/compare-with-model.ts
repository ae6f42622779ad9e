// One factor, and everybody who knows of it: the model, the machine in both of its colours and the guard. They are told the same
// and must say the same.
import type { AsyncSigner, Bytes, Codes, Key, Secret, Signer } from "otp-core";
import {
  createGuard,
  createGuardMachine,
  type Guard,
  type GuardEvent,
  type GuardMachine,
  type GuardStep,
  type GuardVerdict,
  type MachineEvent,
} from "otp-core/guard";
import { memoryStore, type Store } from "otp-core/store";
import { type FakeClock, fakeClock } from "otp-core/testing";
import { expect } from "vitest";
import { later } from "../support/signers.ts";
import type { Act, Policy } from "./arbitrary-histories.ts";
import { stateOf } from "./invariants.ts";
import { type Answered, GuardModel } from "./model.ts";

export interface Situation {
  readonly type: "totp" | "hotp";
  readonly signer: Signer;
  /** The code of a step or counter, found in another way than by `signer`. */
  readonly codeAt: (counter: number) => string;
  readonly policy: Policy;
  readonly start: number;
  /** The initial counter of a HOTP key. */
  readonly counter: number;
}

const PERIOD_MS = 30_000;
const ID = "factor-7";

export class Life {
  readonly #situation: Situation;
  readonly #model: GuardModel;
  readonly #machine: GuardMachine;
  readonly #guard: Guard;
  readonly #clock: FakeClock;
  readonly #accepted: { readonly position: number; readonly code: string }[] = [];
  /** How often the guard's handle has signed. */
  #signed = 0;
  #record: string | null = null;
  #events: { readonly event: GuardEvent; readonly record: string | null }[] = [];
  #state: string | null = null;
  /** The machine stands in a row of its own and goes with it: only a guard has to remember. */
  #forgotten = false;
  /** What was answered, and how often. */
  readonly seen: Record<string, number> = {};

  constructor(situation: Situation) {
    const { type, codeAt, counter, policy, start } = situation;
    this.#situation = situation;
    this.#model = new GuardModel({ type, periodMs: PERIOD_MS, counter, codeAt }, policy.meant);
    this.#machine = createGuardMachine(policy.written);
    this.#clock = fakeClock(start);
    this.#guard = createGuard({
      ...policy.written,
      store: this.#watched(memoryStore({ clock: this.#clock })),
      clock: this.#clock,
      onEvent: (event) => {
        this.#events.push({ event, record: this.#record });
        throw new Error("a listener that throws changes nothing");
      },
    });
  }

  async live(act: Act): Promise<void> {
    const { codeAt } = this.#situation;
    const now = this.#clock();
    switch (act.act) {
      case "tick":
        this.#clock.set(Math.max(0, now + act.ms));
        break;
      case "type":
        await this.#type(codeAt(Math.max(0, this.#due() + act.distance)));
        break;
      case "guess":
        await this.#type(act.code);
        break;
      case "again":
        await this.#type(this.#accepted.at(-1 - act.back)?.code ?? codeAt(0));
        break;
      case "resync": {
        const first = Math.max(0, this.#due() + act.distance);
        const codes = Array.from({ length: act.count }, (_, i) => codeAt(first + i + (act.gap && i > 0 ? 1 : 0)));
        await this.#attempt(codes, this.#model.resync(codes, now));
        break;
      }
      case "malformed":
        await this.#attempt(["12345"], this.#model.malformed(now));
        await this.#attempt(["123456", "12345"], this.#model.malformed(now));
        break;
      case "unlock": {
        const events = this.#model.unlock(now);
        if (!this.#forgotten) {
          const step = this.#machine.unlock(this.#state, now);
          expect(step).toEqual({ state: step.state, expiresAt: null, outcome: undefined, events });
          this.#state = step.state;
        }
        await this.#guard.unlock(ID);
        this.#expectEvents(events);
        break;
      }
      case "forget":
        await this.#guard.forget(ID);
        this.#expectEvents(this.#model.forget(now));
        this.#forgotten = true;
        break;
      case "status":
        break;
    }
    await this.#expectStatus();
  }

  /** The step or counter that an honest device is at. */
  #due(): number {
    const now = this.#clock();
    const { type, counter } = this.#situation;
    return type === "totp" ? Math.floor(now / PERIOD_MS) : (this.#model.status(now).counter ?? counter);
  }

  async #type(code: string): Promise<void> {
    await this.#attempt([code], this.#model.verify(code, this.#clock()));
  }

  async #attempt(codes: readonly string[], expected: Answered): Promise<void> {
    const now = this.#clock();
    const { outcome, events } = expected;
    const name = outcome.ok ? "ok" : outcome.reason;
    this.seen[name] = (this.seen[name] ?? 0) + 1;

    const before = this.#signed;
    expect(await this.#ask(codes)).toEqual(outcome);
    // Where nothing is to be compared nothing is computed (trap 27); else everything is, before the answer.
    expect(this.#signed > before).toBe(["ok", "mismatch", "replayed"].includes(name));
    this.#expectEvents(events);
    if (!this.#forgotten) await this.#expectOfMachine(codes, expected);

    // No wait is longer than the policy's for this many failures, whatever the clock did.
    const { failures } = this.#model.status(now);
    expect(outcome.retryAfterMs ?? 0).toBeLessThanOrEqual(this.#model.wait(failures) ?? 0);
    if (outcome.ok) {
      const status = await this.#guard.status(ID);
      const position = status.step ?? status.counter ?? Number.NaN;
      // Once only, and never backwards.
      expect(position).toBeGreaterThan(this.#accepted.at(-1)?.position ?? -1);
      this.#accepted.push({ position, code: codes.at(-1) ?? "" });
    }
  }

  #ask(codes: readonly string[]): Promise<GuardVerdict> {
    const { signer } = this.#situation;
    const sign = (message: Bytes) => {
      this.#signed++;
      return signer.sign(message);
    };
    const key = this.#keyWith({ algorithm: signer.algorithm, sign });
    const [code = "", ...more] = codes;
    if (more.length === 0) return this.#guard.verify({ id: ID, key, code });
    return this.#guard.resync({ id: ID, key, codes: codes as unknown as Codes });
  }

  /** Both colours of the machine: one decides at once, the other gives a promise, also where there is nothing to sign. */
  async #expectOfMachine(codes: readonly string[], { outcome, events }: Answered): Promise<void> {
    const { signer } = this.#situation;
    const now = this.#clock();
    const ask = (secret: Signer | AsyncSigner) => {
      const key = this.#keyWith(secret);
      const [code = "", ...more] = codes;
      if (more.length === 0) return this.#machine.verify(this.#state, { key, code, now });
      return this.#machine.resync(this.#state, { key, codes: codes as unknown as Codes, now });
    };
    const step = ask(signer) as GuardStep;
    expect(step.outcome).toEqual(outcome);
    expect(step.expiresAt).toBe(null);
    // A machine knows how often one has failed even where the guard has not looked.
    const known =
      outcome.reason === "malformed" ? [{ ...events[0], failures: this.#model.status(now).failures }] : events;
    expect(step.events).toEqual(known);
    const pending = ask(later(signer));
    expect(pending).toBeInstanceOf(Promise);
    expect(await pending).toEqual(step);
    this.#state = step.state;
  }

  #keyWith(secret: Signer | AsyncSigner): Key<Secret> {
    const { type, counter } = this.#situation;
    return type === "totp" ? { type, secret } : { type, secret, counter };
  }

  /** What was told since the last time: with the id, and after the write. */
  #expectEvents(events: readonly MachineEvent[]): void {
    const told = this.#events;
    this.#events = [];
    expect(told.map(({ event }) => event)).toEqual(events.map((event) => ({ ...event, id: ID })));
    for (const { record } of told) expect(record).toBe(this.#record);
  }

  async #expectStatus(): Promise<void> {
    const now = this.#clock();
    const status = this.#model.status(now);
    expect(await this.#guard.status(ID)).toEqual(status);
    if (this.#forgotten) return;
    expect(this.#machine.status(this.#state, now)).toEqual(status);
    // What the guard has stored is what the machine leaves behind.
    expect(stateOf(this.#record)).toBe(this.#state);
  }

  #watched(store: Store): Store {
    return {
      get: (key) => store.get(key),
      swap: async (key, expected, next, expiresAt) => {
        const swapped = await store.swap(key, expected, next, expiresAt);
        if (swapped) this.#record = next;
        return swapped;
      },
    };
  }
}
