// The part that recovery codes are: one set of codes of a subject, without the attempts. Accounts use it too.
import { type Digester, isDigest, isFingerprint } from "../attempts/pepper.ts";
import { isWhole } from "../store/state-text.ts";
import { isNonce } from "../store/step/envelope.ts";
import { hasForm } from "./code-form.ts";

/** The recovery codes of one subject, as far as a store may know them. */
export interface CodeSet {
  readonly nonce: string;
  /** Of the pepper under which the digests were made. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly generatedAt: number;
  /** `null`: the codes were adopted, so their form is unknown. */
  readonly length: number | null;
  /** How hard the easiest of the codes is to guess. */
  readonly bits: number;
  readonly digests: readonly string[];
  /** Which codes were used. They stay, so that a second use is noticed. */
  readonly used: readonly boolean[];
}

/** Codes of a new set as `readRecoveryCode` returned them, and what is known of them. */
export interface NewCodes {
  readonly symbols: readonly string[];
  readonly nonce: string;
  readonly length: number | null;
  readonly bits: number;
}

export const MAX_CODES = 20;
/** NIST SP 800-63B section 4.2.1.1 asks for 64 bits. From 80 bits on, guessing needs no limit. */
const STRONG_BITS = 80;
const MAX_BITS = 400;

/**
 * The set of these codes. Adopted codes that were used in the set before stay used, because a migration may run twice. Generated codes are
 * never the same.
 *
 * @throws OtpError `pepper-missing` if codes are adopted and the set before was made under a pepper that is not in the list.
 */
export function createCodeSet(
  digester: Digester,
  before: CodeSet | null,
  subject: string,
  codes: NewCodes,
  now: number,
): CodeSet {
  const { symbols, nonce, length, bits } = codes;
  return {
    nonce,
    fingerprint: digester.fingerprint,
    generatedAt: now,
    length,
    bits: Math.min(bits, MAX_BITS),
    digests: symbols.map((code) => digester.digest(codeParts(subject, nonce, code))),
    used: symbols.map(
      (code) => length === null && findRecoveryCode(digester, before, subject, code).found === "replayed",
    ),
  };
}

/**
 * Whether codes of this set are looked at whatever the attempts are: while the subject waits or is disabled. A wrong one is not
 * counted, and the right one unlocks. Without that, a stranger with the password could close the last way in.
 */
export function isStrong(set: CodeSet | null): boolean {
  return set === null || set.bits >= STRONG_BITS;
}

/** Codes that were not used. */
export function countRemaining(set: CodeSet | null): number {
  return set === null ? 0 : set.used.filter((used) => !used).length;
}

/** What a code that a user typed turned out to be. */
export type RecoveryFinding =
  | { readonly found: "accepted"; readonly set: CodeSet; readonly remaining: number }
  | { readonly found: "replayed" | "mismatch" | "malformed" | "absent" };

/**
 * Looks at a code. Something is signed and compared without a set, too.
 *
 * @param symbols - the code as `readRecoveryCode` returned it.
 * @throws OtpError `pepper-missing` if the set was made under a pepper that is not in the list.
 */
export function findRecoveryCode(
  digester: Digester,
  set: CodeSet | null,
  subject: string,
  symbols: string,
): RecoveryFinding {
  const { nonce, digests, fingerprint } = set ?? NO_SET;
  const found = digester.find(digests, codeParts(subject, nonce, symbols), fingerprint);
  if (set === null) return { found: "absent" };
  // A code of another form cannot be one of the set, so it is a slip and not a guess.
  if (set.length !== null && !hasForm(symbols, set.length)) return { found: "malformed" };
  if (found < 0) return { found: "mismatch" };
  if (set.used[found]) return { found: "replayed" };
  const next = { ...set, used: set.used.map((used, i) => used || i === found) };
  return { found: "accepted", set: next, remaining: countRemaining(next) };
}

const NO_SET = { nonce: "AAAAAAAAAAAAAAAAAAAA", digests: [], fingerprint: null };

function codeParts(subject: string, nonce: string, code: string): readonly string[] {
  return ["recovery-code/1", subject, nonce, code];
}

// ---- text

/** The set as one field of a state. */
export function writeCodeSet(set: CodeSet | null): string | null {
  if (set === null) return null;
  const { nonce, fingerprint, generatedAt, length, bits, digests, used } = set;
  return [nonce, fingerprint, generatedAt, length ?? "", bits, used.map(Number).join(""), digests.join(" ")].join(":");
}

/** Reads one field of a state. The caller compares the text of the result with the text that it came from. */
export function readCodeSet(field: string | null): CodeSet | null {
  if (field === null) return null;
  const [nonce = "", fingerprint = "", generatedAt, length, bits, used = "", digests = ""] = field.split(":");
  return {
    nonce,
    fingerprint,
    generatedAt: Number(generatedAt),
    length: length ? Number(length) : null,
    bits: Number(bits),
    digests: digests.split(" "),
    used: Array.from(used, (flag) => flag === "1"),
  };
}

/** Whether the decisions can have led here. */
export function isCodeSetPossible(set: CodeSet | null): boolean {
  if (set === null) return true;
  const { nonce, fingerprint, generatedAt, length, bits, digests, used } = set;
  if (digests.length > MAX_CODES || used.length !== digests.length) return false;
  if (!isWhole(generatedAt, 0, Number.MAX_SAFE_INTEGER) || !isWhole(bits, 0, MAX_BITS)) return false;
  if (length !== null && !isWhole(length, 1, 64)) return false;
  return isNonce(nonce) && isFingerprint(fingerprint) && digests.every(isDigest);
}
