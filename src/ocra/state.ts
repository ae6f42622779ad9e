// What an OCRA guard remembers of a subject, and how it is written as text.
import { isDigest, isFingerprint } from "../attempts/pepper.ts";
import {
  type AttemptState,
  areAttemptsPossible,
  NO_ATTEMPTS,
  readAttemptFields,
  writeAttempts,
} from "../attempts/state.ts";
import {
  isMoment,
  isWhole,
  numberField,
  readFields,
  stateInvalid,
  textField,
  writeFields,
} from "../store/state-text.ts";

/** The challenge that was issued last. */
export interface IssuedChallenge {
  readonly challenge: string;
  /** Whether the host chose it. Then the same challenge may be issued again. */
  readonly chosen: boolean;
  readonly expiresAt: number;
  /** Of the pepper under which the digest was made. */
  readonly fingerprint: string;
  /** What the challenge is bound to, as a keyed digest. */
  readonly digest: string;
  readonly used: boolean;
}

/** What is remembered of one subject. Moments are milliseconds since 1970. */
export interface OcraState {
  /** `null` before the first challenge, and after `forget`. */
  readonly issued: IssuedChallenge | null;
  /** Suites with `C`: the next expected counter. */
  readonly counter: number;
  /** When the last time step ends in which the response to a chosen challenge was accepted. Earlier steps are used up. */
  readonly usedUntil: number | null;
  readonly attempts: AttemptState;
}

export const NOTHING_KNOWN: OcraState = { issued: null, counter: 0, usedUntil: null, attempts: NO_ATTEMPTS };

const VERSION = "1";
/** The fields before those of the attempts. */
const OWN_FIELDS = 9;
/** The counter that follows the last one: exact, though not safe. */
const AFTER_LAST_COUNTER = 2 ** 53;
/** The longest challenge of one party. */
const CHALLENGE = /^[A-Za-z0-9]{1,64}$/;

export function writeOcraState({ issued, counter, usedUntil, attempts }: OcraState): string {
  const { challenge = null, expiresAt = null, fingerprint = null, digest = null } = issued ?? {};
  const flags = issued === null ? [null, null] : [Number(issued.chosen), Number(issued.used)];
  const own = [VERSION, challenge, ...flags, expiresAt, fingerprint, digest, counter, usedUntil];
  return writeFields([...own, writeAttempts(attempts)]);
}

export function readOcraState(state: string | null): OcraState {
  if (state === null) return NOTHING_KNOWN;
  const fields = readFields(state);
  const [, challenge, chosen, used, expiresAt, fingerprint, digest, counter, usedUntil] = fields;
  const text = textField(challenge);
  const read: OcraState = {
    issued:
      text === null
        ? null
        : {
            challenge: text,
            chosen: chosen === "1",
            expiresAt: Number(expiresAt),
            fingerprint: String(fingerprint),
            digest: String(digest),
            used: used === "1",
          },
    counter: Number(counter),
    usedUntil: numberField(usedUntil),
    attempts: readAttemptFields(fields, OWN_FIELDS),
  };
  // A state that is not written back as the same text was not written by us.
  if (writeOcraState(read) !== state || !isPossible(read)) throw stateInvalid();
  return read;
}

/** Whether the decisions can have led here. */
function isPossible({ issued, counter, usedUntil, attempts }: OcraState): boolean {
  if (!isWhole(counter, 0, Number.MAX_SAFE_INTEGER) && counter !== AFTER_LAST_COUNTER) return false;
  if (!isMoment(usedUntil) || !areAttemptsPossible(attempts)) return false;
  if (issued === null) return true;
  const { challenge, expiresAt, fingerprint, digest } = issued;
  return (
    CHALLENGE.test(challenge) &&
    isWhole(expiresAt, 0, Number.MAX_SAFE_INTEGER) &&
    isFingerprint(fingerprint) &&
    isDigest(digest)
  );
}
