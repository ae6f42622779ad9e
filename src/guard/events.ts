/** What all events have. */
export interface EventBase<T extends string> {
  readonly type: T;
  /** The id of the factor. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
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

/** Each kind of event, less its id. */
export type WithoutId<E> = E extends unknown ? Omit<E, "id"> : never;

/** An event of a machine: there the factor is the row itself, so it has no id. */
export type MachineEvent = WithoutId<GuardEvent>;
