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

/** The codes that one subject has written down. */
export interface CodeSet {
  readonly nonce: string;
  /** Milliseconds since 1970. */
  readonly generatedAt: number;
  readonly digests: readonly string[];
  /** Which of them were redeemed: they stay, so that a second time is noticed. */
  readonly used: readonly boolean[];
}

/** What is remembered of the recovery codes of one subject. */
export interface Recovery {
  /** Null before the first set, and once it is forgotten. */
  readonly set: CodeSet | null;
  /** In a row. */
  readonly failures: number;
  /** Milliseconds since 1970. */
  readonly failedAt: number | null;
}

export const MOST_CODES = 50;

const VERSION = "1";

export function writeRecovery({ set, failures, failedAt }: Recovery): string {
  const digests = set === null ? null : set.digests.join(" ");
  const used = set === null ? null : set.used.map(Number).join("");
  return writeFields([VERSION, set?.nonce ?? null, set?.generatedAt ?? null, digests, used, failures, failedAt]);
}

export function readRecovery(state: string | null): Recovery {
  if (state === null) return { set: null, failures: 0, failedAt: null };
  const fields = readFields(state);
  const nonce = textField(fields[1]);
  const recovery: Recovery = {
    set: nonce === null ? null : codeSet(nonce, fields),
    failures: Number(fields[5]),
    failedAt: numberField(fields[6]),
  };
  // What does not come out as it went in was not ours: equal text, equal state.
  if (writeRecovery(recovery) !== state || !isPossible(recovery)) throw stateInvalid();
  return recovery;
}

function codeSet(nonce: string, fields: readonly string[]): CodeSet {
  const [, , generatedAt, digests, used] = fields;
  return {
    nonce,
    generatedAt: Number(generatedAt),
    digests: String(digests).split(" "),
    used: [...String(used)].map((flag) => flag === "1"),
  };
}

/** Whether the decisions can have led here. */
function isPossible({ set, failures, failedAt }: Recovery): boolean {
  if (!isWhole(failures, 0, 100) || !isMoment(failedAt) || failures > 0 !== (failedAt !== null)) return false;
  if (set === null) return true;
  const { nonce, generatedAt, digests, used } = set;
  if (digests.length > MOST_CODES || used.length !== digests.length) return false;
  return isNonce(nonce) && isMoment(generatedAt) && digests.every(isDigest);
}
