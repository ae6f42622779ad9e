// The keys of an attempt, checked once, and what was typed for them, read once.

import { refuse } from "../check.ts";
import { isBytes } from "../encoding/bytes.ts";
import { isOtpError, OtpError } from "../errors.ts";
import { secretBytes } from "../hmac/secret.ts";
import type { AsyncSigner, Secret, Signer } from "../hmac/signer.ts";
import { checkHotpKey, checkInitialCounter, checkWholeKey, type Key, signerOf, signerOfBytes } from "../key/key.ts";
import { type CodeFormat, formatOf } from "../otp/code-format.ts";
import { readCodes } from "../otp/resync.ts";
import { type StepTimes, stepTimesOf } from "./position.ts";
import type { GuardKeys } from "./request.ts";
import { isKeyName } from "./state.ts";

/** A key that was checked in every field, with its secret prepared. */
export interface PreparedKey {
  readonly keyName: string;
  readonly key: Key<Signer | AsyncSigner>;
  readonly format: CodeFormat;
  /** `null` for HOTP. */
  readonly times: StepTimes | null;
  /** The length of a secret that is shorter than 16 bytes (RFC 4226 section 4, R6), else `null`. */
  readonly weakBytes: number | null;
}

/** A key and what was typed for it: the number that a code stands for, or several numbers. */
export interface TypedKey extends PreparedKey {
  readonly typed: number | readonly number[];
}

/** What was asked. `typed` has only the keys whose codes have the form of what was typed. */
export interface PreparedRequest {
  readonly keys: readonly PreparedKey[];
  readonly typed: readonly TypedKey[];
}

const DEFAULT_NAME = "default";
const MAX_KEYS = 10;
/** RFC 4226 section 4, R6. */
const STRONG_BYTES = 16;

/** @param attempt - its option names have been checked. */
export function prepareAttempt(
  attempt: { readonly key?: unknown; readonly keys?: unknown; readonly code: unknown },
  minSecretBytes: number,
): PreparedRequest {
  const { code } = attempt;
  const keys = prepareKeys(attempt, minSecretBytes);
  const typed: TypedKey[] = [];
  for (const prepared of keys) {
    const { keyName, key, format, times, weakBytes } = prepared;
    const value = format.read(code);
    if (value >= 0) typed.push({ keyName, key, format, times, weakBytes, typed: value });
  }
  return { keys, typed };
}

/** @param attempt - its option names have been checked. */
export function prepareResync(
  { key, keyName, codes }: { readonly key: Key<Secret>; readonly keyName?: unknown; readonly codes: unknown },
  minSecretBytes: number,
): PreparedRequest {
  const prepared = prepareKey(key, keyName === undefined ? DEFAULT_NAME : checkKeyName(keyName), minSecretBytes);
  const values = readCodes(codes, prepared.format);
  return { keys: [prepared], typed: values === null ? [] : [{ ...prepared, typed: values }] };
}

export function checkKeyName(value: unknown): string {
  if (!isKeyName(value)) refuse("keyName", "1 to 64 characters of A-Z, a-z, 0-9, _ and -");
  return value;
}

function prepareKeys(
  { key, keys }: { readonly key?: unknown; readonly keys?: unknown },
  minSecretBytes: number,
): readonly PreparedKey[] {
  if (keys === undefined) return [prepareKey(key as Key<Secret>, DEFAULT_NAME, minSecretBytes)];
  if (key !== undefined) refuse("keys", "left out if `key` is passed");
  if (typeof keys !== "object" || keys === null || Array.isArray(keys)) refuse("keys", "an object of keys by name");
  // In the order of the names: if two keys accept a code, the outcome does not depend on how the object was made.
  const names = Object.keys(keys).sort();
  if (names.length > MAX_KEYS || !names.every(isKeyName)) {
    refuse("keys", `at most ${MAX_KEYS} keys, with names of 1 to 64 characters of A-Z, a-z, 0-9, _ and -`);
  }
  return names.map((name) => prepareNamed((keys as GuardKeys)[name] as Key<Secret>, name, minSecretBytes));
}

/** A mistake in one of several keys is named with its path, for example `keys.phone.period`. */
function prepareNamed(key: Key<Secret>, keyName: string, minSecretBytes: number): PreparedKey {
  try {
    return prepareKey(key, keyName, minSecretBytes);
  } catch (error) {
    if (!isOtpError(error) || error.argument === undefined) throw error;
    const { code, argument, expected, cause } = error;
    const path = argument === "key" ? `keys.${keyName}` : `keys.${keyName}.${argument}`;
    throw new OtpError(code, `in ${path}: ${error.message}`, { argument: path, expected, cause });
  }
}

function prepareKey(key: Key<Secret>, keyName: string, minSecretBytes: number): PreparedKey {
  checkWholeKey(key);
  let times: StepTimes | null = null;
  if (key.type === "totp") times = stepTimesOf(key);
  else {
    checkHotpKey(key);
    if (key.counter !== undefined) checkInitialCounter(key.counter);
  }
  const format = formatOf(key);
  const { secret } = key as { secret: Secret };
  if (typeof secret !== "string" && !isBytes(secret)) {
    return { keyName, key: { ...key, secret: signerOf(key) }, format, times, weakBytes: null };
  }
  const bytes = secretBytes(secret);
  const signer = signerOfBytes(bytes, key, minSecretBytes);
  const weakBytes = bytes.length < STRONG_BYTES ? bytes.length : null;
  return { keyName, key: { ...key, secret: signer }, format, times, weakBytes };
}
