// The codes of one subject and purpose, and everybody who knows of them: the model, the machine and the service over a store. They
// are told the same and must say the same.
import {
  createPasscodeMachine,
  createPasscodes,
  drawPasscode,
  type PasscodeEvent,
  type PasscodeMachine,
  type PasscodeMachineEvent,
  type PasscodePolicy,
  type Passcodes,
} from "otp-core/passcodes";
import { memoryStore } from "otp-core/store";
import { type FakeClock, fakeClock } from "otp-core/testing";
import { expect } from "vitest";
import { type ModelPolicy, PasscodeModel } from "./passcode-model.ts";

export type Act =
  | { readonly act: "tick"; readonly ms: number }
  | { readonly act: "issue" | "right" | "wrong"; readonly context: string | undefined }
  /** A code that was sent before. */
  | { readonly act: "old"; readonly back: number; readonly context: string | undefined }
  | { readonly act: "malformed" | "forget" | "unlock" | "status" };

export interface Policy {
  readonly written: Omit<PasscodePolicy, "pepper">;
  readonly meant: ModelPolicy;
}

const TARGET = { subject: "user-1", purpose: "login" };
const PEPPER = Uint8Array.from({ length: 32 }, (_, i) => i);

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
      // Whose own clock stands still, so that it drops nothing.
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
      case "issue":
        await this.#issue(act.context, now);
        break;
      case "right":
        await this.#redeem(this.#sent[0] ?? this.#other(""), act.context, now);
        break;
      case "wrong":
        await this.#redeem(this.#other(this.#sent[0] ?? ""), act.context, now);
        break;
      case "old":
        await this.#redeem(this.#sent[1 + act.back] ?? this.#other(""), act.context, now);
        break;
      case "malformed": {
        const { outcome, events } = this.#model.malformed(now);
        for (const code of ["12", "", "12345x7890", undefined as unknown as string]) {
          expect(await this.#passcodes.redeem({ ...TARGET, code })).toEqual(outcome);
          this.#expectEvents(events);
          const step = this.#machine.redeem(this.#state, { ...TARGET, code, now });
          expect(step.outcome).toEqual(outcome);
        }
        this.#note("malformed");
        break;
      }
      case "forget": {
        const events = this.#model.forget(now);
        await this.#passcodes.forget(TARGET);
        this.#expectEvents(events);
        const step = this.#machine.forget(this.#state, now);
        expect(step.events).toEqual(events);
        this.#state = step.state;
        break;
      }
      case "unlock": {
        const events = this.#model.unlock(now);
        await this.#passcodes.unlock(TARGET);
        this.#expectEvents(events);
        const step = this.#machine.unlock(this.#state, now);
        expect(step.events).toEqual(events);
        this.#state = step.state;
        break;
      }
      case "status":
        break;
    }
    const status = this.#model.status(this.#clock());
    expect(await this.#passcodes.status(TARGET)).toEqual(status);
    expect(this.#machine.status(this.#state, this.#clock())).toEqual(status);
  }

  async #issue(context: string | undefined, now: number): Promise<void> {
    const delivered: string[] = [];
    const outcome = await this.#passcodes.issue({ ...TARGET, context, deliver: (code) => delivered.push(code) });
    const [code = drawPasscode(this.#formatOnly()).code] = delivered;
    const expected = this.#model.issue(code, context, now);
    expect(outcome).toEqual(expected.outcome);
    expect(delivered.length).toBe(expected.outcome.ok ? 1 : 0);
    this.#expectEvents(expected.events);
    const { nonce } = drawPasscode();
    const step = this.#machine.issue(this.#state, { ...TARGET, context, code, nonce, now });
    expect(step.outcome).toEqual(expected.outcome);
    expect(step.events).toEqual(expected.events);
    this.#state = step.state;
    if (outcome.ok) this.#sent.unshift(code);
    this.#note(
      outcome.ok ? "issued" : `unsent: ${expected.events[0]?.type === "refused" && expected.events[0].reason}`,
    );
  }

  async #redeem(code: string, context: string | undefined, now: number): Promise<void> {
    const { outcome, events } = this.#model.redeem(code, context, now);
    expect(await this.#passcodes.redeem({ ...TARGET, context, code })).toEqual(outcome);
    this.#expectEvents(events);
    const step = this.#machine.redeem(this.#state, { ...TARGET, context, code, now });
    expect(step.outcome).toEqual(outcome);
    expect(step.events).toEqual(events);
    // Kept for as long as it counts.
    expect(step.expiresAt).toBeGreaterThanOrEqual(now + 86_400_000);
    if (outcome.reason === "mismatch") expect(step.expiresAt).toBe(now + 30 * 86_400_000);
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
    const told = this.#events;
    this.#events = [];
    expect(told).toEqual(events.map((event) => ({ ...event, ...TARGET })));
  }

  #note(name: string): void {
    this.seen[name] = (this.seen[name] ?? 0) + 1;
  }
}
