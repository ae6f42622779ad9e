// What is remembered of the sent codes of one subject and purpose, as text.
import {
  ATTEMPT_FIELDS,
  type AttemptState,
  areAttemptsPossible,
  NO_ATTEMPTS,
  readAttemptFields,
  writeAttempts,
} from "../attempts/state.ts";
import { readFields, stateInvalid, writeFields } from "../store/state-text.ts";
import {
  areSentCodesPossible,
  NO_SENT_CODES,
  readSentCodeFields,
  type SentCodes,
  sentCodeFields,
} from "./sent-codes.ts";

/** The attempts at all codes of one subject and purpose, and the codes. */
export interface Passcode {
  readonly attempts: AttemptState;
  readonly sent: SentCodes;
}

const VERSION = "1";

export function writePasscode({ attempts, sent }: Passcode): string {
  return writeFields([VERSION, writeAttempts(attempts), ...sentCodeFields(sent)]);
}

export function readPasscode(state: string | null): Passcode {
  if (state === null) return { attempts: NO_ATTEMPTS, sent: NO_SENT_CODES };
  const fields = readFields(state);
  const passcode = { attempts: readAttemptFields(fields, 1), sent: readSentCodeFields(fields, 1 + ATTEMPT_FIELDS) };
  const isPossible = areAttemptsPossible(passcode.attempts) && areSentCodesPossible(passcode.sent);
  // A text that is not written back as the same text was not written by us.
  if (!isPossible || writePasscode(passcode) !== state) throw stateInvalid();
  return passcode;
}
