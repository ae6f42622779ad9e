// The service: accounts in a store. It is the machine, a store, and the channels that deliver codes.

import { checkOptions, type Options } from "../check.ts";
import type { Diagnosis } from "../diagnosis/diagnose.ts";
import { encodeBase32 } from "../encoding/base32.ts";
import { generateSecret, randomBytes } from "../encoding/random.ts";
import { OtpError } from "../errors.ts";
import { DIGEST_BYTES } from "../hmac/algorithm.ts";
import { algorithmOf } from "../key/key.ts";
import type { Codes } from "../otp/options.ts";
import { checkChannels, type DeliverOption, deliverCode } from "../passcodes/deliver.ts";
import { drawOf } from "../passcodes/draw.ts";
import type { SendOutcome, SentCodeBinding, SentCodeTarget } from "../passcodes/outcome.ts";
import { checkFormat } from "../passcodes/policy.ts";
import { drawRecoveryCodes } from "../recovery/code-form.ts";
import { freshNonce } from "../store/step/envelope.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/step/runner.ts";
import { checkSubject } from "../store/store-key.ts";
import { checkAttempt, checkConfirm, checkSend, checkTarget } from "./check-request.ts";
import { drawDeviceToken } from "./devices/token.ts";
import { createAccountMachine } from "./machine.ts";
import type {
  AccountEvent,
  AccountMachineEvent,
  AccountOutcome,
  AccountStatus,
  Confirmed,
  Proposal,
  RecognisedDevice,
  TrustedDevice,
} from "./outcome.ts";
import { ACCOUNT_OPTIONS, type SealedAccountPolicy } from "./policy.ts";
import type { AccountAttempt, AdoptRequest, AuthenticatorTarget, ConfirmRequest, ProposeRequest } from "./request.ts";

/** An account's policy, where accounts are kept, and who hears of events. */
export interface AccountOptions extends SealedAccountPolicy, ServiceOptions<AccountEvent> {}
/** Everything of a user's second factor in one record with one budget. Most people should start here. */
export interface Accounts {
  /** Proposes a TOTP key. Nothing changes for log-ins until `confirm`. At most three wait; one more ends the oldest. */
  propose(request: ProposeRequest): Promise<Proposal>;
  /** The same proposal again, for example after a reload. `null`: it has expired or was confirmed. */
  proposal(target: AuthenticatorTarget): Promise<Proposal | null>;
  /** Confirms a proposal by its first code, which is used up. `null`: refused. Not counted as a guess; ten wrong codes end the proposal. */
  confirm(request: ConfirmRequest): Promise<Confirmed | null>;
  /** Takes over a key that the user already holds. A key or an id that the user has already changes nothing. */
  adopt(request: AdoptRequest): Promise<{ readonly authenticator: string }>;
  /** Removes an authenticator or a proposal. `false`: there is none of this id. The last one takes recovery codes and devices with it. */
  remove(target: AuthenticatorTarget): Promise<boolean>;
  /** Finds a clock or counter that is far off by consecutive codes. Counts like an attempt. */
  resync(attempt: AuthenticatorTarget & { readonly codes: Codes }): Promise<boolean>;

  /** For a support desk: why a code is not accepted, or `null`. Never an acceptance, and always counted as a failure. */
  diagnose(attempt: AuthenticatorTarget & { readonly code: unknown }): Promise<Diagnosis | null>;

  /** Whether the code is accepted. Most people should use this. */
  verify(attempt: AccountAttempt): Promise<boolean>;
  /** The same with the method or the reason. Test `.ok`: the outcome itself is always truthy. */
  attempt(attempt: AccountAttempt): Promise<AccountOutcome>;

  /** Draws a code and hands it to `deliver`. Test `.ok`: the outcome itself is always truthy. Rejects with `delivery-failed`. */
  send(request: SentCodeBinding & { readonly deliver: DeliverOption }): Promise<SendOutcome>;
  /** "This was not me": ends the codes of this purpose and emits `reported`. */
  report(target: SentCodeTarget): Promise<void>;
  /** A new set of recovery codes, to be shown once. The old set ends in the same write. */
  generateRecoveryCodes(subject: string): Promise<string[]>;
  /** Takes over recovery codes that the user already holds: 1 to 20 texts of 8 to 64 letters and digits. A code that was used stays used. */
  adoptRecoveryCodes(set: { readonly subject: string; readonly codes: readonly string[] }): Promise<void>;

  /** "Do not ask again on this device." Call it after a successful `verify`. `null`: no code was accepted in the last 15 minutes, or it was used for a device already. @param request.ttlMs - Default: `devices.ttlMs`. */
  trust(request: {
    readonly subject: string;
    readonly label?: string | undefined;
    readonly ttlMs?: number | undefined;
  }): Promise<TrustedDevice | null>;
  /** The trusted device, or `null`: unknown, expired, revoked or stolen. Set the cookie again only if `deviceToken` is not `null`. */
  recognise(request: { readonly subject: string; readonly deviceToken: unknown }): Promise<RecognisedDevice | null>;
  /** Ends a device. `false`: there is none of this id. */
  revoke(target: { readonly subject: string; readonly device: string }): Promise<boolean>;
  /** Ends all devices, for example after a change of password. `trust` then needs another code. */
  revokeAll(subject: string): Promise<void>;

  /** What is known of a user. Changes nothing. */
  status(subject: string): Promise<AccountStatus>;
  /** Forgives all failures, once support has verified the user's identity. */
  unlock(subject: string): Promise<void>;
  /** Removes everything: the user was deleted or starts again. Codes of steps that began before are never accepted again. */
  forget(subject: string): Promise<void>;
  /** Seals all secrets under the newest key. Resolves to how many were sealed again. */
  reseal(subject: string): Promise<number>;
}

const OPTIONS: Options<AccountOptions> = { ...SERVICE_OPTIONS, ...ACCOUNT_OPTIONS };
const SEND_OPTIONS: Options<Parameters<Accounts["send"]>[0]> = {
  subject: true,
  purpose: true,
  context: true,
  transaction: true,
  deliver: true,
};

const ADOPT_CODES_OPTIONS = { subject: true, codes: true } as const;
const REVOKE_OPTIONS = { subject: true, device: true } as const;

/**
 * Everything of a user's second factor in one record: authenticators with their secrets encrypted, recovery codes, sent codes, trusted
 * devices, and one budget for guesses. Each call is one compare-and-swap, so a change is complete or did not happen.
 *
 * @example
 * ```ts
 * import { createAccounts, createKeyBox } from "otp-core/account";
 * import { memoryStore } from "otp-core/store";
 *
 * const bytes = new Uint8Array(32).fill(7); // yours are random and stay the same: see deriveBytes
 * const accounts = createAccounts({ store: memoryStore(), pepper: bytes, seal: createKeyBox([{ id: "a", bytes }]) });
 * const [code] = await accounts.generateRecoveryCodes("user-1");
 * console.log(await accounts.verify({ subject: "user-1", code })); // true
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range, `weak-secret` for a short pepper. The methods reject with
 * `invalid-argument`, `key-unsealable`, `pepper-missing`, `delivery-failed`, and as `transact` does when the store failed. A rejection
 * is never an acceptance.
 */
export function createAccounts(options: AccountOptions): Accounts {
  checkOptions(options, OPTIONS);
  const { store: _store, prefix: _prefix, clock: _clock, timeoutMs: _timeoutMs, onEvent: _onEvent, ...rest } = options;
  const { onListenerError: _onListenerError, ...policy } = rest;
  const machine = createAccountMachine(policy);
  const runner = new MachineRunner<{ readonly subject: string }, AccountMachineEvent>("account", options);
  const format = checkFormat(policy.sent ?? {});
  const now = () => runner.now();

  /** One linearizable step. `always`: what an administrator asks for is written even if nothing changes. */
  function run<Outcome>(
    subject: unknown,
    decide: Parameters<typeof runner.run<Outcome>>[1],
    always = false,
  ): Promise<Outcome> {
    const target = { subject: checkSubject(subject) };
    return always ? runner.write(target, decide) : runner.run(target, decide);
  }

  async function attempt(request: AccountAttempt): Promise<AccountOutcome> {
    const { subject } = checkAttempt(request);
    return run(subject, (state) => machine.attempt(state, { ...request, now: now() }));
  }

  return {
    async propose(request) {
      // Drawn once, because a machine may run several times for one call.
      const authenticator = drawAuthenticatorId();
      const secret = generateSecret(DIGEST_BYTES[algorithmOf(request?.algorithm, undefined)]);
      return run(request?.subject, (state) =>
        machine.propose(state, { ...request, authenticator, secret, now: now() }),
      );
    },
    async proposal(target) {
      const { subject } = checkTarget(target);
      return runner.read({ subject }, (state) => machine.proposal(state, { ...target, now: now() }));
    },
    async confirm(request) {
      const { subject } = checkConfirm(request);
      return run(subject, (state) => machine.confirm(state, { ...request, now: now() }));
    },
    async adopt(request) {
      const authenticator = request?.authenticator ?? drawAuthenticatorId();
      return run(request?.subject, (state) => machine.adopt(state, { ...request, authenticator, now: now() }));
    },
    async remove(target) {
      return run(target?.subject, (state) => machine.remove(state, { ...target, now: now() }), true);
    },
    async resync(request) {
      return run(request?.subject, (state) => machine.resync(state, { ...request, now: now() }));
    },
    async diagnose(request) {
      return run(request?.subject, (state) => machine.diagnose(state, { ...request, now: now() }));
    },
    attempt,
    async verify(request) {
      return (await attempt(request)).ok;
    },
    async send(request) {
      checkOptions(request, SEND_OPTIONS, "request");
      const { deliver, ...binding } = request;
      const channels = checkChannels(deliver);
      const draw = drawOf(format);
      const { subject, purpose } = checkSend(binding);
      const sent = await run(subject, (state) => machine.send(state, { ...binding, ...draw, now: now() }));
      if (!sent.ok) return sent;
      const delivery = { purpose, expiresAt: sent.expiresAt, transaction: binding.transaction ?? null };
      const delivered = await deliverCode(channels, draw.code, delivery, (event) =>
        runner.emit({ subject }, [{ ...event, at: now(), purpose }]),
      );
      if (delivered.ok) return { ...sent, channel: delivered.channel, deliveryId: delivered.deliveryId };
      throw new OtpError("delivery-failed", "no channel took the code; it counts as sent", {
        cause: delivered.cause,
        resendAt: await giveBack(binding, draw.nonce, sent.resendAt),
      });
    },
    async report(target) {
      await run(target?.subject, (state) => machine.report(state, { ...target, now: now() }), true);
    },
    async generateRecoveryCodes(subject) {
      const draw = drawRecoveryCodes(policy.recovery);
      await run(subject, (state) => machine.generateRecoveryCodes(state, { ...draw, subject, now: now() }));
      return [...draw.codes];
    },
    async adoptRecoveryCodes(set) {
      checkOptions(set, ADOPT_CODES_OPTIONS, "set");
      const draw = { codes: set.codes, nonce: freshNonce() };
      await run(set.subject, (state) =>
        machine.adoptRecoveryCodes(state, { ...draw, subject: set.subject, now: now() }),
      );
    },
    async trust(request) {
      const deviceToken = drawDeviceToken();
      return run(request?.subject, (state) => machine.trust(state, { ...request, deviceToken, now: now() }));
    },
    async recognise(request) {
      return run(request?.subject, (state) => machine.recognise(state, { ...request, now: now() }));
    },
    async revoke(target) {
      checkOptions(target, REVOKE_OPTIONS, "target");
      const { subject, device } = target;
      return run(subject, (state) => machine.revoke(state, { device, now: now() }), true);
    },
    async revokeAll(subject) {
      await run(subject, (state) => machine.revokeAll(state, now()), true);
    },
    async status(subject) {
      return runner.read({ subject: checkSubject(subject) }, (state) => machine.status(state, now()));
    },
    async unlock(subject) {
      await run(subject, (state) => machine.unlock(state, now()), true);
    },
    async forget(subject) {
      await run(subject, (state) => machine.forget(state, now()), true);
    },
    async reseal(subject) {
      return run(subject, (state) => machine.reseal(state, { subject, now: now() }));
    },
  };

  /** When another code may be sent. If that cannot be stored, the usual wait stays. */
  async function giveBack(binding: SentCodeBinding, nonce: string, resendAt: number): Promise<number> {
    try {
      return await run(binding.subject, (state) => machine.giveBack(state, { ...binding, nonce, now: now() }));
    } catch {
      return resendAt;
    }
  }
}

/** 80 bits: no two authenticators of all users have the same id. */
const AUTHENTICATOR_BYTES = 10;

function drawAuthenticatorId(): string {
  return encodeBase32(randomBytes(AUTHENTICATOR_BYTES)).toLowerCase();
}
