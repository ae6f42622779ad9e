import { formatMigration, formatUri, isOtpError, type Key, type Migration, parseMigration, parseUri } from "otp-core";
import { BadUse } from "../command-line.ts";

interface Skipped {
  readonly issuer: string;
  readonly account: string;
  /** The field that is to blame. */
  readonly reason: string;
}

/** What came of a list of URIs. */
export interface Moved {
  readonly uris: readonly string[];
  readonly keys: readonly Key[];
  /** Accounts that the other side has no words for. */
  readonly skipped: readonly Skipped[];
  /** A sentence for each transfer of which not every QR code is there. */
  readonly missing: readonly string[];
}

/** The key URIs of transfers, in the order that the phone had. */
export function fromGoogle(texts: readonly string[]): Moved {
  if (texts.some((text) => /^otpauth:/i.test(text))) {
    throw new BadUse("these are key URIs already; --to-google makes a transfer of them");
  }
  const parts = readAll(texts, parseMigration).sort((a, b) => a.batch.id - b.batch.id || a.batch.index - b.batch.index);
  const keys = parts.flatMap((part) => part.keys);
  const { done, skipped } = attempt(keys, (key) => formatUri(key));
  return { uris: done, keys, skipped: [...parts.flatMap((part) => part.skipped), ...skipped], missing: missing(parts) };
}

/** Transfers of key URIs. */
export function toGoogle(texts: readonly string[]): Moved {
  if (texts.some((text) => /^otpauth-migration:/i.test(text))) {
    throw new BadUse("these are transfers already; without --to-google they become key URIs");
  }
  const keys = readAll(texts, (text) => parseUri(text));
  const { done, skipped } = attempt(keys, (key) => formatMigration([key]) && key);
  return { uris: formatMigration(done), keys, skipped, missing: [] };
}

/** What cannot be read is bad use, and which it was; the text itself may hold a secret. A code scanned twice counts once. */
function readAll<T>(texts: readonly string[], read: (text: string) => T): T[] {
  const done = new Map<string, T>();
  for (const [i, text] of texts.entries()) {
    try {
      done.set(text, read(text));
    } catch (error) {
      if (!isOtpError(error)) throw error;
      const { argument, expected } = error;
      throw new BadUse(`URI ${i + 1}${argument === "uri" ? "" : `: ${argument}`} must be ${expected}`);
    }
  }
  return [...done.values()];
}

function attempt<T>(keys: readonly Key[], make: (key: Key) => T): { done: T[]; skipped: Skipped[] } {
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

function missing(parts: readonly Migration[]): string[] {
  const transfers = new Map<string, { readonly size: number; readonly there: Set<number> }>();
  for (const { batch } of parts) {
    const name = `${batch.id}/${batch.size}`;
    const transfer = transfers.get(name) ?? { size: batch.size, there: new Set() };
    transfers.set(name, transfer);
    transfer.there.add(batch.index + 1);
  }
  return [...transfers.values()]
    .filter(({ size, there }) => there.size < size)
    .map(({ size, there }) => `of the ${size} QR codes of a transfer there is only ${[...there].join(", ")}`);
}
