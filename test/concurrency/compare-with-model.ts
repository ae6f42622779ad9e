// One subject with its authenticators, followed by the model, the machine with both kinds of signers, and the guard. They are asked
// the same and must answer the same.
import type { AsyncSigner, Codes, Key, Secret, Signer } from "otp-core";
import {
  createGuard,
  createGuardMachine,
  type Guard,
  type GuardEvent,
  type GuardMachine,
  type GuardOutcome,
  type GuardTransition,
} from "otp-core/guard";
import { memoryStore, type Store } from "otp-core/store";
import { type FakeClock, fakeClock } from "otp-core/testing";
import { expect } from "vitest";
import { later } from "../support/signers.ts";
import type { Act, Policy } from "./arbitrary-histories.ts";
import { stateOf } from "./invariants.ts";
import { type Answered, GuardModel, type MachineEvent } from "./model.ts";

/** One authenticator. */
export interface Device {
  readonly type: "totp" | "hotp";
  readonly signer: Signer;
  /** The code of a step or counter, found in another way than by `signer`. */
  readonly codeAt: (counter: number) => string;
  /** The initial counter of a HOTP key. */
  readonly counter: number;
}

export interface Situation {
  /** One, or two. */
  readonly devices: readonly Device[];
  readonly policy: Policy;
  readonly start: number;
}

const PERIOD_MS = 30_000;
const SUBJECT = "user-7";

type Sign = (signer: Signer) => Signer | AsyncSigner;

export class Life {
  readonly #devices: ReadonlyMap<string, Device>;
  readonly #model: GuardModel;
  readonly #machine: GuardMachine;
  readonly #guard: Guard;
  readonly #clock: FakeClock;
  readonly #accepted: { readonly keyName: string; readonly position: number; readonly code: string }[] = [];
  /** How often the guard's signers have signed. */
  #signed = 0;
  #record: string | null = null;
  #events: { readonly event: GuardEvent; readonly record: string | null }[] = [];
  #state: string | null = null;
  /** What was answered, and how often. */
  readonly seen: Record<string, number> = {};

  constructor({ devices, policy, start }: Situation) {
    // In another order than that of the names, which must not matter.
    const names = devices.length === 1 ? ["default"] : ["token", "phone"];
    this.#devices = new Map(devices.map((device, i) => [names[i] ?? "", device]));
    const keys = [...this.#devices].map(([name, device]) => [name, { ...device, periodMs: PERIOD_MS }] as const);
    this.#model = new GuardModel(Object.fromEntries(keys), policy.meant);
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
    const now = this.#clock();
    switch (act.act) {
      case "tick":
        this.#clock.set(Math.max(0, now + act.ms));
        break;
      case "type": {
        const { codeAt } = this.#device(act.key);
        await this.#type(codeAt(Math.max(0, this.#due(act.key) + act.distance)));
        break;
      }
      case "guess":
        await this.#type(act.code);
        break;
      case "again":
        await this.#type(this.#accepted.at(-1 - act.back)?.code ?? this.#device(0).codeAt(0));
        break;
      case "resync": {
        const { codeAt } = this.#device(act.key);
        const first = Math.max(0, this.#due(act.key) + act.distance);
        const codes = Array.from({ length: act.count }, (_, i) => codeAt(first + i + (act.gap && i > 0 ? 1 : 0)));
        const keyName = this.#name(act.key);
        await this.#attempt(codes, this.#model.resync(keyName, codes, now), keyName);
        break;
      }
      case "malformed":
        await this.#attempt(["12345"], this.#model.malformed(now));
        await this.#attempt(["123456", "12345"], this.#model.malformed(now), this.#name(0));
        break;
      case "unlock":
        await this.#expectDecision(this.#machine.unlock(this.#state, now), this.#model.unlock(now), () =>
          this.#guard.unlock(SUBJECT),
        );
        break;
      case "remove": {
        const keyName = this.#name(act.key);
        this.#accepted.splice(0, this.#accepted.length, ...this.#accepted.filter((each) => each.keyName !== keyName));
        await this.#expectDecision(
          this.#machine.remove(this.#state, { keyName, now }),
          this.#model.remove(keyName, now),
          () => this.#guard.remove({ subject: SUBJECT, keyName }),
        );
        break;
      }
      case "forget":
        this.#accepted.length = 0;
        await this.#expectDecision(this.#machine.forget(this.#state, now), this.#model.forget(now), () =>
          this.#guard.forget(SUBJECT),
        );
        break;
      case "status":
        break;
    }
    await this.#expectStatus();
  }

  async #expectDecision(
    transition: GuardTransition<void>,
    events: readonly MachineEvent[],
    run: () => Promise<void>,
  ): Promise<void> {
    expect(transition.events).toEqual(events);
    this.#state = transition.state;
    await run();
    this.#expectEvents(events);
  }

  #name(key: number): string {
    const names = [...this.#devices.keys()];
    return names[key % names.length] ?? "";
  }

  #device(key: number): Device {
    return this.#devices.get(this.#name(key)) as Device;
  }

  /** The step or counter that an honest device is at. */
  #due(key: number): number {
    const now = this.#clock();
    const { type, counter } = this.#device(key);
    if (type === "totp") return Math.floor(now / PERIOD_MS);
    const status = this.#model.status(now).keys[this.#name(key)];
    return status?.method === "hotp" ? status.counter : counter;
  }

  async #type(code: string): Promise<void> {
    await this.#attempt([code], this.#model.attempt(code, this.#clock()));
  }

  /** @param resyncing - the authenticator, if these are the codes of a resynchronisation. */
  async #attempt(codes: readonly string[], expected: Answered, resyncing?: string): Promise<void> {
    const { outcome, events } = expected;
    const name = outcome.ok ? "ok" : outcome.reason;
    this.seen[name] = (this.seen[name] ?? 0) + 1;
    for (const event of events) if (event.type === "throttled") this.seen[event.by] = (this.seen[event.by] ?? 0) + 1;

    const before = this.#signed;
    const answer = await this.#ask(codes, resyncing);
    expect(answer).toEqual(resyncing === undefined ? outcome : outcome.ok);
    // Where nothing is to be compared nothing is computed. Otherwise everything is, before the answer.
    const looked = ["ok", "mismatch", "replayed"].includes(name);
    expect(this.#signed > before).toBe(looked);
    this.#expectEvents(events);
    await this.#expectOfMachine(codes, resyncing, expected, looked);

    if (outcome.ok) {
      const { keyName } = outcome;
      const status = (await this.#guard.status(SUBJECT)).keys[keyName];
      const position = status?.method === "totp" ? status.step : (status?.counter ?? Number.NaN);
      // Once only, and never backwards.
      const last = this.#accepted.filter((each) => each.keyName === keyName).at(-1);
      expect(position).toBeGreaterThan(last?.position ?? -1);
      this.#accepted.push({ keyName, position, code: codes.at(-1) ?? "" });
    }
  }

  #ask(codes: readonly string[], resyncing: string | undefined): Promise<GuardOutcome | boolean> {
    const count: Sign = (signer) => ({
      algorithm: signer.algorithm,
      sign: (message: Parameters<Signer["sign"]>[0]) => {
        this.#signed++;
        return signer.sign(message);
      },
    });
    const subject = SUBJECT;
    if (resyncing !== undefined) {
      const key = this.#keyWith(this.#devices.get(resyncing) as Device, count);
      return this.#guard.resync({ subject, key, keyName: resyncing, codes: codes as unknown as Codes });
    }
    return this.#guard.attempt({ subject, ...this.#keys(count), code: codes[0] });
  }

  /** The machine decides at once if all signers do. Otherwise it gives a promise, if it has to sign at all. */
  async #expectOfMachine(
    codes: readonly string[],
    resyncing: string | undefined,
    { outcome, events }: Answered,
    looked: boolean,
  ): Promise<void> {
    const now = this.#clock();
    const ask = (sign: Sign) => {
      if (resyncing === undefined)
        return this.#machine.attempt(this.#state, { ...this.#keys(sign), code: codes[0], now });
      const key = this.#keyWith(this.#devices.get(resyncing) as Device, sign);
      return this.#machine.resync(this.#state, { key, keyName: resyncing, codes: codes as unknown as Codes, now });
    };
    const transition = ask((signer) => signer) as GuardTransition;
    expect(transition.outcome).toEqual(outcome);
    // A machine knows the failures even where the guard has not looked.
    const malformed = !outcome.ok && outcome.reason === "malformed";
    const known = malformed ? [{ ...events[0], failures: this.#model.status(now).failures }] : events;
    expect(transition.events).toEqual(known);
    const pending = ask(later);
    expect(pending instanceof Promise).toBe(looked);
    expect(await pending).toEqual(transition);
    this.#state = transition.state;
  }

  #keys(sign: Sign): { readonly key: Key<Secret> } | { readonly keys: Record<string, Key<Secret>> } {
    const keys = [...this.#devices].map(([name, device]) => [name, this.#keyWith(device, sign)] as const);
    const [only] = keys;
    return keys.length === 1 && only !== undefined ? { key: only[1] } : { keys: Object.fromEntries(keys) };
  }

  #keyWith({ type, signer, counter }: Device, sign: Sign): Key<Secret> {
    return type === "totp" ? { type, secret: sign(signer) } : { type, secret: sign(signer), counter };
  }

  /** What was emitted since the last time: with the subject, and after the write. */
  #expectEvents(events: readonly MachineEvent[]): void {
    const emitted = this.#events;
    this.#events = [];
    expect(emitted.map(({ event }) => event)).toEqual(events.map((event) => ({ ...event, subject: SUBJECT })));
    for (const { record } of emitted) expect(record).toBe(this.#record);
  }

  async #expectStatus(): Promise<void> {
    const now = this.#clock();
    const status = this.#model.status(now);
    expect(await this.#guard.status(SUBJECT)).toEqual(status);
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
