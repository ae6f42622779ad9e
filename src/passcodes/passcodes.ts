// The service: sent codes in a store, handed to the channels that send them.
import { checkOptions, type Options } from "../check.ts";
import { readSymbols } from "../encoding/alphabet.ts";
import { OtpError } from "../errors.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/step/runner.ts";
import {
  decideAttempt,
  decideForget,
  decideGiveBack,
  decideReport,
  decideSend,
  decideUnlock,
  type PasscodeMachineEvent,
  passcodeStatus,
} from "./decisions.ts";
import { checkChannels, type DeliverOption, deliverCode } from "./deliver.ts";
import { drawOf } from "./draw.ts";
import { BINDING_OPTIONS, checkBinding, TARGET_OPTIONS } from "./machine.ts";
import type {
  PasscodeEvent,
  PasscodeOutcome,
  PasscodeStatus,
  SendOutcome,
  SentCodeBinding,
  SentCodeTarget,
} from "./outcome.ts";
import { checkPasscodePolicy, PASSCODE_OPTIONS, type PasscodePolicy } from "./policy.ts";

/** The policy of sent codes, where they are remembered, and who hears of events. */
export interface PasscodeOptions extends PasscodePolicy, ServiceOptions<PasscodeEvent> {}

/** Codes that the server sends: each is accepted once, for what it was sent for. */
export interface Passcodes {
  /**
   * Draws a code and hands it to `deliver`, after it was counted as sent. Test `.ok`: the outcome itself is always truthy. Rejects
   * with `delivery-failed` if no channel took the code; the error has `resendAt`. The code lives all the same, because a gateway
   * that failed may have sent it.
   */
  send(request: SentCodeBinding & { readonly deliver: DeliverOption }): Promise<SendOutcome>;
  /** Whether the code is accepted. Most people should use this. */
  verify(attempt: SentCodeBinding & { readonly code: unknown }): Promise<boolean>;
  /** The same with a reason. Test `.ok`: the outcome itself is always truthy. */
  attempt(attempt: SentCodeBinding & { readonly code: unknown }): Promise<PasscodeOutcome>;
  /** "This was not me": ends the codes and emits `reported`. Keeps the failures. */
  report(target: SentCodeTarget): Promise<void>;
  /** Ends the codes. Keeps the failures, so that it allows no more guesses. */
  forget(target: SentCodeTarget): Promise<void>;
  /** Forgives all failures, once support has verified the user's identity. */
  unlock(target: SentCodeTarget): Promise<void>;
  /** What is known. Changes nothing. */
  status(target: SentCodeTarget): Promise<PasscodeStatus>;
}

const OPTIONS: Options<PasscodeOptions> = { ...SERVICE_OPTIONS, ...PASSCODE_OPTIONS };
const SEND_OPTIONS: Options<Parameters<Passcodes["send"]>[0]> = { ...BINDING_OPTIONS, deliver: true };
const ATTEMPT_OPTIONS: Options<Parameters<Passcodes["attempt"]>[0]> = { ...BINDING_OPTIONS, code: true };

/**
 * Codes that the server sends by SMS, mail, voice or push. Only keyed digests are stored.
 *
 * Call `send` for subjects that do not exist as well, with a `deliver` that does nothing, or the time of the answer tells who has an
 * account. Limit sends by destination and address with `createSendGuard` and `createLimiter`: every message costs money.
 *
 * @example
 * ```ts
 * import { createPasscodes } from "otp-core/passcodes";
 * import { memoryStore } from "otp-core/store";
 *
 * const passcodes = createPasscodes({ store: memoryStore(), pepper: new Uint8Array(32).fill(7) }); // yours is random
 * let code = "";
 * const login = { subject: "user-1", purpose: "login" };
 * await passcodes.send({ ...login, deliver: (sent) => void (code = sent) });
 * console.log(await passcodes.verify({ ...login, code })); // true
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range, `weak-secret` for a short pepper. The methods reject with
 * `invalid-argument`, `pepper-missing`, `delivery-failed`, and as `transact` does when the store failed. A rejection is never an
 * acceptance.
 */
export function createPasscodes(options: PasscodeOptions): Passcodes {
  checkOptions(options, OPTIONS);
  const policy = checkPasscodePolicy(options);
  const runner = new MachineRunner<SentCodeTarget, PasscodeMachineEvent>("passcodes", options);
  const { alphabet, length } = policy.sent;

  async function attempt(request: Parameters<Passcodes["attempt"]>[0]): Promise<PasscodeOutcome> {
    checkOptions(request, ATTEMPT_OPTIONS, "attempt");
    const symbols = readSymbols(request.code, alphabet, length);
    const bound = checkBinding(request);
    const target = targetOf(bound);
    if (symbols !== null) {
      return runner.run(target, (state) => decideAttempt(policy, state, bound, symbols, runner.now()));
    }
    // What is not a code is answered without the store, and not counted.
    const { outcome, events } = decideAttempt(policy, null, bound, symbols, runner.now());
    runner.emit(target, events);
    return outcome;
  }

  return {
    attempt,
    async verify(request) {
      return (await attempt(request)).ok;
    },
    async send(request) {
      checkOptions(request, SEND_OPTIONS, "request");
      const channels = checkChannels(request.deliver);
      const bound = checkBinding(request);
      const draw = drawOf(policy.sent);
      const target = targetOf(bound);
      const sent = await runner.run(target, (state) => decideSend(policy, state, bound, draw, runner.now()));
      if (!sent.ok) return sent;
      const delivery = { purpose: bound.purpose, expiresAt: sent.expiresAt, transaction: bound.transaction };
      const delivered = await deliverCode(channels, draw.code, delivery, (event) =>
        runner.emit(target, [{ ...event, at: runner.now() }]),
      );
      if (delivered.ok) return { ...sent, channel: delivered.channel, deliveryId: delivered.deliveryId };
      throw new OtpError("delivery-failed", "no channel took the code; it counts as sent", {
        cause: delivered.cause,
        resendAt: await giveBack(target, draw.nonce, sent.resendAt),
      });
    },
    async report(target) {
      await runner.write(checkTarget(target), (state) => decideReport(policy, state, runner.now()));
    },
    async forget(target) {
      await runner.write(checkTarget(target), (state) => decideForget(policy, state, runner.now()));
    },
    async unlock(target) {
      await runner.write(checkTarget(target), (state) => decideUnlock(policy, state, runner.now()));
    },
    async status(target) {
      return runner.read(checkTarget(target), (state) => passcodeStatus(policy, state, runner.now()));
    },
  };

  /** When another code may be sent. If that cannot be stored, the usual wait stays. */
  async function giveBack(target: SentCodeTarget, nonce: string, resendAt: number): Promise<number> {
    try {
      return await runner.run(target, (state) => decideGiveBack(policy, state, nonce, runner.now()));
    } catch {
      return resendAt;
    }
  }
}

function checkTarget(target: SentCodeTarget): SentCodeTarget {
  checkOptions(target, TARGET_OPTIONS, "target");
  return targetOf(checkBinding(target));
}

function targetOf({ subject, purpose }: SentCodeTarget): { readonly subject: string; readonly purpose: string } {
  return { subject, purpose };
}
