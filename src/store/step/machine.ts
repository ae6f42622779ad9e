// What a machine is, and what it decides.
import type { RecordOwner, Store } from "../store.ts";

/** What a machine decided. Store `state`, then answer with `outcome`, then emit `events`. */
export interface Transition<Outcome, Event = never> {
  /** Opaque text with a version. `null`: nothing to keep. Equal text means equal state. */
  readonly state: string | null;
  /** When the record may be dropped, in milliseconds since 1970. `null`: never. */
  readonly expiresAt: number | null;
  /**
   * A machine says no by `null`, by `false`, or by an object with `ok: false`. Everything else is a yes. A no is never answered
   * while an earlier yes of the same call may be stored.
   */
  readonly outcome: Outcome;
  readonly events: readonly Event[];
}

/** A pure decision on a state. It may run several times for one attempt. Only its last answer counts. */
export type Machine<Outcome, Event = never> = (
  state: string | null,
) => Transition<Outcome, Event> | Promise<Transition<Outcome, Event>>;

/** Where a record is. */
export interface RecordPlace {
  readonly store: Store;
  readonly key: string;
  readonly owner: RecordOwner;
}
