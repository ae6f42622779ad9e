// The problems that a key URI can have: errors of `parseUri` and findings of `inspectUri`.
import { OtpError } from "../errors.ts";

/** What `parseUri` refuses. */
export type UriErrorCode =
  | "not-a-key-uri"
  | "unsupported-type"
  | "too-long"
  | "surrounding-space"
  | "fragment"
  | "invalid-escape"
  | "duplicate-parameter"
  | "duplicate-extra"
  | "invalid-extra"
  | "misspelt-parameter"
  | "missing-account"
  | "invalid-label"
  | "colon-in-label"
  | "issuer-conflict"
  | "missing-secret"
  | "invalid-secret"
  | "spare-bits"
  | "invalid-algorithm"
  | "invalid-digits"
  | "invalid-period"
  | "invalid-epoch"
  | "invalid-encoder"
  | "missing-counter"
  | "invalid-counter";

/** What `parseUri` reads, and some apps read differently. */
export type UriWarningCode =
  | "weak-secret"
  | "secret-spelling"
  | "secret-padding"
  | "algorithm-ignored"
  | "algorithm-spelling"
  | "digits-ignored"
  | "period-ignored"
  | "epoch-ignored"
  | "encoder-ignored"
  | "counter-too-large"
  | "unused-parameter"
  | "parameter-spelling"
  | "ambiguous-plus"
  | "missing-issuer"
  | "issuer-not-twice"
  | "issuer-differs"
  | "image-not-https";

/** Hears what is wrong while a URI is read. `parseUri` throws at the first error; `inspectUri` collects everything. */
export interface Listener {
  /**
   * Either throws, or records the error. After a recorded error the reading goes on: with the reading that apps use, or with a
   * placeholder that is never returned.
   */
  error(code: UriErrorCode, parameter: string | null, expected: string): void;
  /** The message is a whole sentence. */
  warning(code: UriWarningCode | "missing-account", parameter: string | null, message: string): void;
}

/** The sentence of an error: which part of the URI, and what it must be. It holds nothing of what was written there. */
export function errorMessage(parameter: string | null, expected: string): string {
  return `${parameter ?? "the URI"} must be ${expected}`;
}

/** Throws `invalid-uri` at the first error, and ignores warnings. */
export const STRICT: Listener = {
  error(_, parameter, expected) {
    throw new OtpError("invalid-uri", errorMessage(parameter, expected), { argument: parameter ?? "uri", expected });
  },
  warning() {},
};
