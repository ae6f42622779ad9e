// An authenticator of a user: its key with the secret sealed, and what was accepted of it.

import { type Position, readPositionFields, writePosition } from "../../guard/position.ts";
import { isKeyName } from "../../guard/state.ts";
import type { Algorithm } from "../../hmac/algorithm.ts";
import type { HotpKey, Key, TotpKey } from "../../key/key.ts";
import { type Field, isMoment, isWhole, numberField } from "../../store/state-text.ts";
import { MAX_TIME_MS } from "../../time.ts";
import { isLabel, labelField, readLabelField } from "../label.ts";
import { isSealed } from "../sealing/seal.ts";

/** A key without its secret and its names. */
export interface KeyParameters {
  readonly type: "totp" | "hotp";
  readonly algorithm: Algorithm;
  readonly digits: number;
  /** TOTP: seconds per step. HOTP: `null`. */
  readonly period: number | null;
  readonly epoch: number | null;
  readonly encoder: "steam" | null;
  /** HOTP: the first counter. TOTP: `null`. */
  readonly counter: number | null;
}

/** A key with its secret sealed. */
export interface SealedKey {
  readonly authenticator: string;
  readonly label: string | null;
  readonly sealed: string;
  readonly parameters: KeyParameters;
}

/** An authenticator that was confirmed. Moments are milliseconds since 1970. */
export interface Authenticator extends SealedKey {
  readonly confirmedAt: number;
  readonly acceptedAt: number | null;
  readonly position: Position | null;
}

/** An authenticator that waits for its first code. */
export interface Proposed extends SealedKey {
  readonly issuer: string;
  readonly account: string;
  readonly domain: string | null;
  readonly expiresAt: number;
  /** Codes that did not match. */
  readonly failures: number;
}

/** Codes that end a proposal, if none of them matches. */
export const MAX_PROPOSAL_FAILURES = 10;
/** Issuer and account of a proposal. */
export const MAX_NAME_LENGTH = 128;
export const MAX_DOMAIN_LENGTH = 64;

/** The key with its secret, as the functions for codes read it. */
export function keyOf<S extends string | Uint8Array>({ parameters }: SealedKey, secret: S): Key<S> {
  const { type, algorithm, digits, period, epoch, encoder, counter } = parameters;
  // `isSealedKeyPossible` says which of the numbers a key of each type has.
  if (type === "hotp") return { type, secret, algorithm, digits, counter: Number(counter) } satisfies HotpKey<S>;
  const key: TotpKey<S> = { type, secret, algorithm, digits, period: Number(period), epoch: Number(epoch) };
  return encoder === null ? key : { ...key, encoder };
}

// ---- text

export function authenticatorFields(authenticator: Authenticator): Field[] {
  const { confirmedAt, acceptedAt, position } = authenticator;
  const written = position === null ? null : writePosition(position);
  return [...sealedKeyFields(authenticator), confirmedAt, acceptedAt, written];
}

export function proposedFields(proposed: Proposed): Field[] {
  const { issuer, account, domain, expiresAt, failures } = proposed;
  return [
    ...sealedKeyFields(proposed),
    labelField(issuer),
    labelField(account),
    labelField(domain),
    expiresAt,
    failures,
  ];
}

function sealedKeyFields({ authenticator, label, sealed, parameters }: SealedKey): Field[] {
  const { type, algorithm, digits, period, epoch, encoder, counter } = parameters;
  return [authenticator, labelField(label), sealed, type, algorithm, digits, period, epoch, encoder, counter];
}

const SEALED_KEY_FIELDS = 10;

// The caller compares the text of a result with the text that it came from. So the value of a field that is missing does not matter,
// if it is written as another text.

export function readAuthenticator(fields: readonly string[]): Authenticator {
  const [confirmedAt, acceptedAt, position] = fields.slice(SEALED_KEY_FIELDS);
  const key = readSealedKey(fields);
  return {
    ...key,
    confirmedAt: numberField(confirmedAt) ?? Number.NaN,
    acceptedAt: numberField(acceptedAt),
    // A dash is not a position either.
    position: readPositionFields([key.authenticator, ...String(position).split(" ")]),
  };
}

export function readProposed(fields: readonly string[]): Proposed {
  const [issuer, account, domain, expiresAt, failures] = fields.slice(SEALED_KEY_FIELDS);
  return {
    ...readSealedKey(fields),
    issuer: String(readLabelField(issuer)),
    account: String(readLabelField(account)),
    domain: readLabelField(domain),
    expiresAt: numberField(expiresAt) ?? Number.NaN,
    failures: numberField(failures) ?? Number.NaN,
  };
}

function readSealedKey(fields: readonly string[]): SealedKey {
  const [authenticator, label, sealed, type, algorithm, digits, period, epoch, encoder, counter] = fields;
  return {
    authenticator: String(authenticator),
    label: readLabelField(label),
    sealed: String(sealed),
    parameters: {
      type: type === "hotp" ? "hotp" : "totp",
      algorithm: algorithm === "SHA256" || algorithm === "SHA512" ? algorithm : "SHA1",
      digits: numberField(digits) ?? Number.NaN,
      period: numberField(period),
      epoch: numberField(epoch),
      encoder: encoder === "steam" ? "steam" : null,
      counter: numberField(counter),
    },
  };
}

/** Whether the decisions can have led here. */
export function isAuthenticatorPossible({ confirmedAt, acceptedAt, position, ...key }: Authenticator): boolean {
  if (!isSealedKeyPossible(key) || !isWhole(confirmedAt, 0, MAX_TIME_MS) || !isMoment(acceptedAt)) return false;
  return position === null || position.method === key.parameters.type;
}

export function isProposedPossible({ issuer, account, domain, expiresAt, failures, ...key }: Proposed): boolean {
  return (
    isSealedKeyPossible(key) &&
    [issuer, account].every((name) => isLabel(name, MAX_NAME_LENGTH)) &&
    isLabel(domain, MAX_DOMAIN_LENGTH) &&
    isWhole(expiresAt, 0, Number.MAX_SAFE_INTEGER) &&
    isWhole(failures, 0, MAX_PROPOSAL_FAILURES - 1)
  );
}

function isSealedKeyPossible({ authenticator, label, sealed, parameters }: SealedKey): boolean {
  const { type, digits, period, epoch, encoder, counter } = parameters;
  if (!isKeyName(authenticator) || !isLabel(label) || !isSealed(sealed)) return false;
  if (!(encoder === null ? isWhole(digits, 6, 10) : digits === 5)) return false;
  if (type === "hotp") {
    return encoder === null && period === null && epoch === null && isWhole(counter, 0, Number.MAX_SAFE_INTEGER);
  }
  return counter === null && isWhole(period, 1, 86_400) && isWhole(epoch, 0, MAX_TIME_MS / 1000);
}
