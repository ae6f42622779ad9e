// Recovery codes of an account: one set, under the account's budget.

import { refuse } from "../../check.ts";
import {
  bitsOf,
  checkAdoptedCodes,
  checkDrawnCodes,
  estimateBits,
  hasForm,
  type RecoveryDraw,
  readRecoveryCode,
} from "../../recovery/code-form.ts";
import {
  type CodeSet,
  countRemaining,
  createCodeSet,
  findRecoveryCode,
  isStrong,
  type NewCodes,
  type RecoveryFinding,
} from "../../recovery/code-set.ts";
import { isNonce } from "../../store/step/envelope.ts";
import type { AccountDecision } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { AccountState } from "../state.ts";

/** A set of codes that was drawn, checked. */
export function checkDrawn({ codes, nonce }: RecoveryDraw): NewCodes {
  const { symbols, length } = checkDrawnCodes(codes);
  return { symbols, nonce: checkNonce(nonce), length, bits: bitsOf(length) };
}

/** A set of codes that a user holds already, checked. */
export function checkAdopted({ codes, nonce }: RecoveryDraw): NewCodes {
  const symbols = checkAdoptedCodes(codes);
  return { symbols, nonce: checkNonce(nonce), length: null, bits: estimateBits(symbols) };
}

function checkNonce(nonce: unknown): string {
  if (!isNonce(nonce)) refuse("nonce", "one of drawRecoveryCodes");
  return nonce;
}

/** A new set. The old one ends with the same write. */
export function decideNewSet(
  policy: CheckedAccountPolicy,
  account: AccountState,
  subject: string,
  codes: NewCodes,
  now: number,
): AccountDecision<AccountState, void> {
  const type = codes.length === null ? "recovery-codes-adopted" : "recovery-codes-generated";
  return {
    account: { ...account, recovery: createCodeSet(policy.digester, account.recovery, subject, codes, now) },
    outcome: undefined,
    events: [{ type, at: now, count: codes.symbols.length }],
  };
}

/** A text that can be a recovery code of the set. */
export interface TypedRecoveryCode {
  readonly set: CodeSet;
  readonly symbols: string;
  /** Such a code cannot be guessed. So it is looked at even during a wait, and a wrong one is not counted. */
  readonly isStrong: boolean;
}

/** `null`: the user has no set, or the text does not have the form of its codes. */
export function readTyped(set: CodeSet | null, code: unknown): TypedRecoveryCode | null {
  if (set === null) return null;
  const symbols = readRecoveryCode(code);
  if (symbols === null || (set.length !== null && !hasForm(symbols, set.length))) return null;
  return { set, symbols, isStrong: isStrong(set) };
}

/** What became of a typed recovery code. `candidates` is how many codes it was compared with that could have been guessed. */
export type TypedFinding =
  | { readonly found: "accepted"; readonly recovery: CodeSet; readonly remaining: number; readonly isStrong: boolean }
  | { readonly found: Exclude<RecoveryFinding["found"], "accepted">; readonly candidates: number };

export function findTyped(
  { digester }: CheckedAccountPolicy,
  subject: string,
  typed: TypedRecoveryCode | null,
): TypedFinding {
  if (typed === null) return { found: "absent", candidates: 0 };
  const { set, symbols } = typed;
  const finding = findRecoveryCode(digester, set, subject, symbols);
  if (finding.found === "accepted") {
    return { found: "accepted", recovery: finding.set, remaining: finding.remaining, isStrong: typed.isStrong };
  }
  return { found: finding.found, candidates: typed.isStrong ? 0 : countRemaining(set) };
}

export function recoveryStatus(set: CodeSet | null) {
  return { remaining: countRemaining(set), generatedAt: set?.generatedAt ?? null };
}
