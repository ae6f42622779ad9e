import type { Rejected } from "../otp/verdict.ts";

/** Why an attempt was refused. */
export type GuardReason = "malformed" | "mismatch" | "replayed" | "throttled" | "disabled";

/** The code was right, new, and its step or counter is stored as used. */
export interface GuardAccepted {
  readonly ok: true;
  readonly reason?: never;
  readonly retryAfterMs?: never;
}

/** Refused. Tell the user the same for every reason; the reason is for your log. */
export interface Refused<Reason extends string> extends Rejected<Reason> {
  /** Until another attempt is looked at: 0 now, null never (disabled). */
  readonly retryAfterMs: number | null;
}

/** The code was refused. */
export interface GuardRejected extends Refused<GuardReason> {}

/** What comes of an attempt. */
export type GuardVerdict = GuardAccepted | GuardRejected;

/** What is known of a factor. */
export interface GuardStatus {
  readonly state: "new" | "open" | "waiting" | "disabled";
  /** In a row. */
  readonly failures: number;
  // Milliseconds since 1970.
  readonly retryAt: number | null;
  readonly acceptedAt: number | null;
  readonly failedAt: number | null;
  /** TOTP: the last accepted step. */
  readonly step: number | null;
  /** HOTP: the next counter. */
  readonly counter: number | null;
  readonly drift: number;
}
