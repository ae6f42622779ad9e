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

/** What `parseUri` reads as it is written, and some apps otherwise. */
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
  | "ambiguous-plus"
  | "missing-issuer"
  | "issuer-not-twice"
  | "image-not-https";

/**
 * Told what is wrong and where. It throws, or it takes a note; then reading goes on, with what apps make of it where they
 * make anything of it, else with something that nobody gets to see.
 */
export type Fault = (code: UriErrorCode, parameter: string | null, expected: string) => void;

/** The sentence for people: which part of the URI, and what it must be. Holds nothing of what was written there. */
export function faultMessage(parameter: string | null, expected: string): string {
  return `${parameter ?? "the URI"} must be ${expected}`;
}

/** The fault of whoever needs the key or nothing. */
export const refuseUri: Fault = (_, parameter, expected) => {
  throw new OtpError("invalid-uri", faultMessage(parameter, expected), { argument: parameter ?? "uri", expected });
};
