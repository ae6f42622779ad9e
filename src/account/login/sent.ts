// Sent codes of an account: one set for each purpose, under the account's budget.

import { refuseUnseen } from "../../attempts/decisions.ts";
import { type Refused, refused } from "../../attempts/outcome.ts";
import { readSymbols } from "../../encoding/alphabet.ts";
import type { SendDecision } from "../../passcodes/decisions.ts";
import { findSentCode, type SentCodeFinding } from "../../passcodes/find-sent-code.ts";
import {
  addSentCode,
  endSentCodes,
  markUnconfirmed,
  type PasscodeDraw,
  whenSendable,
} from "../../passcodes/sent-code-changes.ts";
import {
  type CheckedBinding,
  NO_SENT_CODES,
  type SentCodes,
  sentCodesAt,
  whyDead,
} from "../../passcodes/sent-codes.ts";
import type { AccountDecision, AccountMachineEvent, AccountStatus } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { CheckedAttempt } from "../request.ts";
import { type AccountState, MAX_PURPOSES, type SentPurpose } from "../state.ts";

type Decision<Outcome> = AccountDecision<AccountState, Outcome>;

/** Counts a send, and stores the digest of its code. Deliver the code once this is stored. */
export function decideSend(
  policy: CheckedAccountPolicy,
  account: AccountState,
  bound: CheckedBinding,
  draw: PasscodeDraw,
  now: number,
): Decision<SendDecision> {
  const { purpose } = bound;
  const refuse = (
    changed: AccountState,
    outcome: Refused<"throttled" | "disabled">,
    reason: Extract<AccountMachineEvent, { readonly type: "send-refused" }>["reason"],
  ): Decision<SendDecision> => {
    const retryAt = outcome.retryAfterMs === null ? null : now + outcome.retryAfterMs;
    return { account: changed, outcome, events: [{ type: "send-refused", at: now, purpose, reason, retryAt }] };
  };
  // A code that is sent during a wait could not be used.
  const unseen = refuseUnseen(policy.guard.attempts, account.attempts, now);
  if (unseen !== null) return refuse({ ...account, attempts: unseen.attempts }, unseen.outcome, unseen.outcome.reason);
  const codes = codesOf(account, purpose, now);
  const { at: retryAt, reason } = whenSendable(policy.sent, codes, now);
  if (retryAt > now) return refuse(account, refused("throttled", retryAt - now), reason);
  const sent = addSentCode(policy.sent, codes, bound, draw, now);
  const expiresAt = now + policy.sent.ttlMs;
  return {
    account: { ...account, sent: replaceCodes(account.sent, purpose, sent, now) },
    outcome: { ok: true, expiresAt, resendAt: whenSendable(policy.sent, sent, now).at },
    events: [{ type: "sent", at: now, purpose, expiresAt }],
  };
}

/** No channel took the code. The outcome is the moment from which on another one may be sent. */
export function decideGiveBack(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { purpose, nonce }: { readonly purpose: string; readonly nonce: string },
  now: number,
): Decision<number> {
  const codes = codesOf(account, purpose, now);
  const marked = markUnconfirmed(codes, nonce);
  const resendAt = Math.max(now, whenSendable(policy.sent, marked, now).at);
  if (marked === codes) return { account, outcome: resendAt, events: [] };
  return {
    account: { ...account, sent: replaceCodes(account.sent, purpose, marked, now) },
    outcome: resendAt,
    events: [],
  };
}

/** Ends the codes of a purpose because the user did not ask for them. */
export function decideReport(account: AccountState, purpose: string, now: number): Decision<void> {
  const codes = codesOf(account, purpose, now);
  const sent = codes.codes.length === 0 ? account.sent : replaceCodes(account.sent, purpose, endSentCodes(codes), now);
  return { account: { ...account, sent }, outcome: undefined, events: [{ type: "reported", at: now, purpose }] };
}

/** A finding with the sent codes of all purposes after it. */
export type SentFinding = { readonly purpose: string } & (
  | { readonly found: "malformed" }
  | Exclude<SentCodeFinding, { readonly sent: SentCodes }>
  | (Extract<SentCodeFinding, { readonly sent: SentCodes }> extends infer Finding
      ? Finding extends unknown
        ? Omit<Finding, "sent"> & { readonly sent: readonly SentPurpose[] }
        : never
      : never)
);

export function findSent(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, purpose, context, transaction, code }: CheckedAttempt & { readonly purpose: string },
  now: number,
): SentFinding {
  const symbols = readSymbols(code, policy.sent.alphabet, policy.sent.length);
  if (symbols === null) return { purpose, found: "malformed" };
  const codes = codesOf(account, purpose, now);
  const finding = findSentCode(policy.sent, codes, { subject, purpose, context, transaction }, symbols, now);
  if (!("sent" in finding)) return { purpose, ...finding };
  const isKnown = account.sent.some((each) => each.purpose === purpose);
  // A purpose that nothing was sent for is not remembered: a request could name many.
  const sent = isKnown ? replaceCodes(account.sent, purpose, finding.sent, now) : account.sent;
  return { purpose, ...finding, sent };
}

export function sentStatus(policy: CheckedAccountPolicy, account: AccountState, now: number): AccountStatus["sent"] {
  return account.sent.flatMap(({ purpose, codes }) => {
    const current = sentCodesAt(codes, now);
    const alive = current.codes.find((code) => whyDead(code, policy.sent.triesPerCode, now) === null);
    const { at } = whenSendable(policy.sent, current, now);
    return alive === undefined ? [] : [{ purpose, expiresAt: alive.expiresAt, resendAt: at > now ? at : null }];
  });
}

function codesOf({ sent }: AccountState, purpose: string, now: number): SentCodes {
  return sentCodesAt(sent.find((each) => each.purpose === purpose)?.codes ?? NO_SENT_CODES, now);
}

/** If a record has too many purposes, the one whose last send is the oldest ends. */
function replaceCodes(
  sent: readonly SentPurpose[],
  purpose: string,
  codes: SentCodes,
  now: number,
): readonly SentPurpose[] {
  const others = sent
    .filter((each) => each.purpose !== purpose)
    .map((each) => ({ purpose: each.purpose, codes: sentCodesAt(each.codes, now) }));
  const sentAt = ({ codes: { sends } }: SentPurpose) => Math.max(0, ...sends);
  const byAge = [...others].sort((a, b) => sentAt(b) - sentAt(a));
  const kept = byAge.slice(0, MAX_PURPOSES - 1);
  return [...others.filter((each) => kept.includes(each)), { purpose, codes }];
}
