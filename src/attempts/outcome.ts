// How services refuse an attempt.

import type { Rejected } from "../otp/outcome.ts";

/** Why an attempt was refused, for your log. Show the user the same text for every reason. */
export type GuardReason =
  | "malformed"
  | "mismatch"
  | "replayed"
  | "throttled"
  | "disabled"
  /** There is nothing that a code could match. Not counted. */
  | "absent";

/** A refusal by a service. Show the user the same text for every reason; the reason is for your log. */
export interface Refused<Reason extends string> extends Rejected<Reason> {
  /** When another attempt can succeed: 0 now, a number of milliseconds, `null` only after `unlock`. */
  readonly retryAfterMs: number | null;
}

export function refused<Reason extends string>(reason: Reason, retryAfterMs: number | null): Refused<Reason> {
  return { ok: false, reason, retryAfterMs };
}
