// What services report of the attempts of a subject. No event holds a code or a secret.

/** What all events have. */
export interface EventBase<Type extends string> {
  readonly type: Type;
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A code was refused. `failures` are the consecutive failures so far. */
export interface RejectedEvent<Reason extends string> extends EventBase<"rejected"> {
  readonly reason: Reason;
  readonly failures: number;
  /** When another attempt can succeed, in milliseconds since 1970. `null`: now, or only after `unlock`. */
  readonly retryAt: number | null;
}

/** Events that every service emits. `Reason` lists the failures that are counted. */
export type AttemptEvent<Reason extends string> =
  | RejectedEvent<Reason>
  | (EventBase<"replayed"> & { readonly failures: number; readonly retryAt: number | null })
  | ClosedEvent
  | (EventBase<"unlocked"> & { readonly failures: number })
  | EventBase<"forgotten">;

/** An attempt was not looked at, or (`first`) disabled the subject. */
export type ClosedEvent =
  | (EventBase<"throttled"> & {
      readonly failures: number;
      readonly retryAt: number;
      /** `"wait"` after consecutive failures, or `"monthly"` after too many failures in 30 days. */
      readonly by: "wait" | "monthly";
    })
  | (EventBase<"disabled"> & { readonly failures: number; readonly first: boolean });

/** An event of a machine: the state itself belongs to one subject, so the event has no `subject`. */
export type WithoutSubject<Event> = Event extends unknown ? Omit<Event, "subject"> : never;
