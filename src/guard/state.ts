// What a guard remembers of one subject, and how it stands in a record.

import {
  ATTEMPT_FIELDS,
  type AttemptState,
  areAttemptsPossible,
  NO_ATTEMPTS,
  readAttemptFields,
  writeAttempts,
} from "../attempts/state.ts";
import { decimalOrDash, isMoment, numberField, stateInvalid } from "../store/state-text.ts";
import { type Position, readPositionFields, writePosition } from "./position.ts";

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
const MAX_NAME_LENGTH = 64;

export function isKeyName(value: unknown): value is string {
  return typeof value === "string" && KEY_NAME.test(value);
}

export function writeState({ attempts, usedUntil, positions }: GuardState): string {
  let text = `${VERSION},${writeAttempts(attempts)},${decimalOrDash(usedUntil)}`;
  for (const { keyName, position } of positions) text += `,${keyName} ${writePosition(position)}`;
  return text;
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
  let last = "";
  for (let i = USED_UNTIL + 1; i < fields.length; i++) {
    const parts = (fields[i] as string).split(" ");
    const keyName = parts[0] as string;
    const position = readPositionFields(parts);
    if (position === null || keyName.length > MAX_NAME_LENGTH || keyName <= last) throw stateInvalid();
    positions.push({ keyName, position });
    last = keyName;
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
  // Most subjects have one authenticator.
  if (position !== null && (positions.length === 0 || (positions.length === 1 && positions[0]?.keyName === keyName))) {
    return [{ keyName, position }];
  }
  const others = positions.filter((known) => known.keyName !== keyName);
  if (position === null) return others;
  const after = others.findIndex((known) => known.keyName > keyName);
  const index = after < 0 ? others.length : after;
  return [...others.slice(0, index), { keyName, position }, ...others.slice(index)];
}
