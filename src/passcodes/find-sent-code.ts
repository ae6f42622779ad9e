// Looks for a code that a user typed among those that were sent.
import type { Digester } from "../attempts/pepper.ts";
import type { CountedReason, UncountedReason } from "./outcome.ts";
import type { CheckedSentCodePolicy } from "./policy.ts";
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

/** What a code that a user typed turned out to be. */
export type SentCodeFinding =
  | {
      readonly found: "accepted";
      readonly sent: SentCodes /** A code of the policy, which was never sent. */;
      readonly isTest: boolean;
    }
  | { readonly found: "replayed" | UncountedReason }
  | { readonly found: CountedReason; readonly sent: SentCodes };

/**
 * Looks at a code. The work is the same whatever was sent: one digest for each code that may be remembered, and one more each for
 * a context and a transaction of the attempt.
 *
 * @param symbols - the code as `readSymbols` returned it.
 * @throws OtpError `pepper-missing` if a code that is alive was sent under a pepper that is not in the list.
 */
export function findSentCode(
  policy: CheckedSentCodePolicy,
  sent: SentCodes,
  bound: CheckedBinding,
  symbols: string,
  now: number,
): SentCodeFinding {
  const { triesPerCode, remembered, digester } = policy;
  const deathOf = (code: SentCode) => whyDead(code, triesPerCode, now);
  const matches: { readonly code: SentCode; readonly other: UncountedReason | null }[] = [];
  for (let i = 0; i < remembered; i++) {
    const code = sent.codes[i];
    // A dead code matters to the log only, so its pepper may be gone.
    const known = code !== undefined && (deathOf(code) === null || digester.has(code.fingerprint)) ? code : null;
    const match = compare(digester, known, bound, symbols);
    if (known !== null && match !== null) matches.push({ code: known, other: match.other });
  }
  const alive = matches.filter(({ code }) => deathOf(code) === null);
  const accepted = alive.find(({ other }) => other === null)?.code;
  if (accepted !== undefined) return { found: "accepted", sent: accept(sent, accepted), isTest: false };
  if (isTestCode(policy, bound, symbols, now)) return { found: "accepted", sent, isTest: true };
  if (alive[0]?.other) return { found: alive[0].other };
  const [dead] = matches;
  if (dead !== undefined && dead.code.state !== "open") {
    return { found: dead.code.state === "used" ? "replayed" : "superseded" };
  }
  return { found: reasonOf(dead?.code, sent, deathOf), sent: countTry(sent, deathOf) };
}

type DeathOf = (code: SentCode) => ReturnType<typeof whyDead>;

/** Counted whatever the reason is, so that neither a wait nor an answer tells whether there was a code to guess. */
function reasonOf(dead: SentCode | undefined, { codes }: SentCodes, deathOf: DeathOf): CountedReason {
  const isAlive = (code: SentCode) => deathOf(code) === null;
  if (dead === undefined && codes.some(isAlive)) return "mismatch";
  const [newest] = codes;
  const death = dead === undefined ? newest && deathOf(newest) : deathOf(dead);
  return death === "expired" || death === "exhausted" ? death : "absent";
}

/** A wrong code is one try at every code that is alive. */
function countTry(sent: SentCodes, deathOf: DeathOf): SentCodes {
  return {
    ...sent,
    codes: sent.codes.map((code) => (deathOf(code) === null ? { ...code, tries: code.tries + 1 } : code)),
  };
}

/** Accepting a code ends the others. */
function accept(sent: SentCodes, accepted: SentCode): SentCodes {
  const codes = sent.codes.map((code) => {
    if (code === accepted) return { ...supersede(code), state: "used" } as const;
    return code.state === "open" ? supersede(code) : code;
  });
  return { ...sent, codes };
}

/** As long as a nonce, so that signing takes as long where no code is. */
const NO_NONCE = "AAAAAAAAAAAAAAAAAAAA";

/** `null`: another code. Otherwise what it is bound to and the attempt is not. */
function compare(
  digester: Digester,
  code: SentCode | null,
  bound: CheckedBinding,
  symbols: string,
): { readonly other: UncountedReason | null } | null {
  const { nonce, fingerprint } = code ?? { nonce: NO_NONCE, fingerprint: null };
  const isDigestOf = (digest: string | null | undefined, parts: readonly string[]) =>
    digester.find([digest ?? null], parts, fingerprint) === 0;
  const { context, transaction } = bound;
  const isCode = isDigestOf(code?.digest, codeParts(bound, nonce, symbols));
  const isContext = context === null ? !code?.context : isDigestOf(code?.context, contextParts(bound, nonce, context));
  const isTransaction =
    transaction === null
      ? !code?.transaction
      : isDigestOf(code?.transaction, transactionParts(bound, nonce, transaction));
  if (!isCode) return null;
  return { other: isContext ? (isTransaction ? null : "other-transaction") : "other-context" };
}

function isTestCode(
  { testCodes }: CheckedSentCodePolicy,
  bound: CheckedBinding,
  symbols: string,
  now: number,
): boolean {
  let found = false;
  for (const { subject, purpose, code, until } of testCodes) {
    const isMeant = subject === bound.subject && purpose === bound.purpose && now < until;
    if (isMeant && isEqual(code, symbols)) found = true;
  }
  return found;
}

/** Compares codes of one length in a time that does not depend on where they differ. */
function isEqual(a: string, b: string): boolean {
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
