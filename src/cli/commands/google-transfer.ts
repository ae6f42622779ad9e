// Google Authenticator's transfers to key URIs and back, from lists that one bad line does not spoil.
import { formatMigration, formatUri, inspectUri, isOtpError, type Key, type Migration, parseMigration } from "otp-core";

interface Skipped {
  readonly issuer: string;
  readonly account: string;
  /** The field that is the reason. */
  readonly reason: string;
}

/** A URI of the list that could not be read. */
interface Unread {
  /** Which one, from 1. */
  readonly uri: number;
  readonly reason: string;
}

/** The result of moving a list of URIs. */
export interface Moved {
  readonly uris: readonly string[];
  readonly keys: readonly Key[];
  /** Accounts that the other format cannot express. */
  readonly skipped: readonly Skipped[];
  readonly unread: readonly Unread[];
  /** A sentence for each transfer of which a QR code is missing. */
  readonly missing: readonly string[];
}

/** The key URIs of transfers, in the order of the phone. */
export function fromGoogle(texts: readonly string[]): Moved {
  const { read, unread } = readAll(texts, (text) => {
    if (/^otpauth:/i.test(text)) return "it is a key URI already; --to-google makes a transfer of it";
    try {
      return parseMigration(text);
    } catch (error) {
      if (!isOtpError(error)) throw error;
      return `${error.argument === "uri" ? "it" : error.argument} must be ${error.expected}`;
    }
  });
  const parts = read.sort((a, b) => a.batch.id - b.batch.id || a.batch.index - b.batch.index);
  const keys = parts.flatMap((part) => part.keys);
  const { done, skipped } = attemptEach(keys, (key) => formatUri(key));
  return {
    uris: done,
    keys,
    skipped: [...parts.flatMap((part) => part.skipped), ...skipped],
    unread,
    missing: findMissing(parts),
  };
}

/** Transfers of key URIs. Problems of a name never cost a key. */
export function toGoogle(texts: readonly string[]): Moved {
  const { read: keys, unread } = readAll(texts, (text): Key | string => {
    if (/^otpauth-migration:/i.test(text)) return "it is a transfer already; without --to-google it becomes key URIs";
    const { key, problems } = inspectUri(text);
    if (key === null) return `${problems.find(({ severity }) => severity === "error")?.message}`;
    const { extra: _, ...rest } = key;
    return rest;
  });
  const { done, skipped } = attemptEach(keys, (key) => formatMigration([key]) && key);
  return { uris: formatMigration(done), keys, skipped, unread, missing: [] };
}

/** Each text once, however often it was scanned. A reason names the place of a text and not the text, which may hold a secret. */
function readAll<T extends object>(texts: readonly string[], read: (text: string) => T | string) {
  const done = new Map<string, T>();
  const unread: Unread[] = [];
  for (const [i, text] of texts.entries()) {
    const result = read(text);
    if (typeof result === "string") unread.push({ uri: i + 1, reason: result });
    else done.set(text, result);
  }
  return { read: [...done.values()], unread };
}

function attemptEach<T>(keys: readonly Key[], make: (key: Key) => T): { done: T[]; skipped: Skipped[] } {
  const done: T[] = [];
  const skipped: Skipped[] = [];
  for (const key of keys) {
    try {
      done.push(make(key));
    } catch (error) {
      if (!isOtpError(error)) throw error;
      const reason = `${error.argument}`.replace(/^keys\[0\]\./, "");
      skipped.push({ issuer: key.issuer ?? "", account: key.account ?? "", reason });
    }
  }
  return { done, skipped };
}

function findMissing(parts: readonly Migration[]): string[] {
  const transfers = new Map<string, { readonly size: number; readonly present: Set<number> }>();
  for (const { batch } of parts) {
    const name = `${batch.id}/${batch.size}`;
    const transfer = transfers.get(name) ?? { size: batch.size, present: new Set() };
    transfers.set(name, transfer);
    transfer.present.add(batch.index + 1);
  }
  return [...transfers.values()]
    .filter(({ size, present }) => present.size < size)
    .map(({ size, present }) => `a transfer has ${size} QR codes, and only ${[...present].join(", ")} is here`);
}
