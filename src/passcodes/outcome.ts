import type { AttemptEvent, AttemptStatus, RejectedEvent } from "../attempts/failures.ts";
import type { GuardAccepted, GuardReason, Refused } from "../attempts/outcome.ts";

/** A code is on its way. It is not in here, so this may go to the browser. Times are milliseconds since 1970. */
export interface PasscodeIssued {
  readonly ok: true;
  readonly expiresAt: number;
  /** When another one may be sent. */
  readonly resendAt: number;
  readonly reason?: never;
  readonly retryAfterMs?: never;
}

/** What comes of asking for a code. */
export type PasscodeIssue = PasscodeIssued | Refused<"throttled" | "disabled">;

/** Why a code was refused. `absent`: no code waits for being redeemed; `exhausted`: it was tried too often. */
export type PasscodeReason = GuardReason | "expired" | "exhausted" | "absent";

/** What comes of a code. Tell the user the same for every reason; the reason is for your log. */
export type PasscodeVerdict = GuardAccepted | Refused<PasscodeReason>;

/** What is known of a subject and purpose; times are milliseconds since 1970. */
export interface PasscodeStatus extends AttemptStatus {
  /** Of the code that can still be redeemed. */
  readonly expiresAt: number | null;
  /** When another code may be sent; null: right away. */
  readonly resendAt: number | null;
}

/** What happened to the codes of one subject and purpose, told after it was stored. Never holds a code. */
export type PasscodeMachineEvent =
  | { readonly type: "issued"; readonly at: number; readonly expiresAt: number }
  | {
      /** No code was sent. `resend`: too soon after the last one; `sends`: too many in a while. */
      readonly type: "refused";
      readonly at: number;
      readonly reason: "resend" | "sends" | "throttled" | "disabled";
      readonly retryAt: number | null;
    }
  | { readonly type: "redeemed"; readonly at: number; readonly failures: number }
  | RejectedEvent<"malformed" | "mismatch" | "expired" | "exhausted" | "absent">
  | AttemptEvent;

/** Whose code it is, and what it is for. */
export interface PasscodeTarget {
  /** Your own id of the user, 1 to 1024 characters. */
  readonly subject: string;
  /** What the code lets its owner do, 1 to 1024 characters: a code for one purpose is none for another. */
  readonly purpose: string;
}

/** What a code is bound to. */
export interface PasscodeBinding extends PasscodeTarget {
  /** Where the code was asked for, such as the id of the login attempt: 1 to 1024 characters. It is redeemed there or nowhere. */
  readonly context?: string | undefined;
}

/** The same with the subject and the purpose. */
export type PasscodeEvent = PasscodeMachineEvent & PasscodeTarget;
