// What sends and attempts resolve to, and what is reported of sent codes. None of it holds a code.
import type { AttemptEvent, EventBase } from "../attempts/events.ts";
import type { Refused } from "../attempts/outcome.ts";
import type { AttemptStatus } from "../attempts/status.ts";
import type { Transaction } from "../transaction/transaction.ts";

/** Which code: whose it is and what it allows. */
export interface SentCodeTarget {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  /** What the code allows, 1 to 1024 characters, for example `"login"`. A code for one purpose is refused for every other. */
  readonly purpose: string;
}

/** What a code is bound to. */
export interface SentCodeBinding extends SentCodeTarget {
  /**
   * Where the code was asked for, 1 to 1024 characters, for example the id of the login attempt. The code is accepted nowhere
   * else. Default: none.
   */
  readonly context?: string | undefined;
  /** The payment that the code confirms. Any change refuses the code. Default: none. */
  readonly transaction?: Transaction | undefined;
}

/** A code was sent. It never holds the code and may go to the browser. */
export interface Sent {
  readonly ok: true;
  /** When the code expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** When another code may be sent, in milliseconds since 1970. */
  readonly resendAt: number;
  /** The channel that took the code. */
  readonly channel: string;
  /** What `deliver` resolved to, if it was text of 1 to 200 characters that does not contain the code. */
  readonly deliveryId: string | null;
}

/** The result of a send. It never holds the code and may go to the browser. Test `.ok`: the outcome itself is always truthy. */
export type SendOutcome = Sent | Refused<"throttled" | "disabled">;

/** Why a sent code is refused. Show every user the same text; the reason is for your log. */
export type SentCodeReason =
  | "malformed"
  | "mismatch"
  | "replayed"
  | "throttled"
  | "disabled"
  /** No code was sent, or it was ended by `report` or `forget`. */
  | "absent"
  | "expired"
  /** The code was tried too often. */
  | "exhausted"
  /** Older than the last `keep` codes, or ended because another code was accepted. Not counted. */
  | "superseded"
  /** A valid code of another `context`. Not counted. */
  | "other-context"
  /** A valid code of another `transaction`. Not counted. */
  | "other-transaction";

/** The result of an attempt. Test `.ok`: the outcome itself is always truthy. */
export type PasscodeOutcome = { readonly ok: true; readonly at: number } | Refused<SentCodeReason>;

/** What is known of a subject and purpose. Moments are milliseconds since 1970. */
export interface PasscodeStatus extends AttemptStatus {
  /** When the newest code that can still be accepted expires. `null`: there is none. */
  readonly expiresAt: number | null;
  /** When another code may be sent. `null`: now. */
  readonly resendAt: number | null;
}

/** The reasons of a refusal that only a holder of the code can get. They are not counted. */
export type UncountedReason = "superseded" | "other-context" | "other-transaction";
/** The reasons of a refusal that is counted as a failure. */
export type CountedReason = "mismatch" | "expired" | "exhausted" | "absent";

/** What happens to sent codes, for the service and for accounts. */
export type SentCodeEvent =
  | (EventBase<"sent"> & { readonly purpose: string; readonly expiresAt: number })
  | (EventBase<"delivered"> & {
      readonly purpose: string;
      readonly channel: string;
      readonly deliveryId: string | null;
    })
  | (EventBase<"delivery-failed"> & { readonly purpose: string; readonly channel: string; readonly timedOut: boolean })
  | (EventBase<"send-refused"> & {
      readonly purpose: string;
      /** `resend`: too soon after the last code. `sends`: too many in 15 minutes. */
      readonly reason: "resend" | "sends" | "throttled" | "disabled";
      readonly retryAt: number | null;
    })
  | (EventBase<"refused"> & { readonly purpose: string; readonly reason: UncountedReason })
  | (EventBase<"test-code"> & { readonly purpose: string })
  | (EventBase<"reported"> & { readonly purpose: string });

/** An event with the purpose of its code. */
export type WithPurpose<Event> = Event extends unknown ? Event & { readonly purpose: string } : never;

/** What happened to the codes of one subject and purpose, reported after it was stored. It never holds a code. */
export type PasscodeEvent =
  | SentCodeEvent
  | (EventBase<"accepted"> & {
      readonly purpose: string /** Failures since the last success. */;
      readonly failures: number;
    })
  | WithPurpose<AttemptEvent<"malformed" | CountedReason>>;
