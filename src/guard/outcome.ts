import type { EventBase, GuardAccepted, GuardReason, Refused, WithoutId } from "../attempts/outcome.ts";

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

/** What happened to a factor, told after it was stored. Never holds a code or a secret. */
export type GuardEvent =
  | (EventBase<"accepted"> & {
      readonly factor: "totp" | "hotp";
      readonly position: number;
      readonly drift: number;
      readonly failures: number;
    })
  | (EventBase<"rejected"> & {
      readonly reason: "malformed" | "mismatch";
      readonly failures: number;
      readonly retryAt: number | null;
    })
  | (EventBase<"replayed"> & { readonly position: number; readonly failures: number; readonly retryAt: number | null })
  | (EventBase<"throttled"> & { readonly failures: number; readonly retryAt: number })
  | (EventBase<"disabled"> & { readonly failures: number; readonly first: boolean })
  | (EventBase<"resynced"> & {
      readonly factor: "totp" | "hotp";
      readonly position: number;
      readonly drift: number;
    })
  | (EventBase<"unlocked"> & { readonly failures: number })
  | EventBase<"forgotten">
  | (EventBase<"weak-secret"> & { readonly bytes: number });

/** An event of a machine: there the factor is the row itself, so it has no id. */
export type MachineEvent = WithoutId<GuardEvent>;
