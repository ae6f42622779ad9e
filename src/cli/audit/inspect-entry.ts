// Which traps are in one entry: a secret, a key URI, or a key as JSON.
import { type Algorithm, decodeBase32, inspectUri, isOtpError, type Key, parseKey, type UriProblem } from "otp-core";
import { withoutPrefix } from "../key-source.ts";
import type { Action, TrapName } from "./findings.ts";
import { type Inspected, inspectBytes, inspectSecret } from "./inspect-secret.ts";

/** A trap by its name, or a problem of a key URI. */
export type Finding =
  | { readonly name: TrapName }
  | { readonly name: `uri-${string}`; readonly action: Action; readonly text: string };

export interface InspectedEntry {
  readonly kind: "secret" | "uri" | "json";
  readonly findings: readonly Finding[];
  readonly bytes: Uint8Array | null;
}

/** @param algorithm - of secrets that do not say it. */
export function inspectEntry(text: string, algorithm: Algorithm): InspectedEntry {
  const line = withoutPrefix(text);
  if (/^otpauth-migration:/i.test(line)) return { kind: "uri", findings: [{ name: "transfer" }], bytes: null };
  if (/^[a-z][a-z-]*:\/\//i.test(line)) return inspectKeyUri(line);
  const value = /^[{"]/.test(line) ? jsonOf(line) : undefined;
  if (typeof value === "string") return inspectEntry(value, algorithm);
  // Text that is not JSON may be a secret that begins with a brace.
  return value === undefined ? of("secret", inspectSecret(text, algorithm)) : inspectJson(value, algorithm);
}

function of(kind: InspectedEntry["kind"], { traps, bytes }: Inspected, more: readonly Finding[] = []): InspectedEntry {
  return { kind, findings: [...traps.map((name) => ({ name })), ...more], bytes };
}

/** Problems that have a trap of their own. */
const SAME: Readonly<Record<string, readonly TrapName[]>> = {
  "weak-secret": [],
  "secret-padding": ["padding"],
  "spare-bits": ["spare-bits"],
  "algorithm-ignored": ["algorithm-ignored"],
  "digits-ignored": ["digits-ignored"],
  "period-ignored": ["period-ignored"],
};

function inspectKeyUri(uri: string): InspectedEntry {
  const { key, problems } = inspectUri(uri);
  const findings = problems.flatMap(findingsOf);
  if (key === null) return { kind: "uri", findings: [{ name: "unreadable-uri" }, ...findings], bytes: null };
  const bytes = decodeBase32(key.secret);
  return of("uri", { traps: inspectBytes(bytes, key.algorithm ?? "SHA1"), bytes }, findings);
}

/** The messages of problems hold nothing of the URI. */
function findingsOf({ code, severity, message }: UriProblem): Finding[] {
  const same = SAME[code];
  if (same !== undefined) return same.map((name) => ({ name }));
  return [{ name: `uri-${code}`, action: severity === "error" ? "repair" : "check", text: message }];
}

function inspectJson(value: unknown, algorithm: Algorithm): InspectedEntry {
  const { secret } = value as { readonly secret?: unknown };
  const text = typeof secret === "string" ? secret : "";
  const key = keyOf(value);
  if (key === null) {
    // The secret may be the only fault, and then it says more.
    const inspected = text === "" ? { traps: [], bytes: null } : inspectSecret(text, algorithm);
    return of("json", { ...inspected, traps: ["invalid-key", ...inspected.traps] });
  }
  return of("json", inspectSecret(text, key.algorithm ?? "SHA1"), ignoredParameters(key));
}

function ignoredParameters(key: Key): Finding[] {
  const findings: Finding[] = [];
  if ((key.algorithm ?? "SHA1") !== "SHA1") findings.push({ name: "algorithm-ignored" });
  if ((key.digits ?? 6) !== 6) findings.push({ name: "digits-ignored" });
  if (key.type === "totp" && (key.period ?? 30) !== 30) findings.push({ name: "period-ignored" });
  return findings;
}

/** Undefined for what is not JSON. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function keyOf(value: unknown): Key | null {
  try {
    return parseKey(value);
  } catch (error) {
    if (isOtpError(error)) return null;
    throw error;
  }
}
