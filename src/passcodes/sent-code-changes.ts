// What happens to the codes of a subject and purpose: one is sent, was not delivered, or all end. Pure functions, without the attempts.
import { MAX_CLOCK_SKEW_MS } from "../attempts/leaky-bucket.ts";
import { type CheckedSentCodePolicy, SENDS_PERIOD_MS } from "./policy.ts";
import {
  type CheckedBinding,
  codeParts,
  contextParts,
  type SentCode,
  type SentCodes,
  supersede,
  transactionParts,
  whyDead,
} from "./sent-codes.ts";

/** A code and a nonce, used for one send. */
export interface PasscodeDraw {
  readonly code: string;
  readonly nonce: string;
}

/** From when on another code may be sent, in milliseconds since 1970, and what forbids it until then. */
export function whenSendable({ resendAfterMs, maxSends }: CheckedSentCodePolicy, sent: SentCodes, now: number) {
  // A moment further ahead will be moved back, so it makes no wait longer. No send at all counts as long ago.
  const momentOf = (send: number | undefined) => Math.min(send ?? -SENDS_PERIOD_MS, now + MAX_CLOCK_SKEW_MS);
  // A code that no channel took is not waited for. It counts as sent all the same, because it may have arrived.
  const isUnconfirmed = sent.codes[0]?.unconfirmed === true;
  const byPause = isUnconfirmed ? 0 : momentOf(sent.sends[0]) + resendAfterMs;
  const byPeriod = momentOf(sent.sends[maxSends - 1]) + SENDS_PERIOD_MS;
  return byPeriod > byPause
    ? ({ at: byPeriod, reason: "sends" } as const)
    : ({ at: byPause, reason: "resend" } as const);
}

/** One code more. The caller has asked {@link whenSendable}. */
export function addSentCode(
  policy: CheckedSentCodePolicy,
  { codes, sends, movedAt }: SentCodes,
  bound: CheckedBinding,
  { code, nonce }: PasscodeDraw,
  now: number,
): SentCodes {
  const { digester } = policy;
  const { context, transaction } = bound;
  const added: SentCode = {
    nonce,
    fingerprint: digester.fingerprint,
    digest: digester.digest(codeParts(bound, nonce, code)),
    context: context === null ? null : digester.digest(contextParts(bound, nonce, context)),
    transaction: transaction === null ? null : digester.digest(transactionParts(bound, nonce, transaction)),
    sentAt: now,
    expiresAt: now + policy.ttlMs,
    tries: 0,
    state: "open",
    unconfirmed: false,
  };
  const kept = chooseKept(policy, codes, now);
  const older = codes.map((other) => (other.state === "open" && !kept.includes(other) ? supersede(other) : other));
  return {
    codes: forgetOldest([added, ...older], policy.remembered),
    sends: [Math.max(now, sends[0] ?? 0), ...sends].slice(0, policy.maxSends),
    movedAt,
  };
}

/** A code that is still accepted may be older than others that are not, so those are forgotten first. */
function forgetOldest(codes: readonly SentCode[], remembered: number): readonly SentCode[] {
  const ended = codes.filter(({ state }) => state !== "open");
  const forgotten = ended.slice(Math.max(0, ended.length - (codes.length - remembered)));
  return codes.filter((code) => !forgotten.includes(code));
}

/** The codes that stay valid next to a new one: first those that arrived, the newest first. */
function chooseKept({ keep, triesPerCode }: CheckedSentCodePolicy, codes: readonly SentCode[], now: number) {
  const open = codes.filter(({ state }) => state === "open");
  const isDead = (code: SentCode) => whyDead(code, triesPerCode, now) !== null;
  const rankOf = (code: SentCode) => (isDead(code) ? 2 : Number(code.unconfirmed));
  return open.sort((a, b) => rankOf(a) - rankOf(b)).slice(0, keep - 1);
}

/** No channel took the code. Another code may be sent immediately, and it replaces this one first. The send still counts. */
export function markUnconfirmed(sent: SentCodes, nonce: string): SentCodes {
  // The same object if nothing changes: an account remembers no purpose that nothing was sent for.
  if (!sent.codes.some((code) => code.nonce === nonce)) return sent;
  return { ...sent, codes: sent.codes.map((code) => (code.nonce === nonce ? { ...code, unconfirmed: true } : code)) };
}

/** Ends all codes. The sends stay. */
export function endSentCodes(sent: SentCodes): SentCodes {
  return { ...sent, codes: [] };
}
