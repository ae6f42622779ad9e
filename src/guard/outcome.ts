// What a guard answers, tells and reports.

import type { AttemptEvent, EventBase, WithoutSubject } from "../attempts/events.ts";
import type { GuardReason, Refused } from "../attempts/outcome.ts";
import type { AttemptStatus } from "../attempts/status.ts";
import type { Transition } from "../store/step/machine.ts";

/** The code was valid and new, and is stored as used. */
export interface GuardAccepted {
  readonly ok: true;
  /** The authenticator whose code it was. `"default"` when `key` was passed. */
  readonly keyName: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The result of an attempt. Test `.ok`: the outcome itself is always truthy. */
export type GuardOutcome = GuardAccepted | Refused<GuardReason>;

/** What is known of one authenticator. */
export type GuardKeyStatus =
  | {
      readonly method: "totp";
      /** The last accepted step. */
      readonly step: number;
      /** By how many steps the user's clock is ahead. */
      readonly drift: number;
      /** When codes are accepted again, if the last accepted step lies in the future. In milliseconds since 1970. */
      readonly retryAt: number | null;
    }
  | {
      readonly method: "hotp";
      /** The next expected counter. */
      readonly counter: number;
    };

/** What is known of a subject. */
export interface GuardStatus extends AttemptStatus {
  /** By name; only authenticators that were accepted once. */
  readonly keys: { readonly [keyName: string]: GuardKeyStatus };
}

/** What happened to a subject, emitted after the write. Never holds a code or a secret. */
export type GuardEvent =
  | (EventBase<"accepted"> & {
      readonly method: "totp" | "hotp";
      readonly keyName: string;
      /** TOTP: the accepted step. HOTP: the next expected counter. */
      readonly position: number;
      readonly drift: number;
      /** Failures since the last success. */
      readonly failures: number;
    })
  | (EventBase<"resynced"> & {
      readonly method: "totp" | "hotp";
      readonly keyName: string;
      /** TOTP: the accepted step. HOTP: the next expected counter. */
      readonly position: number;
      readonly drift: number;
    })
  | (EventBase<"removed"> & { readonly keyName: string })
  | (EventBase<"weak-secret"> & { readonly keyName: string; readonly bytes: number })
  | AttemptEvent<"malformed" | "mismatch">;

/** What a guard machine decided. */
export type GuardTransition<Outcome = GuardOutcome> = Transition<Outcome, WithoutSubject<GuardEvent>>;
