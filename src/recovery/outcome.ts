// What attempts at recovery codes resolve to, and what is reported of them. None of it holds a code.
import type { AttemptEvent, EventBase } from "../attempts/events.ts";
import type { GuardReason, Refused } from "../attempts/outcome.ts";
import type { AttemptStatus } from "../attempts/status.ts";

/** The result of an attempt. Test `.ok`: the outcome itself is always truthy. */
export type RecoveryOutcome =
  | {
      readonly ok: true;
      /** Codes left. Offer new ones before there are none. */
      readonly remaining: number;
      /** Milliseconds since 1970. */
      readonly at: number;
    }
  | Refused<GuardReason | "absent">;

/** What is known of the recovery codes of a subject. */
export interface RecoveryStatus extends AttemptStatus {
  /** Codes that were not used. */
  readonly remaining: number;
  /** When the set was generated or adopted, in milliseconds since 1970. `null`: there is none. */
  readonly generatedAt: number | null;
}

/** What happened to the recovery codes of a subject, reported after it was stored: tell the user too. It never holds a code. */
export type RecoveryEvent =
  | (EventBase<"generated"> & { readonly count: number })
  | (EventBase<"adopted"> & { readonly count: number })
  | (EventBase<"accepted"> & {
      readonly remaining: number /** Failures since the last success. */;
      readonly failures: number;
    })
  | AttemptEvent<"malformed" | "mismatch">;
