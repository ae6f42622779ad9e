// What an account remembers of one user, and how it stands in a record: a line for the attempts, then a line for each thing.

import {
  type AttemptState,
  areAttemptsPossible,
  NO_ATTEMPTS,
  readAttemptFields,
  writeAttempts,
} from "../attempts/state.ts";
import { areSentCodesPossible, readSentCodeFields, type SentCodes, sentCodeFields } from "../passcodes/sent-codes.ts";
import { type CodeSet, isCodeSetPossible, readCodeSet, writeCodeSet } from "../recovery/code-set.ts";
import { type Field, isMoment, numberField, readFields, stateInvalid, writeFields } from "../store/state-text.ts";
import { type Device, deviceFields, isDevicePossible, readDevice } from "./devices/device.ts";
import {
  type Authenticator,
  authenticatorFields,
  isAuthenticatorPossible,
  isProposedPossible,
  type Proposed,
  proposedFields,
  readAuthenticator,
  readProposed,
} from "./enrolment/authenticator.ts";
import { isLabel, labelField, readLabelField } from "./label.ts";
import { MAX_DEVICES } from "./policy.ts";

/** The sent codes of one purpose. */
export interface SentPurpose {
  readonly purpose: string;
  readonly codes: SentCodes;
}

/** What an account remembers of one user. Moments are milliseconds since 1970. */
export interface AccountState {
  readonly attempts: AttemptState;
  /** Codes of steps that began before this moment are used up. `null`: the user was never forgotten. */
  readonly usedUntil: number | null;
  /**
   * Codes of steps that began before this moment are used up for a key that is adopted: an authenticator that was removed has
   * accepted one of them, and the key may be the same. `null`: nothing was removed.
   */
  readonly removedUntil: number | null;
  /** When a code was accepted that no device was trusted for yet. */
  readonly trustableAt: number | null;
  readonly authenticators: readonly Authenticator[];
  readonly proposals: readonly Proposed[];
  readonly recovery: CodeSet | null;
  readonly sent: readonly SentPurpose[];
  readonly devices: readonly Device[];
}

export const NO_ACCOUNT: AccountState = {
  attempts: NO_ATTEMPTS,
  usedUntil: null,
  removedUntil: null,
  trustableAt: null,
  authenticators: [],
  proposals: [],
  recovery: null,
  sent: [],
  devices: [],
};

// With these, 512 characters for each sealed secret, and all other limits reached, a record has less than 16 KB.
export const MAX_AUTHENTICATORS = 5;
export const MAX_PROPOSALS = 3;
export const MAX_PURPOSES = 8;

const VERSION = "1";
const HEAD_FIELDS = 3;

/** The lines of a record: the attempts, then each thing after a letter that says what it is. */
export function writeState(account: AccountState): string {
  const { attempts, usedUntil, removedUntil, trustableAt, authenticators, proposals, recovery, sent, devices } =
    account;
  const lines: (readonly Field[])[] = [
    [VERSION, usedUntil, trustableAt, writeAttempts(attempts)],
    ...authenticators.map((each) => ["a", ...authenticatorFields(each)]),
    ...proposals.map((each) => ["p", ...proposedFields(each)]),
    ...(recovery === null ? [] : [["r", writeCodeSet(recovery)]]),
    ...sent.map(({ purpose, codes }) => ["s", labelField(purpose), ...sentCodeFields(codes)]),
    ...devices.map((each) => ["d", ...deviceFields(each)]),
    ...(removedUntil === null ? [] : [["x", removedUntil]]),
  ];
  return lines.map(writeFields).join("\n");
}

export function readState(text: string | null): AccountState {
  if (text === null) return NO_ACCOUNT;
  if (typeof text !== "string") throw stateInvalid();
  const [head, ...lines] = text.split("\n");
  const fields = readFields(head);
  const of = <T>(letter: string, read: (fields: readonly string[]) => T): T[] =>
    lines.filter((line) => line.startsWith(`${letter},`)).map((line) => read(readFields(line).slice(1)));
  const account: AccountState = {
    usedUntil: numberField(fields[1]),
    trustableAt: numberField(fields[2]),
    attempts: readAttemptFields(fields, HEAD_FIELDS),
    authenticators: of("a", readAuthenticator),
    proposals: of("p", readProposed),
    recovery: of("r", ([field = null]) => readCodeSet(field))[0] ?? null,
    sent: of("s", ([purpose, ...rest]) => ({
      purpose: String(readLabelField(purpose)),
      codes: readSentCodeFields(rest, 0),
    })),
    devices: of("d", readDevice),
    removedUntil: of("x", ([field]) => numberField(field))[0] ?? null,
  };
  // A text that is not written again as it was read was not written by an account: equal texts are equal states.
  if (writeState(account) !== text || !isPossible(account)) throw stateInvalid();
  return account;
}

/** Whether the decisions can have led here. */
function isPossible({ attempts, usedUntil, removedUntil, trustableAt, ...account }: AccountState): boolean {
  const { authenticators, proposals, recovery, sent, devices } = account;
  const names = [...authenticators, ...proposals].map(({ authenticator }) => authenticator);
  return (
    areAttemptsPossible(attempts) &&
    isMoment(usedUntil) &&
    isMoment(removedUntil) &&
    isMoment(trustableAt) &&
    authenticators.length <= MAX_AUTHENTICATORS &&
    authenticators.every(isAuthenticatorPossible) &&
    proposals.length <= MAX_PROPOSALS &&
    proposals.every(isProposedPossible) &&
    areDistinct(names) &&
    isCodeSetPossible(recovery) &&
    sent.length <= MAX_PURPOSES &&
    sent.every(({ purpose, codes }) => isLabel(purpose) && areSentCodesPossible(codes)) &&
    areDistinct(sent.map(({ purpose }) => purpose)) &&
    devices.length <= MAX_DEVICES &&
    devices.every(isDevicePossible) &&
    areDistinct(devices.map(({ device }) => device))
  );
}

const areDistinct = (names: readonly string[]) => new Set(names).size === names.length;
