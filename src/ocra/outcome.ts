// What an OCRA guard answers and reports.
import type { AttemptEvent, EventBase, WithoutSubject } from "../attempts/events.ts";
import type { Refused } from "../attempts/outcome.ts";
import type { AttemptStatus } from "../attempts/status.ts";

/** A challenge, and how long it can be answered. Both may go to the browser. */
export interface OcraChallenge {
  /** What the user types into the token. */
  readonly challenge: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Why an OCRA guard refused a code. */
export type OcraGuardReason =
  | "malformed"
  | "mismatch"
  | "replayed"
  | "throttled"
  | "disabled"
  /** No challenge was issued, or it was ended by `forget`. Not counted. */
  | "absent"
  /** The challenge is too old. Not counted, because the response is not looked at. */
  | "expired"
  /** A valid response, but the challenge was issued for another transaction. Not counted. */
  | "other-transaction";

/** The answer to an attempt. Show the user the same text for every reason. The reason is for your log. */
export type OcraGuardOutcome = { readonly ok: true; readonly at: number } | Refused<OcraGuardReason>;

/** What is known of a subject. Moments are milliseconds since 1970. */
export interface OcraGuardStatus extends AttemptStatus {
  /** When the challenge ends that can still be answered. `null`: there is none. */
  readonly expiresAt: number | null;
}

/** What happened to a subject, emitted after it was stored. No event holds a challenge, a response or a secret. */
export type OcraGuardEvent =
  | (EventBase<"challenged"> & { readonly expiresAt: number })
  | (EventBase<"accepted"> & { /** Failures since the last success. */ readonly failures: number })
  | AttemptEvent<"malformed" | "mismatch" | "expired" | "absent">;

/** The same without the subject. */
export type OcraDecisionEvent = WithoutSubject<OcraGuardEvent>;
