import type { Rejected } from "../otp/outcome.ts";

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

/** What all events have. */
export interface EventBase<T extends string> {
  readonly type: T;
  /** The id of the factor. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Each kind of event, less its id. */
export type WithoutId<E> = E extends unknown ? Omit<E, "id"> : never;

export function refused<Reason extends string>(reason: Reason, retryAfterMs: number | null): Refused<Reason> {
  return { ok: false, reason, retryAfterMs };
}
