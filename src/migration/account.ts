// One account of Google Authenticator's transfer format.
import { refuse } from "../check.ts";
import { encodeBase32 } from "../encoding/base32.ts";
import { textOf } from "../encoding/percent.ts";
import type { Algorithm } from "../hmac/algorithm.ts";
import { secretBytes } from "../hmac/secret.ts";
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
import { checkLabel, refuseLeadingSpace, repairLabel } from "../key/label.ts";
import { MessageWriter, readMessage, type Value } from "./protobuf.ts";

/** An account that no key can express, and which field is the reason. */
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

// By their numbers. 0 is "unspecified", for which the app has a default. An account without a type could be either, so it has none.
const ALGORITHMS: readonly (Algorithm | undefined)[] = ["SHA1", "SHA1", "SHA256", "SHA512"];
const DIGIT_COUNTS: readonly (number | undefined)[] = [6, 6, 8];
const TYPES: readonly (Key["type"] | undefined)[] = [undefined, "hotp", "totp"];

/** One account of a payload. Undefined when the bytes are not a message. */
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

  const { issuer, account } = splitName(text(NAME), text(ISSUER));
  const skip = (reason: MigrationSkip["reason"]): MigrationSkip => ({
    issuer: issuer ?? "",
    account: account ?? "",
    reason,
  });

  const secret = values[SECRET];
  if (!(secret instanceof Uint8Array) || secret.length === 0) return skip("secret");
  const algorithm = listed(ALGORITHMS, ALGORITHM);
  if (algorithm === undefined) return skip("algorithm");
  const digits = listed(DIGIT_COUNTS, DIGITS);
  if (digits === undefined) return skip("digits");
  const names = { ...(issuer !== undefined && { issuer }), ...(account !== undefined && { account }) };
  const common = { secret: encodeBase32(secret), algorithm, digits, ...names };
  const type = listed(TYPES, TYPE);
  if (type === "totp") return { type, ...common, period: 30 };
  if (type !== "hotp") return skip("type");
  const counter = values[COUNTER] ?? 0;
  if (!Number.isSafeInteger(counter) || (counter as number) < 0) return skip("counter");
  return { type, ...common, counter: counter as number };
}

/** The app writes the issuer in front of the account as well, or only there. */
function splitName(name: string, issuer: string): { issuer: string | undefined; account: string | undefined } {
  const end = name.startsWith(`${issuer}:`) ? issuer.length : issuer === "" ? name.indexOf(":") : -1;
  const account = name.slice(end + 1).replace(/^ +/, "");
  return { issuer: repairLabel(end < 0 ? issuer : name.slice(0, end)), account: repairLabel(account) };
}

/** One account as a message. */
export function writeEntry(key: Key): Uint8Array {
  checkWholeKey(key);
  if (key.type === "hotp") checkHotpKey(key);
  else {
    if (key.encoder !== undefined) refuse("encoder", "left out, because the format has no Steam Guard");
    if (periodOf(key) !== 30) refuse("period", "30, the only one of the format");
    if (epochOf(key) !== 0) refuse("epoch", "0 or left out, because the format has no other");
  }
  const digits = DIGIT_COUNTS.lastIndexOf(digitsOf(key));
  if (digits < 0) refuse("digits", "6 or 8, the only ones of the format");
  if (typeof key.secret !== "string") refuse("secret", "base32 text");
  const entry = new MessageWriter()
    .bytes(SECRET, secretBytes(key.secret))
    .text(NAME, accountOf(key))
    .text(ISSUER, key.issuer === undefined ? "" : checkLabel(key.issuer, "issuer"))
    .number(ALGORITHM, ALGORITHMS.lastIndexOf(algorithmOf(key.algorithm, undefined)))
    .number(DIGITS, digits)
    .number(TYPE, TYPES.indexOf(key.type));
  if (key.type === "hotp") entry.number(COUNTER, key.counter === undefined ? 0 : checkInitialCounter(key.counter));
  return entry.finish();
}

function accountOf({ account }: Key): string {
  if (account === undefined) return "";
  refuseLeadingSpace(checkLabel(account, "account"));
  return account;
}
