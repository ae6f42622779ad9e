// What is remembered of the recovery codes of one subject, as text.
import {
  ATTEMPT_FIELDS,
  type AttemptState,
  areAttemptsPossible,
  NO_ATTEMPTS,
  readAttemptFields,
  writeAttempts,
} from "../attempts/state.ts";
import { readFields, stateInvalid, textField, writeFields } from "../store/state-text.ts";
import { type CodeSet, isCodeSetPossible, readCodeSet, writeCodeSet } from "./code-set.ts";

/** The attempts at the codes, and the codes. */
export interface Recovery {
  readonly attempts: AttemptState;
  /** `null` before the first set, and once it is forgotten. */
  readonly set: CodeSet | null;
}

const VERSION = "1";

export function writeRecovery({ attempts, set }: Recovery): string {
  return writeFields([VERSION, writeAttempts(attempts), writeCodeSet(set)]);
}

export function readRecovery(state: string | null): Recovery {
  if (state === null) return { attempts: NO_ATTEMPTS, set: null };
  const fields = readFields(state);
  const set = readCodeSet(textField(fields[1 + ATTEMPT_FIELDS]));
  const recovery = { attempts: readAttemptFields(fields, 1), set };
  const isPossible = areAttemptsPossible(recovery.attempts) && isCodeSetPossible(set);
  // A text that is not written back as the same text was not written by us.
  if (!isPossible || writeRecovery(recovery) !== state) throw stateInvalid();
  return recovery;
}
