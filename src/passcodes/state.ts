import { isDigest } from "../attempts/pepper.ts";
import { isNonce } from "../store/envelope.ts";
import {
  isMoment,
  isWhole,
  numberField,
  readFields,
  stateInvalid,
  textField,
  writeFields,
} from "../store/state-text.ts";
import { LONGEST_TTL_MS, MOST_ATTEMPTS, MOST_SENDS } from "./policy.ts";

/** The last code that was issued, as far as a store may know it. */
export interface SealedCode {
  readonly nonce: string;
  readonly digest: string;
  /** Milliseconds since 1970. It was issued when the last code was sent. */
  readonly expiresAt: number;
  /** Wrong codes since it was issued. */
  readonly tries: number;
  readonly used: boolean;
}

/** What is remembered of one subject and purpose. */
export interface Passcode {
  /** Null before the first one, and once it is forgotten. */
  readonly code: SealedCode | null;
  /** In a row, over all codes. */
  readonly failures: number;
  // Milliseconds since 1970.
  readonly failedAt: number | null;
  /** When the last codes were sent, the newest first. */
  readonly sentAt: readonly number[];
}

const UNKNOWN: Passcode = { code: null, failures: 0, failedAt: null, sentAt: [] };
const VERSION = "1";

export function writePasscode({ code, failures, failedAt, sentAt }: Passcode): string {
  const { nonce = null, digest = null, expiresAt = null, tries = null } = code ?? {};
  const used = code === null ? null : Number(code.used);
  const sent = sentAt.length === 0 ? null : sentAt.join(" ");
  return writeFields([VERSION, nonce, digest, expiresAt, tries, used, failures, failedAt, sent]);
}

export function readPasscode(state: string | null): Passcode {
  if (state === null) return UNKNOWN;
  const fields = readFields(state);
  const nonce = textField(fields[1]);
  const sent = textField(fields[8]);
  const passcode: Passcode = {
    code: nonce === null ? null : sealedCode(nonce, fields),
    failures: Number(fields[6]),
    failedAt: numberField(fields[7]),
    sentAt: sent === null ? [] : sent.split(" ").map(Number),
  };
  // What does not come out as it went in was not ours: equal text, equal state.
  if (writePasscode(passcode) !== state || !isPossible(passcode)) throw stateInvalid();
  return passcode;
}

function sealedCode(nonce: string, fields: readonly string[]): SealedCode {
  const [, , digest, expiresAt, tries, used] = fields;
  return { nonce, digest: String(digest), expiresAt: Number(expiresAt), tries: Number(tries), used: used === "1" };
}

/** Whether the decisions can have led here. */
function isPossible({ code, failures, failedAt, sentAt }: Passcode): boolean {
  if (!isWhole(failures, 0, 100) || !isMoment(failedAt) || failures > 0 !== (failedAt !== null)) return false;
  if (sentAt.length > MOST_SENDS || !sentAt.every((at, i) => isWhole(at, 0, sentAt[i - 1] ?? at))) return false;
  if (code === null) return true;
  // From NaN on there is no number: a code that was never sent.
  const [issuedAt = Number.NaN] = sentAt;
  return (
    isWhole(code.expiresAt, issuedAt, issuedAt + LONGEST_TTL_MS) &&
    isWhole(code.tries, 0, MOST_ATTEMPTS) &&
    isNonce(code.nonce) &&
    isDigest(code.digest)
  );
}
