// What an account is asked, checked once. Only the checks that a service calls itself say what they refuse if it is not an object: the
// machine has taken the other requests apart.

import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { decodeBase32 } from "../encoding/base32.ts";
import { type Bytes, isBytes } from "../encoding/bytes.ts";
import { isKeyName } from "../guard/state.ts";

import { checkWholeKey } from "../key/key.ts";
import { checkDomain as checkKeyDomain } from "../key/label.ts";

import { BINDING_OPTIONS, checkBinding } from "../passcodes/machine.ts";
import type { SentCodeBinding } from "../passcodes/outcome.ts";
import type { CheckedBinding } from "../passcodes/sent-codes.ts";
import { checkIdentifier, checkSubject } from "../store/store-key.ts";
import { checkTransaction } from "../transaction/transaction.ts";
import { MAX_DOMAIN_LENGTH, MAX_NAME_LENGTH } from "./enrolment/authenticator.ts";
import { bytesOf, parametersOf } from "./enrolment/parameters.ts";
import { checkLabel, isLabel, MAX_LABEL_LENGTH } from "./label.ts";
import { checkDeviceTtl } from "./policy.ts";

import type {
  AccountAttempt,
  AdoptRequest,
  AuthenticatorTarget,
  CheckedAdoption,
  CheckedAttempt,
  CheckedConfirmation,
  CheckedDiagnosis,
  CheckedProposal,
  CheckedResync,
  ConfirmRequest,
  ProposeRequest,
  Target,
} from "./request.ts";

const PROPOSE_OPTIONS: Options<ProposeRequest> = {
  subject: true,
  issuer: true,
  account: true,
  label: true,
  domain: true,
  algorithm: true,
  digits: true,
  period: true,
};
const TARGET_OPTIONS: Options<AuthenticatorTarget> = { subject: true, authenticator: true };
const CONFIRM_OPTIONS: Options<ConfirmRequest> = { ...TARGET_OPTIONS, code: true, replaces: true, detect: true };
const ADOPT_OPTIONS: Options<AdoptRequest> = { ...TARGET_OPTIONS, key: true, label: true, after: true };
const ATTEMPT_OPTIONS: Options<AccountAttempt> = {
  subject: true,
  code: true,
  deviceToken: true,
  purpose: true,
  context: true,
  transaction: true,
};

/** @param drawn - the id and the secret of the new authenticator. */
export function checkPropose(
  request: ProposeRequest,
  drawn: { readonly authenticator: string; readonly secret: Bytes },
): CheckedProposal {
  checkOptions(request, PROPOSE_OPTIONS);
  const { subject, issuer, account, domain, algorithm, digits, period } = request;
  return {
    subject: checkSubject(subject),
    ...drawn,
    label: checkLabel(request.label),
    parameters: parametersOf({ type: "totp", algorithm, digits, period }),
    names: {
      issuer: checkName(issuer, "issuer"),
      account: checkName(account, "account"),
      domain: domain === undefined ? null : checkDomain(domain),
    },
  };
}

/** As a key URI can carry it. Longer ones would not fit the record. */
function checkDomain(value: unknown): string {
  const domain = checkKeyDomain(value);
  if (domain.length > MAX_DOMAIN_LENGTH) refuse("domain", `at most ${MAX_DOMAIN_LENGTH} characters`);
  return domain;
}

function checkName(name: unknown, argument: string): string {
  if (name === null || !isLabel(name, MAX_NAME_LENGTH) || name.includes(":")) {
    refuse(argument, `text of 1 to ${MAX_NAME_LENGTH} characters without a colon, control or invisible characters`);
  }
  return name;
}

export function checkTarget(target: AuthenticatorTarget): Target {
  checkOptions(target, TARGET_OPTIONS, "target");
  return { subject: checkSubject(target.subject), authenticator: checkId(target.authenticator, "authenticator") };
}

/** An id of an authenticator that the caller kept. It may be one that never existed. */
function checkId(value: unknown, argument: string): string {
  if (!isKeyName(value)) refuse(argument, "1 to 64 characters of A-Z, a-z, 0-9, _ and -");
  return value;
}

export function checkConfirm(request: ConfirmRequest): CheckedConfirmation {
  checkOptions(request, CONFIRM_OPTIONS, "request");
  const { code, replaces, detect = false } = request;
  if (typeof detect !== "boolean") refuse("detect", "a boolean");
  const subject = checkSubject(request.subject);
  const authenticator = checkId(request.authenticator, "authenticator");
  return {
    subject,
    authenticator,
    code,
    replaces: replaces === undefined ? null : checkId(replaces, "replaces"),
    detect,
  };
}

export function checkAdopt(request: AdoptRequest & { readonly authenticator: string }): CheckedAdoption {
  checkOptions(request, ADOPT_OPTIONS);
  const { key, authenticator, after } = request;
  checkWholeKey(key);
  const { secret } = key;
  if (typeof secret !== "string" && !isBytes(secret)) refuse("key.secret", "base32 text or bytes");
  parametersOf(key);
  if (key.type === "hotp" && after !== undefined) refuse("after", "left out for a HOTP key: use its `counter`");
  return {
    subject: checkSubject(request.subject),
    authenticator: checkId(authenticator, "authenticator"),
    label: checkLabel(request.label),
    key: bytesOf(key),
    after: after === undefined ? null : checkInteger(after, "after", 0, Number.MAX_SAFE_INTEGER),
  };
}

export function checkAttempt(attempt: AccountAttempt): CheckedAttempt {
  checkOptions(attempt, ATTEMPT_OPTIONS, "attempt");
  const { code, deviceToken, purpose, context, transaction } = attempt;
  const subject = checkSubject(attempt.subject);
  if (purpose === undefined) {
    if (context !== undefined) refuse("context", "left out without `purpose`");
    if (transaction !== undefined) refuse("transaction", "left out without `purpose`");
    return { subject, code, deviceToken, purpose: null, context: null, transaction: null };
  }
  return {
    subject,
    code,
    deviceToken,
    purpose: checkPurpose(purpose),
    context: context === undefined ? null : checkIdentifier(context, "context"),
    transaction: transaction === undefined ? null : checkTransaction(transaction),
  };
}

function checkPurpose(value: unknown): string {
  if (value === null || !isLabel(value)) refuse("purpose", `text of 1 to ${MAX_LABEL_LENGTH} characters`);
  return value;
}

const RESYNC_OPTIONS: Options<CheckedResync> = { ...TARGET_OPTIONS, codes: true };
const DIAGNOSE_OPTIONS: Options<CheckedDiagnosis> = { ...TARGET_OPTIONS, code: true };

export function checkResync(attempt: CheckedResync): CheckedResync {
  checkOptions(attempt, RESYNC_OPTIONS);
  const { codes, ...target } = attempt;
  return { ...checkTarget(target), codes };
}

export function checkDiagnosis(attempt: CheckedDiagnosis): CheckedDiagnosis {
  checkOptions(attempt, DIAGNOSE_OPTIONS);
  const { code, ...target } = attempt;
  return { ...checkTarget(target), code };
}

/** What a code is bound to. The purpose is shorter than for `createPasscodes`, because it stands in the account's record. */
export function checkSend(request: SentCodeBinding): CheckedBinding {
  checkOptions(request, BINDING_OPTIONS);
  return { ...checkBinding(request), purpose: checkPurpose(request.purpose) };
}

export function checkRecognise(request: { readonly subject: string; readonly deviceToken: unknown }) {
  checkOptions(request, { subject: true, deviceToken: true });
  return { subject: checkSubject(request.subject), deviceToken: request.deviceToken };
}

const TRUST_OPTIONS = { subject: true, label: true, ttlMs: true } as const;

export function checkTrust(request: { readonly subject: string; readonly label?: unknown; readonly ttlMs?: unknown }) {
  checkOptions(request, TRUST_OPTIONS);
  const { subject, label, ttlMs } = request;
  return {
    subject: checkSubject(subject),
    label: checkLabel(label),
    ttlMs: ttlMs === undefined ? null : checkDeviceTtl(ttlMs, "ttlMs", 0),
  };
}

/** The secret of a proposal, which a machine gets as text. */
export function secretOfText(secret: unknown): Bytes {
  if (typeof secret !== "string") refuse("secret", "base32 text");
  return decodeBase32(secret);
}
