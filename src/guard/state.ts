// What a guard remembers of one subject, and how it stands in a record.

import {
  ATTEMPT_FIELDS,
  type AttemptState,
  areAttemptsPossible,
  attemptFields,
  NO_ATTEMPTS,
  readAttemptFields,
} from "../attempts/state.ts";
import { isMoment, numberField, stateInvalid, writeFields } from "../store/state-text.ts";
import { type Position, positionFields, readPositionFields } from "./position.ts";

/** What a guard remembers of one subject. */
export interface GuardState {
  readonly attempts: AttemptState;
  /**
   * Codes of steps that began before this moment are used up, whatever the key. In milliseconds since 1970. `null`: the subject was
   * never forgotten.
   */
  readonly usedUntil: number | null;
  /** By key name, in the order of the names, so that equal states are equal texts. */
  readonly positions: readonly NamedPosition[];
}

export interface NamedPosition {
  readonly keyName: string;
  readonly position: Position;
}

const UNKNOWN: GuardState = { attempts: NO_ATTEMPTS, usedUntil: null, positions: [] };

const VERSION = "2";
const USED_UNTIL = 1 + ATTEMPT_FIELDS;

const FORM =
  /^2,(?:0|[1-9]\d*)(?:,(?:-|0|[1-9]\d*)){2}(?:,(?:0|[1-9]\d*)){2}(?:,(?:-|0|[1-9]\d*)){3}(?:,[\w-]+ [a-z]+(?: (?:0|-?[1-9]\d*))+)*$/;

const KEY_NAME = /^[A-Za-z0-9_-]{1,64}$/;

export function isKeyName(value: unknown): value is string {
  return typeof value === "string" && KEY_NAME.test(value);
}

export function writeState({ attempts, usedUntil, positions }: GuardState): string {
  const fields = [VERSION, ...attemptFields(attempts), usedUntil];
  for (const { keyName, position } of positions) fields.push(`${keyName} ${positionFields(position).join(" ")}`);
  return writeFields(fields);
}

export function readState(text: string | null): GuardState {
  if (text === null) return UNKNOWN;
  // There is one way to write each number, so equal states are equal texts. Writing the state again would find the same, in five
  // times the time.
  if (typeof text !== "string" || !FORM.test(text)) throw stateInvalid();
  const fields = text.split(",");
  const attempts = readAttemptFields(fields, 1);
  const usedUntil = numberField(fields[USED_UNTIL]);
  const positions: NamedPosition[] = [];
  for (const field of fields.slice(USED_UNTIL + 1)) {
    const parts = field.split(" ");
    const [keyName] = parts;
    const position = readPositionFields(parts);
    const last = positions[positions.length - 1]?.keyName ?? "";
    if (position === null || !isKeyName(keyName) || keyName <= last) throw stateInvalid();
    positions.push({ keyName, position });
  }
  if (!areAttemptsPossible(attempts) || !isMoment(usedUntil)) throw stateInvalid();
  return { attempts, usedUntil, positions };
}

export function positionOf({ positions }: GuardState, keyName: string): Position | null {
  return positions.find((known) => known.keyName === keyName)?.position ?? null;
}

/** The positions with another one for this name. `null`: without one. */
export function replacePosition(
  { positions }: GuardState,
  keyName: string,
  position: Position | null,
): readonly NamedPosition[] {
  const others = positions.filter((known) => known.keyName !== keyName);
  if (position === null) return others;
  const after = others.findIndex((known) => known.keyName > keyName);
  const index = after < 0 ? others.length : after;
  return [...others.slice(0, index), { keyName, position }, ...others.slice(index)];
}
