// Reads a key URI as apps do, and says what is wrong with it.
import { APPS } from "./apps.ts";
import { errorMessage, type Listener, type UriErrorCode, type UriWarningCode } from "./problem.ts";
import { readKey, type UriKey } from "./read-key.ts";
import { splitUri } from "./split.ts";
import { findWarnings } from "./warnings.ts";

/** One problem of a URI. */
export interface UriProblem {
  /** `"error"`: {@link parseUri} refuses the URI. `"warning"`: `parseUri` reads it, but some apps read it differently. */
  readonly severity: "error" | "warning";
  readonly code: UriErrorCode | UriWarningCode;
  /** The parameter, `"account"` for the label, or null for the URI as a whole. */
  readonly parameter: string | null;
  /** One English sentence without any part of the secret. */
  readonly message: string;
  /** Apps that are known to read the URI differently. */
  readonly apps: readonly string[];
}

/** What {@link inspectUri} found. `key` is null when no key can be read. */
export type UriReport =
  | { readonly ok: true; readonly key: UriKey; readonly problems: readonly UriProblem[] }
  | { readonly ok: false; readonly key: null; readonly problems: readonly UriProblem[] };

/** Errors that leave no doubt about the codes. Apps read such a URI, and so does `inspectUri`. */
const READABLE: ReadonlySet<UriErrorCode> = /* @__PURE__ */ new Set<UriErrorCode>([
  "surrounding-space",
  "duplicate-extra",
  "invalid-extra",
  "missing-counter",
  "spare-bits",
]);

function isReadable(code: UriErrorCode, parameter: string | null): boolean {
  // No code depends on a name, nor on the escapes of a parameter that no key has.
  if (parameter === "issuer" || parameter === "account") return true;
  return READABLE.has(code) || (code === "invalid-escape" && parameter === null);
}

/**
 * Everything that is wrong with a URI that a user scanned or pasted, and which apps read it differently. Never throws.
 *
 * `ok` says that a key could be read, which is so for some URIs that {@link parseUri} refuses: problems of a name never cost a
 * key, a missing counter is 0, and spare bits of the secret are dropped. Each of these is a problem of severity `"error"`. Without
 * such a problem `parseUri` reads the same key.
 *
 * @example
 * ```ts
 * import { inspectUri } from "otp-core";
 *
 * const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
 * const report = inspectUri(`otpauth://totp/Shop:alice?secret=${secret}&issuer=Shop&algorithm=SHA256`);
 * for (const { code, apps } of report.problems) console.log(code, apps.length); // algorithm-ignored 6
 * console.log(report.ok, report.key?.algorithm); // true SHA256
 * ```
 */
export function inspectUri(text: unknown): UriReport {
  const problems: UriProblem[] = [];
  let readable = true;
  const listener: Listener = {
    error(code, parameter, expected) {
      readable &&= isReadable(code, parameter);
      problems.push(problem("error", code, parameter, errorMessage(parameter, expected)));
    },
    warning(code, parameter, message) {
      problems.push(problem("warning", code, parameter, message));
    },
  };
  if (typeof text !== "string") {
    listener.error("not-a-key-uri", null, "text");
    return { ok: false, key: null, problems };
  }
  const parts = splitUri(text, listener);
  if (parts === undefined) return { ok: false, key: null, problems };
  const key = readKey(parts, "parameter", listener);
  if (!readable) return { ok: false, key: null, problems };
  findWarnings(parts, key, listener);
  return { ok: true, key, problems };
}

function problem(
  severity: UriProblem["severity"],
  code: UriProblem["code"],
  parameter: string | null,
  message: string,
): UriProblem {
  return { severity, code, parameter, message, apps: (APPS[code] ?? []).map(({ app }) => app) };
}
