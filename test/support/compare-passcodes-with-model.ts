// The codes of one subject and purpose, and all that know of them: the model, the machine and the service over a store. They get the
// same calls and must answer the same.
import {
  createPasscodeMachine,
  createPasscodes,
  drawPasscode,
  type PasscodeEvent,
  type PasscodeMachine,
  type PasscodePolicy,
  type Passcodes,
} from "otp-core/passcodes";
import { memoryStore } from "otp-core/store";
import { type FakeClock, fakeClock } from "otp-core/testing";
import { expect } from "vitest";
import type { PasscodeMachineEvent } from "../../src/passcodes/decisions.ts";
import { type ModelBinding, type ModelPolicy, PasscodeModel } from "./passcode-model.ts";
import { refusal } from "./refusal.ts";

export type Act =
  | { readonly act: "tick"; readonly ms: number }
  | { readonly act: "send" | "lost" | "right" | "wrong"; readonly binding: ModelBinding }
  /** A code that was sent before. */
  | { readonly act: "old"; readonly back: number; readonly binding: ModelBinding }
  | { readonly act: "malformed" | "forget" | "report" | "unlock" | "status" };

export interface Policy {
  readonly written: Omit<PasscodePolicy, "pepper">;
  readonly meant: ModelPolicy;
}

const TARGET = { subject: "user-1", purpose: "login" };
const PEPPER = Uint8Array.from({ length: 32 }, (_, i) => i);

/** A binding as the library takes it. */
export const bindingOf = ({ context, transaction }: ModelBinding) => ({
  ...TARGET,
  context,
  transaction: transaction === undefined ? undefined : { amount: transaction, currency: "EUR", payee: "Example Ltd" },
});

export class PasscodeLife {
  readonly #model: PasscodeModel;
  readonly #machine: PasscodeMachine;
  readonly #passcodes: Passcodes;
  readonly #clock: FakeClock;
  readonly #format: Policy["written"];
  readonly #sent: string[] = [];
  #events: PasscodeEvent[] = [];
  #state: string | null = null;
  /** What was answered, and how often. */
  readonly seen: Record<string, number> = {};

  constructor({ written, meant }: Policy, start: number) {
    this.#model = new PasscodeModel(meant);
    this.#machine = createPasscodeMachine({ ...written, pepper: PEPPER });
    this.#clock = fakeClock(start);
    this.#format = written;
    this.#passcodes = createPasscodes({
      ...written,
      pepper: PEPPER,
      // Its clock stands still, so it drops nothing.
      store: memoryStore({ clock: () => 0 }),
      clock: this.#clock,
      onEvent: (event) => {
        this.#events.push(event);
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
      case "send":
      case "lost":
        await this.#send(act.binding, act.act === "lost", now);
        break;
      case "right":
        await this.#attempt(this.#sent[0] ?? this.#other(""), act.binding, now);
        break;
      case "wrong":
        await this.#attempt(this.#other(this.#sent[0] ?? ""), act.binding, now);
        break;
      case "old":
        await this.#attempt(this.#sent[1 + act.back] ?? this.#other(""), act.binding, now);
        break;
      case "malformed": {
        const { outcome, events } = this.#model.malformed(now);
        for (const code of ["12", "", "12345x7890", undefined]) {
          expect(await this.#passcodes.attempt({ ...TARGET, code })).toEqual(outcome);
          this.#expectEvents(events);
          expect(this.#machine.attempt(this.#state, { ...TARGET, code, now }).outcome).toEqual(outcome);
        }
        this.#note("malformed");
        break;
      }
      case "forget":
        await this.#change(this.#model.end("forgotten", now), "forget", now);
        break;
      case "report":
        await this.#change(this.#model.end("reported", now), "report", now);
        break;
      case "unlock":
        await this.#change(this.#model.unlock(now), "unlock", now);
        break;
      case "status":
        break;
    }
    const status = this.#model.status(this.#clock());
    expect(await this.#passcodes.status(TARGET)).toEqual(status);
    expect(this.#machine.status(this.#state, this.#clock())).toEqual(status);
  }

  async #change(events: readonly PasscodeMachineEvent[], name: "forget" | "report" | "unlock", now: number) {
    await this.#passcodes[name](TARGET);
    this.#expectEvents(events);
    const step = this.#machine[name](this.#state, now);
    expect(step.events).toEqual(events);
    this.#state = step.state;
  }

  async #send(binding: ModelBinding, isLost: boolean, now: number): Promise<void> {
    const delivered: string[] = [];
    const deliver = (code: string) => {
      delivered.push(code);
      if (isLost) throw new Error("the gateway is down");
    };
    const answer = await this.#passcodes.send({ ...bindingOf(binding), deliver }).catch((error: unknown) => error);
    const [code = drawPasscode(this.#formatOnly()).code] = delivered;
    const expected = this.#model.send(code, binding, now);
    expect(delivered.length).toBe(expected.outcome.ok ? 1 : 0);
    const { nonce } = drawPasscode();
    const request = { ...bindingOf(binding), nonce, now };
    const step = this.#machine.send(this.#state, { ...request, code });
    expect(step.outcome).toEqual(expected.outcome);
    expect(step.events).toEqual(expected.events);
    this.#state = step.state;
    if (!expected.outcome.ok) {
      expect(answer).toEqual(expected.outcome);
      this.#expectEvents(expected.events);
      const [event] = expected.events;
      this.#note(`unsent: ${event?.type === "send-refused" && event.reason}`);
      return;
    }
    this.#sent.unshift(code);
    if (!isLost) {
      expect(answer).toEqual({ ...expected.outcome, channel: "default", deliveryId: null });
      const event = { type: "delivered", at: now, channel: "default", deliveryId: null } as const;
      this.#expectEvents([...expected.events, event]);
      this.#note("sent");
      return;
    }
    const resendAt = this.#model.giveBack(now);
    expect(answer).toEqual(refusal("delivery-failed"));
    expect(answer).toMatchObject({ resendAt });
    const event = { type: "delivery-failed", at: now, channel: "default", timedOut: false } as const;
    this.#expectEvents([...expected.events, event]);
    const back = this.#machine.giveBack(this.#state, request);
    expect([back.outcome, back.events]).toEqual([undefined, []]);
    this.#state = back.state;
    this.#note("lost");
  }

  async #attempt(code: string, binding: ModelBinding, now: number): Promise<void> {
    const { outcome, events } = this.#model.attempt(code, binding, now);
    const attempt = { ...bindingOf(binding), code };
    expect(await this.#passcodes.attempt(attempt)).toEqual(outcome);
    this.#expectEvents(events);
    const step = this.#machine.attempt(this.#state, { ...attempt, now });
    expect(step.outcome).toEqual(outcome);
    expect(step.events).toEqual(events);
    // Kept for as long as it counts.
    expect(step.expiresAt).toBeGreaterThanOrEqual(now + 86_400_000);
    this.#state = step.state;
    this.#note(outcome.ok ? "ok" : outcome.reason);
  }

  #formatOnly() {
    const { digits, characters, allowShort } = this.#format;
    return { digits, characters, allowShort };
  }

  /** Of the right form, and not this one. */
  #other(code: string): string {
    for (;;) {
      const drawn = drawPasscode(this.#formatOnly()).code;
      if (drawn !== code) return drawn;
    }
  }

  #expectEvents(events: readonly PasscodeMachineEvent[]): void {
    const emitted = this.#events;
    this.#events = [];
    expect(emitted).toEqual(events.map((event) => ({ ...event, ...TARGET })));
  }

  #note(name: string): void {
    this.seen[name] = (this.seen[name] ?? 0) + 1;
  }
}
