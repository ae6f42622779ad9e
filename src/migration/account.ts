import { refuse } from "../check.ts";
import { encodeBase32 } from "../encoding/base32.ts";
import { textOf } from "../encoding/percent.ts";
import { secretBytes } from "../hmac/secret.ts";
import type { Algorithm } from "../hmac/signer.ts";
import {
  algorithmOf,
  checkHotpKey,
  checkInitialCounter,
  checkWholeKey,
  digitsOf,
  epochOf,
  type Key,
  periodOf,
} from "../key/key.ts";
import { checkLabel, labelFault } from "../key/label.ts";
import { MessageWriter, readMessage, type Value } from "./protobuf.ts";

/** An account that no key can express, and which of its fields is to blame. */
export interface MigrationSkip {
  readonly issuer: string;
  readonly account: string;
  readonly reason: "secret" | "issuer" | "account" | "algorithm" | "digits" | "type" | "counter";
}

const SECRET = 1;
const NAME = 2;
const ISSUER = 3;
const ALGORITHM = 4;
const DIGITS = 5;
const TYPE = 6;
const COUNTER = 7;

// By their numbers. 0 is "unspecified", for which the app has a default; but nobody can tell what an account without a type is.
const ALGORITHMS: readonly (Algorithm | undefined)[] = ["SHA1", "SHA1", "SHA256", "SHA512"];
const DIGIT_COUNTS: readonly (number | undefined)[] = [6, 6, 8];
const TYPES: readonly (Key["type"] | undefined)[] = [undefined, "hotp", "totp"];

/** One account of a payload; undefined when the bytes are no message. */
export function readEntry(bytes: Uint8Array): Key | MigrationSkip | undefined {
  const values: Value[] = [];
  const read = readMessage(bytes, (field, value) => {
    if (field <= COUNTER) values[field] = value;
  });
  if (!read) return undefined;
  const text = (field: number) => (values[field] instanceof Uint8Array ? textOf(values[field]) : "");
  const listed = <T>(list: readonly T[], field: number) => {
    const index = values[field] ?? 0;
    return typeof index === "number" ? list[index] : undefined;
  };

  const named = text(ISSUER);
  const name = text(NAME);
  const labels = splitName(name ?? "", named ?? "");
  // A colon more than the one that separates is no reason to lose an account.
  const [issuer, account] = [labels.issuer, labels.account].map((label) => label.replaceAll(":", " ")) as [
    string,
    string,
  ];
  const skip = (reason: MigrationSkip["reason"]): MigrationSkip => ({ issuer, account, reason });

  const secret = values[SECRET];
  if (!(secret instanceof Uint8Array) || secret.length === 0) return skip("secret");
  if (named === null || (issuer !== "" && labelFault(issuer) !== null)) return skip("issuer");
  if (name === null || (account !== "" && labelFault(account) !== null)) return skip("account");
  const algorithm = listed(ALGORITHMS, ALGORITHM);
  if (algorithm === undefined) return skip("algorithm");
  const digits = listed(DIGIT_COUNTS, DIGITS);
  if (digits === undefined) return skip("digits");
  const names = { ...(issuer !== "" && { issuer }), ...(account !== "" && { account }) };
  const common = { secret: encodeBase32(secret), algorithm, digits, ...names };
  const type = listed(TYPES, TYPE);
  if (type === "totp") return { type, ...common, period: 30 };
  if (type !== "hotp") return skip("type");
  const counter = values[COUNTER] ?? 0;
  if (!Number.isSafeInteger(counter) || (counter as number) < 0) return skip("counter");
  return { type, ...common, counter: counter as number };
}

/** The app writes the issuer before the account as well, or before the account only. */
function splitName(name: string, issuer: string): { readonly issuer: string; readonly account: string } {
  const end = name.startsWith(`${issuer}:`) ? issuer.length : issuer === "" ? name.indexOf(":") : -1;
  if (end < 0) return { issuer, account: name };
  return { issuer: name.slice(0, end), account: name.slice(end + 1).replace(/^ +/, "") };
}

/** One account as a message. */
export function writeEntry(key: Key): Uint8Array {
  checkWholeKey(key);
  if (key.type === "hotp") checkHotpKey(key);
  else {
    if (key.encoder !== undefined) refuse("encoder", "left out: the format has no Steam Guard");
    if (periodOf(key) !== 30) refuse("period", "30: the format has no other");
    if (epochOf(key) !== 0) refuse("epoch", "0 or left out: the format has no other");
  }
  const digits = DIGIT_COUNTS.lastIndexOf(digitsOf(key));
  if (digits < 0) refuse("digits", "6 or 8: the format has no others");
  if (typeof key.secret !== "string") refuse("secret", "base32 text");
  const entry = new MessageWriter()
    .bytes(SECRET, secretBytes(key.secret))
    .text(NAME, checkLabel(key.account, "account"))
    .text(ISSUER, key.issuer === undefined ? "" : checkLabel(key.issuer, "issuer"))
    .number(ALGORITHM, ALGORITHMS.lastIndexOf(algorithmOf(key.algorithm, undefined)))
    .number(DIGITS, digits)
    .number(TYPE, TYPES.indexOf(key.type));
  if (key.type === "hotp") entry.number(COUNTER, key.counter === undefined ? 0 : checkInitialCounter(key.counter));
  return entry.finish();
}
