// An account without its store: pure functions of a state, asynchronous where a secret has to be sealed or opened.

import { keepAttemptsUntil, lapseFailures } from "../attempts/expiry.ts";
import { checkOptions, refuse } from "../check.ts";
import type { Diagnosis } from "../diagnosis/diagnose.ts";
import type { Codes } from "../otp/options.ts";
import type { SendDecision } from "../passcodes/decisions.ts";
import { checkDraw, checkNonce } from "../passcodes/machine.ts";
import type { SentCodeBinding, SentCodeTarget } from "../passcodes/outcome.ts";
import type { PasscodeDraw } from "../passcodes/sent-code-changes.ts";
import type { RecoveryDraw } from "../recovery/code-form.ts";
import { decideOnRow, stateOfRow } from "../store/step/envelope.ts";
import { checkSubject } from "../store/store-key.ts";
import { checkNow, DAY_MS } from "../time.ts";
import {
  checkAdopt,
  checkAttempt,
  checkConfirm,
  checkDiagnosis,
  checkPropose,
  checkRecognise,
  checkResync,
  checkSend,
  checkTarget,
  checkTrust,
  secretOfText,
} from "./check-request.ts";
import { decideRecognise, decideRevoke, decideRevokeAll, decideTrust } from "./devices/decisions.ts";
import { checkDraw as checkDeviceDraw } from "./devices/token.ts";
import { decideAdopt } from "./enrolment/adopt.ts";
import { decideConfirm } from "./enrolment/confirm.ts";
import { decidePropose, readProposal } from "./enrolment/propose.ts";
import { decideRemove, decideReseal } from "./enrolment/remove.ts";
import { decideAttempt } from "./login/attempt.ts";
import { checkAdopted, checkDrawn, decideNewSet } from "./login/recovery-codes.ts";
import { decideGiveBack, decideReport, decideSend } from "./login/sent.ts";
import type {
  AccountDecision,
  AccountOutcome,
  AccountStatus,
  AccountTransition,
  Confirmed,
  Proposal,
  RecognisedDevice,
  TrustedDevice,
} from "./outcome.ts";
import { ACCOUNT_OPTIONS, type CheckedAccountPolicy, checkAccountPolicy, type SealedAccountPolicy } from "./policy.ts";
import type { AccountAttempt, AdoptRequest, AuthenticatorTarget, ConfirmRequest, ProposeRequest } from "./request.ts";
import { type AccountState, NO_ACCOUNT, readState, writeState } from "./state.ts";
import { decideDiagnose, decideForget, decideResync, decideUnlock, statusOf } from "./support.ts";

/** A request with the moment of it, in milliseconds since 1970. */
export type InMachine<Request> = Request & { readonly now: number };

/**
 * An account without its store. Most people should use `createAccounts`, with `rowStore` for their own table. Every method takes the
 * state as text (`null`: none) and the moment as `now` in milliseconds since 1970. Store `state` before you use `outcome`. A state may
 * also be the record that a store has written for the same user.
 */
export interface AccountMachine {
  /** Proposes a TOTP key. `request.secret` is base32 text that you drew. */
  propose(
    state: string | null,
    request: InMachine<ProposeRequest & { readonly authenticator: string; readonly secret: string }>,
  ): Promise<AccountTransition<Proposal>>;
  /** The same proposal again. `null`: it has expired or was confirmed. */
  proposal(state: string | null, target: InMachine<AuthenticatorTarget>): Promise<Proposal | null>;
  /** Confirms a proposal by its first code. `null`: refused. */
  confirm(state: string | null, request: InMachine<ConfirmRequest>): Promise<AccountTransition<Confirmed | null>>;
  /** Takes over a key that the user already holds. */
  adopt(
    state: string | null,
    request: InMachine<AdoptRequest & { readonly authenticator: string }>,
  ): Promise<AccountTransition<{ readonly authenticator: string }>>;
  /** Removes an authenticator or a proposal. */
  remove(state: string | null, target: InMachine<AuthenticatorTarget>): AccountTransition<boolean>;
  /** Finds a clock or counter that is far off by consecutive codes. */
  resync(
    state: string | null,
    attempt: InMachine<AuthenticatorTarget & { readonly codes: Codes }>,
  ): Promise<AccountTransition<boolean>>;
  /** Why a code is not accepted. Always counted as a failure. */
  diagnose(
    state: string | null,
    attempt: InMachine<AuthenticatorTarget & { readonly code: unknown }>,
  ): Promise<AccountTransition<Diagnosis | null>>;
  /** Decides on a code that a user typed. Test `outcome.ok`: the outcome itself is always truthy. */
  attempt(state: string | null, attempt: InMachine<AccountAttempt>): Promise<AccountTransition<AccountOutcome>>;
  /** Whether a code may be sent. Deliver it once the new state is stored, and only if the outcome is `ok`. */
  send(state: string | null, request: InMachine<SentCodeBinding & PasscodeDraw>): AccountTransition<SendDecision>;
  /** Notes that no channel took a code. Another one may be sent now, and replaces it first. The send still counts. The outcome is when. */
  giveBack(
    state: string | null,
    request: InMachine<SentCodeBinding & { readonly nonce: string }>,
  ): AccountTransition<number>;
  /** Ends the codes of a purpose because the user did not ask for them. */
  report(state: string | null, target: InMachine<SentCodeTarget>): AccountTransition<void>;
  /** A new set of recovery codes. The old set ends. */
  generateRecoveryCodes(
    state: string | null,
    request: InMachine<RecoveryDraw & { readonly subject: string }>,
  ): AccountTransition<void>;
  /** Takes over recovery codes that the user already holds. */
  adoptRecoveryCodes(
    state: string | null,
    request: InMachine<RecoveryDraw & { readonly subject: string }>,
  ): AccountTransition<void>;
  /** Trusts a device. `request.deviceToken` is of `drawDeviceToken`. The outcome has the token for the cookie. */
  trust(
    state: string | null,
    request: InMachine<{
      readonly subject: string;
      readonly label?: string | undefined;
      readonly ttlMs?: number | undefined;
      readonly deviceToken: string;
    }>,
  ): AccountTransition<TrustedDevice | null>;
  /** The trusted device of a token, or `null`. */
  recognise(
    state: string | null,
    request: InMachine<{ readonly subject: string; readonly deviceToken: unknown }>,
  ): AccountTransition<RecognisedDevice | null>;
  /** Ends a device. */
  revoke(state: string | null, target: InMachine<{ readonly device: string }>): AccountTransition<boolean>;
  /** Ends all devices. `trust` then needs another code. */
  revokeAll(state: string | null, now: number): AccountTransition<void>;
  /** What is known. Changes nothing. */
  status(state: string | null, now: number): AccountStatus;
  /** Forgives all failures. */
  unlock(state: string | null, now: number): AccountTransition<void>;
  /** Removes everything. Codes of steps that began before are never accepted again. */
  forget(state: string | null, now: number): AccountTransition<void>;
  /** Seals all secrets under the newest key. The outcome is how many were sealed again. */
  reseal(state: string | null, request: InMachine<{ readonly subject: string }>): Promise<AccountTransition<number>>;
}

/**
 * The decisions of an account without its store. `createAccounts` is this and a store.
 *
 * @example
 * ```ts
 * import { createAccountMachine, createKeyBox } from "otp-core/account";
 *
 * const bytes = new Uint8Array(32).fill(7); // yours are random
 * const machine = createAccountMachine({ pepper: bytes, seal: createKeyBox([{ id: "a", bytes }]) });
 * const { outcome } = await machine.attempt(null, { subject: "user-1", code: "123456", now: 59_000 });
 * console.log(outcome.ok || outcome.reason); // absent
 * ```
 *
 * @throws OtpError `invalid-argument` for a policy out of range, `weak-secret` for a short pepper. The methods throw or reject with
 * `invalid-argument`, `key-unsealable`, `pepper-missing`, and with `state-invalid` for a text that an account did not write.
 */
export function createAccountMachine(policy: SealedAccountPolicy): AccountMachine {
  checkOptions(policy, ACCOUNT_OPTIONS, "policy");
  const checked = checkAccountPolicy(policy);
  const run = <Outcome>(row: string | null, now: number, decide: Decide<Outcome>): AccountTransition<Outcome> =>
    decideOnRow(row, (text) => {
      const account = accountAt(text, checkNow(now));
      return write(checked, text, account, decide(account, now), now);
    });
  const runLater = async <Outcome>(row: string | null, now: number, decide: DecideLater<Outcome>) =>
    decideOnRow(row, async (text) => {
      const account = accountAt(text, checkNow(now));
      return write(checked, text, account, await decide(account, now), now);
    });

  return {
    async propose(text, request) {
      const { now, authenticator, secret, ...rest } = checkObject(request);
      const target = checkTarget({ subject: rest.subject, authenticator });
      const proposal = checkPropose(rest, { ...target, secret: secretOfText(secret) });
      return runLater(text, now, (account, at) => decidePropose(checked, account, proposal, at));
    },
    async proposal(text, request) {
      const { now, ...target } = checkObject(request);
      return readProposal(checked, readState(stateOfRow(text)), checkTarget(target), checkNow(now));
    },
    async confirm(text, request) {
      const { now, ...rest } = checkObject(request);
      const confirmation = checkConfirm(rest);
      return runLater(text, now, (account, at) => decideConfirm(checked, account, confirmation, at));
    },
    async adopt(text, request) {
      const { now, ...rest } = checkObject(request);
      const adoption = checkAdopt(rest);
      return runLater(text, now, (account, at) => decideAdopt(checked, account, adoption, at));
    },
    remove(text, request) {
      const { now, ...target } = checkObject(request);
      const { authenticator } = checkTarget(target);
      return run(text, now, (account, at) => decideRemove(checked, account, authenticator, at));
    },
    async resync(text, request) {
      const { now, ...attempt } = checkObject(request);
      const resync = checkResync(attempt);
      return runLater(text, now, (account, at) => decideResync(checked, account, resync, at));
    },
    async diagnose(text, request) {
      const { now, ...attempt } = checkObject(request);
      const diagnosis = checkDiagnosis(attempt);
      return runLater(text, now, (account, at) => decideDiagnose(checked, account, diagnosis, at));
    },
    async attempt(text, request) {
      const { now, ...attempt } = checkObject(request);
      const checkedAttempt = checkAttempt(attempt);
      return runLater(text, now, (account, at) => decideAttempt(checked, account, checkedAttempt, at));
    },
    send(text, request) {
      const { now, code, nonce, ...binding } = checkObject(request);
      const bound = checkSend(binding);
      const draw = checkDraw(checked.sent, { code, nonce });
      return run(text, now, (account, at) => decideSend(checked, account, bound, draw, at));
    },
    giveBack(text, request) {
      const { now, nonce, ...binding } = checkObject(request);
      const { purpose } = checkSend(binding);
      return run(text, now, (account, at) =>
        decideGiveBack(checked, account, { purpose, nonce: checkNonce(nonce) }, at),
      );
    },
    report(text, request) {
      const { now, ...target } = checkObject(request);
      const { purpose } = checkSend(target);
      return run(text, now, (account, at) => decideReport(account, purpose, at));
    },
    generateRecoveryCodes(text, request) {
      const { now, subject, ...draw } = checkObject(request);
      const [owner, codes] = [checkSubject(subject), checkDrawn(draw)];
      return run(text, now, (account, at) => decideNewSet(checked, account, owner, codes, at));
    },
    adoptRecoveryCodes(text, request) {
      const { now, subject, ...draw } = checkObject(request);
      const [owner, codes] = [checkSubject(subject), checkAdopted(draw)];
      return run(text, now, (account, at) => decideNewSet(checked, account, owner, codes, at));
    },
    trust(text, request) {
      const { now, deviceToken, ...rest } = checkObject(request);
      const trust = { ...checkTrust(rest), device: checkDeviceDraw(deviceToken) };
      return run(text, now, (account, at) => decideTrust(checked, account, trust, at));
    },
    recognise(text, request) {
      const { now, ...rest } = checkObject(request);
      const recognition = checkRecognise(rest);
      return run(text, now, (account, at) => decideRecognise(checked, account, recognition, at));
    },
    revoke(text, request) {
      const { now, device } = checkObject(request);
      return run(text, now, (account, at) => decideRevoke(account, device, at));
    },
    revokeAll: (text, now) => run(text, now, decideRevokeAll),
    status: (text, now) => statusOf(checked, accountAt(stateOfRow(text), checkNow(now)), now),
    unlock: (text, now) => run(text, now, decideUnlock),
    forget: (text, now) => run(text, now, decideForget),
    async reseal(text, request) {
      const { now, subject } = checkObject(request);
      const checkedSubject = checkSubject(subject);
      return runLater(text, now, (account, at) => decideReseal(checked, account, checkedSubject, at));
    },
  };
}

/** A request is an object: of anything else no field can be read. */
function checkObject<Request extends object>(request: Request): Request {
  if (typeof request !== "object" || request === null) refuse("request", "an object");
  return request;
}

type Decide<Outcome> = (account: AccountState, now: number) => AccountDecision<AccountState, Outcome>;
type DecideLater<Outcome> = (account: AccountState, now: number) => Promise<AccountDecision<AccountState, Outcome>>;

const EMPTY = /* @__PURE__ */ writeState(NO_ACCOUNT);

/** The account of a record. Failures in a record that may be dropped lapse, so that it does not matter whether it was. */
function accountAt(text: string | null, now: number): AccountState {
  const account = readState(text);
  return isKept(account) ? account : { ...account, attempts: lapseFailures(account.attempts, now) };
}

/** What a user can still log in with is kept for ever. So is a trusted device, because a code was accepted before it. */
function isKept({ attempts, authenticators, recovery }: AccountState): boolean {
  return authenticators.length > 0 || recovery !== null || attempts.acceptedAt !== null;
}

/** A decision as a transition. An absent record stays absent if there is nothing to remember. */
function write<Outcome>(
  policy: CheckedAccountPolicy,
  text: string | null,
  before: AccountState,
  { account, outcome, events }: AccountDecision<AccountState, Outcome>,
  now: number,
): AccountTransition<Outcome> {
  const written = account === before ? text : writeState(account);
  const state = text === null && written === EMPTY ? null : written;
  return { state, expiresAt: expiryOf(policy, account, now), outcome, events };
}

/** So long is remembered that a user was forgotten. It outlives a late copy of an earlier write that is still on its way. */
const FORGOTTEN_MS = 30 * DAY_MS;

/** Until when the record must be kept. `null`: for ever. */
function expiryOf(policy: CheckedAccountPolicy, account: AccountState, now: number): number | null {
  if (isKept(account)) return null;
  const { attempts, usedUntil } = account;
  // Proposals and sent codes are remembered for a day at most, which is shorter.
  return Math.max(
    keepAttemptsUntil(policy.guard.attempts, attempts, now),
    Math.max(now, usedUntil ?? 0) + FORGOTTEN_MS,
  );
}
