// Reads what was pasted: a key URI, a transfer of Google Authenticator, or a secret.
import { formatUri, inspectUri, isOtpError, type Key, parseKey, parseMigration, type UriReport } from "otp-core";

/** What a text says. */
export type Source =
  | {
      readonly ok: true;
      /** One sentence about where the key comes from. */
      readonly origin: string;
      /** The keys of a transfer; otherwise one. */
      readonly keys: readonly Key[];
      /** What `inspectUri` found. Null for what was not a key URI. */
      readonly report: UriReport | null;
    }
  | { readonly ok: false; readonly message: string };

const ISSUER = "Playground";
const ACCOUNT = "you";

export function readSource(text: string): Source {
  const trimmed = text.trim();
  if (trimmed === "") return { ok: false, message: "Paste a key URI (otpauth://...) or a secret, or make a new key." };
  try {
    if (/^otpauth-migration:/i.test(trimmed)) return readTransfer(trimmed);
    if (/^[a-z-]+:\/\//i.test(trimmed)) return readUri(trimmed);
    return readSecret(trimmed);
  } catch (error) {
    if (isOtpError(error)) return { ok: false, message: sentence(error.message) };
    throw error;
  }
}

function readUri(text: string): Source {
  const report = inspectUri(text);
  if (!report.ok) return { ok: false, message: report.problems.map(({ message }) => sentence(message)).join(" ") };
  return { ok: true, origin: "A key URI.", keys: [report.key], report };
}

function readTransfer(text: string): Source {
  const { keys, skipped, batch } = parseMigration(text);
  if (keys.length === 0) return { ok: false, message: "The transfer has no account that a key can express." };
  const others = skipped.length > 0 ? ` ${skipped.length} accounts of it cannot be read.` : "";
  const parts = batch.size > 1 ? ` It is one of ${batch.size} QR codes.` : "";
  return { ok: true, origin: `A transfer of Google Authenticator.${parts}${others}`, keys, report: null };
}

function readSecret(text: string): Source {
  const key = parseKey({ type: "totp", secret: text, issuer: ISSUER, account: ACCOUNT });
  return { ok: true, origin: "A secret, read as base32 with the usual parameters.", keys: [key], report: null };
}

/** The URI of a key, as the library writes it, or null if a URI cannot say what the key is. */
export function uriOf(key: Key): string | null {
  try {
    return formatUri(key);
  } catch (error) {
    if (isOtpError(error)) return null;
    throw error;
  }
}

/** A sentence with a capital letter and a full stop. */
export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
