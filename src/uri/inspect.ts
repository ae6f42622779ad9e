import { APPS } from "./apps.ts";
import { type Fault, faultMessage, type UriErrorCode, type UriWarningCode } from "./problem.ts";
import { readKey, type UriKey } from "./read-key.ts";
import { splitUri, type UriParts } from "./split.ts";
import { findWarnings } from "./warnings.ts";

/** One thing that is wrong with a URI, or that apps disagree about. */
export interface UriProblem {
  /** `"error"`: {@link parseUri} refuses it. `"warning"`: it is read as it is written, but not by all apps. */
  readonly severity: "error" | "warning";
  readonly code: UriErrorCode | UriWarningCode;
  /** The parameter of the URI, `"account"` for the label, or null: the URI as a whole. */
  readonly parameter: string | null;
  /** One sentence in English, for a developer or a support desk; it holds nothing of the secret. */
  readonly message: string;
  /** Apps that are known to trip over it, and how where that is known. */
  readonly apps: readonly string[];
}

/** What can be said of a text that should be a key URI. */
export type UriReport =
  | { readonly ok: true; readonly key: UriKey; readonly problems: readonly UriProblem[] }
  | { readonly ok: false; readonly key?: never; readonly problems: readonly UriProblem[] };

/** Errors that leave no doubt about the codes: apps read such a URI, and so do we here. */
const READABLE: ReadonlySet<UriErrorCode> = /* @__PURE__ */ new Set<UriErrorCode>([
  "surrounding-space",
  "duplicate-extra",
  "missing-account",
  "colon-in-label",
  "issuer-conflict",
  "missing-counter",
  "spare-bits",
]);

/**
 * All that is wrong with a URI that a person scanned or pasted, and which apps would read it otherwise. Never throws.
 *
 * `ok` says that a key could be read. That may be so where {@link parseUri} refuses: a contradicting issuer (the parameter
 * counts), a missing counter (0), spare bits of the secret (dropped), a colon in a name (a space), no account. Each is a
 * problem of severity `"error"`; where there is none, `parseUri` reads the same key.
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
export function inspectUri(text: string): UriReport {
  const problems: UriProblem[] = [];
  let readable = true;
  const fault: Fault = (code, parameter, expected) => {
    readable &&= READABLE.has(code);
    problems.push(problem("error", code, parameter, faultMessage(parameter, expected)));
  };
  if (typeof text !== "string") {
    fault("not-a-key-uri", null, "a text");
    return { ok: false, problems };
  }
  const parts: UriParts | undefined = splitUri(text, fault);
  if (parts === undefined) return { ok: false, problems };
  const key = readKey(parts, undefined, fault);
  if (!readable) return { ok: false, problems };
  findWarnings(parts, key, (code, parameter, message) => problems.push(problem("warning", code, parameter, message)));
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
