/** The result of an import: keys, OCRA secrets, and the entries that could not be read. */
import { encodeBase32 } from "../encoding/base32.ts";
import type { Bytes } from "../encoding/bytes.ts";
import type { Algorithm } from "../hmac/algorithm.ts";
import type { Key } from "../key/key.ts";
import { labelFault } from "../key/label.ts";

/** A TOTP or HOTP key of a seed file, with what the file says of its token. */
export interface ImportedKey {
  readonly key: Key;
  readonly serial: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  /** By how many steps the clock of the token was ahead when the file was written. Negative: behind. */
  readonly drift: number;
  /** The key must not be used before, in milliseconds since 1970. `null`: no limit. */
  readonly startsAt: number | null;
  /** The key must not be used after, in milliseconds since 1970. `null`: no limit. */
  readonly expiresAt: number | null;
}

/** An OCRA secret of a seed file, for `otp-core/ocra`. */
export interface ImportedOcraSecret {
  /** For example `OCRA-1:HOTP-SHA1-6:QN08`. */
  readonly suite: string;
  /** Base32 text. */
  readonly secret: string;
  /** The next counter of the token, if the suite counts (`C` is its first data input). `null`: the suite has no counter. */
  readonly counter: number | null;
  readonly serial: string | null;
  readonly manufacturer: string | null;
}

/**
 * Why an entry could not be read.
 *
 * - `secret`: the seed is missing, not readable, not 1 to 1,024 bytes long, or encrypted with an unknown cipher.
 * - `algorithm`: the hash or the OCRA suite is missing or unknown.
 * - `digits`: the number of digits is missing or not 6 to 10, or the codes hold something other than digits.
 * - `period`: the length of a time step is missing or not 1 to 86,400 seconds, or the drift is more than 3000 steps.
 * - `counter`: the counter is not a safe integer from 0.
 * - `type`: the token is not TOTP, HOTP or OCRA, the file does not say which, or the file restricts its use in a way that the
 *   library cannot keep.
 * - `mac`: the message authentication code of an encrypted value is missing, unknown or wrong.
 * - `columns`: the line of a CSV file has other columns than expected.
 */
export type SkipReason = "secret" | "algorithm" | "digits" | "period" | "counter" | "type" | "mac" | "columns";

/** An entry that could not be read. */
export interface SkippedEntry {
  /** The line of a CSV file, or the number of the key package of a PSKC file, from 1. */
  readonly at: number;
  readonly serial: string | null;
  readonly reason: SkipReason;
}

/** What a seed file holds. */
export interface ImportResult {
  readonly keys: readonly ImportedKey[];
  readonly ocra: readonly ImportedOcraSecret[];
  /** Entries that could not be read. The other entries are not affected. */
  readonly skipped: readonly SkippedEntry[];
}

/** The parts of a result while a file is read. */
export interface Import {
  readonly keys: ImportedKey[];
  readonly ocra: ImportedOcraSecret[];
  readonly skipped: SkippedEntry[];
}

/** What a file says of one token. `null` means that the file does not say it, or not in a readable form. */
export interface Seed {
  readonly serial: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly startsAt: number | null;
  readonly expiresAt: number | null;
  readonly type: "hotp" | "totp" | "ocra" | null;
  readonly secret: Bytes | null;
  readonly algorithm: Algorithm | null;
  readonly suite: string | null;
  readonly digits: number | null;
  readonly period: number | null;
  readonly counter: number | null;
  readonly drift: number | null;
  readonly issuer: string | null;
  readonly account: string | null;
}

export const MAX_SECRET_BYTES = 1024;
/** As far as `verifyTotp` takes a drift. */
export const MAX_DRIFT = 3000;
// RFC 6287 section 6: the parts of a suite. `otp-core/ocra` reads the rest.
const SUITE = /^OCRA-1:HOTP-SHA(?:1|256|512)-(?:0|[4-9]|10):\S+$/;
// RFC 6287 section 6.3: a counter is the first of the data inputs.
const COUNTS = /^[^:]*:[^:]*:C(?:-|$)/;

/** Adds one token to the result, or the reason why it cannot be added. */
export function addSeed(result: Import, at: number, seed: Seed): void {
  const { serial, manufacturer, model, startsAt, expiresAt } = seed;
  const found = readSeed(seed);
  if (typeof found === "string") result.skipped.push({ at, serial, reason: found });
  else if ("suite" in found) result.ocra.push({ ...found, serial, manufacturer });
  else result.keys.push({ ...found, serial, manufacturer, model, startsAt, expiresAt });
}

type Found = Pick<ImportedKey, "key" | "drift"> | Pick<ImportedOcraSecret, "suite" | "secret" | "counter">;

function readSeed({
  type,
  secret,
  algorithm,
  suite,
  digits,
  period,
  counter,
  drift,
  ...named
}: Seed): Found | SkipReason {
  if (type === null) return "type";
  if (secret === null || secret.length === 0 || secret.length > MAX_SECRET_BYTES) return "secret";
  const text = encodeBase32(secret);
  if (type === "ocra") return readOcra(suite, counter, text);
  if (algorithm === null) return "algorithm";
  if (!isInteger(digits, 6, 10)) return "digits";
  const common = { secret: text, algorithm, digits, ...namesOf(named) };
  if (type === "hotp") {
    if (!isInteger(counter, 0, Number.MAX_SAFE_INTEGER)) return "counter";
    return { key: { type, ...common, counter }, drift: 0 };
  }
  if (!isInteger(period, 1, 86_400) || !isInteger(drift, -MAX_DRIFT, MAX_DRIFT)) return "period";
  return { key: { type, ...common, period }, drift };
}

function readOcra(suite: string | null, counter: number | null, secret: string): Found | SkipReason {
  if (suite === null || !SUITE.test(suite)) return "algorithm";
  if (!COUNTS.test(suite)) return { suite, secret, counter: null };
  // A server that begins at another counter refuses every response, or accepts responses that were used.
  return isInteger(counter, 0, Number.MAX_SAFE_INTEGER) ? { suite, secret, counter } : "counter";
}

function isInteger(value: number | null, min: number, max: number): value is number {
  return value !== null && Number.isSafeInteger(value) && value >= min && value <= max;
}

/** The names that a key URI can carry. Any other name is left out: a name never costs a key. */
function namesOf({ issuer, account }: Pick<Seed, "issuer" | "account">): Pick<Key, "issuer" | "account"> {
  return {
    ...(issuer !== null && labelFault(issuer) === null && { issuer }),
    ...(account !== null && labelFault(account) === null && { account }),
  };
}
