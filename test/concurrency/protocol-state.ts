// What an abstract protocol is about, and all that is known of it at one moment. A write is known by its age, that is how many
// writes came after it.

/** A record names its last four writes. */
export const REMEMBERED = 4;

export interface Protocol {
  readonly clients: number;
  /** Of each client, one after the other. */
  readonly attempts: number;
  /** How many of these different codes there are to choose from: right, wrong, then the next one or that of the token. */
  readonly codes: number;
  /** How many things may go wrong. */
  readonly faults: number;
  /** How often the clock may move on by a step, whenever it likes. */
  readonly ticks: number;
  /** Two authenticators and a budget of two guesses in 30 days, instead of one authenticator and waits. */
  readonly twoKeys?: boolean;
  /** Mistake: a success empties the budget of 30 days. */
  readonly forgivesMonthly?: boolean;
  /** Mistake: writes whatever is there. */
  readonly blind?: boolean;
  /** Mistake: a mismatch is answered whether or not its count was stored. */
  readonly countsAfterwards?: boolean;
  /** Mistake: does not look for its own writes in the record. */
  readonly forgetsItsWrites?: boolean;
  /** A record may be dropped so many steps after it was written, unless a call is under way; Default: never. */
  readonly keptForSteps?: number;
}

/** A write that was not answered with true. */
export interface Made {
  /** The age of the record that it expects. */
  readonly before: number;
  /** Its own age, or null as long as it was not applied. */
  readonly applied: number | null;
  readonly verdict: string;
  readonly threw: boolean;
  /** The client cannot exclude that it was applied or will be. */
  readonly open: boolean;
  /** It is under way still, and this is what it would store. */
  readonly late: number | null;
}

export interface Decision {
  readonly text: number;
  readonly verdict: string;
  /** The age of the record that it was decided on. For a confirmation: of the one that the confirmed write was decided on. */
  readonly base: number;
}

export interface Client {
  readonly left: number;
  /** What it presents; null between two attempts. */
  readonly code: number | null;
  /** What it has decided and not yet stored. */
  readonly decision: Decision | null;
  readonly made: readonly Made[];
  /** What has become of this attempt, known to the client or not. */
  readonly accepted: boolean;
  readonly counted: boolean;
}

export interface State {
  readonly tick: number;
  readonly faults: number;
  readonly text: number;
  readonly writtenAt: number;
  /** Every step and counter that was ever accepted, each with the name of its authenticator. */
  readonly used: readonly string[];
  /** With a budget of 30 days: how many guesses were ever counted. */
  readonly guesses: number;
  readonly clients: readonly Client[];
  /** Writes of attempts that are over, still under way: what they would store. */
  readonly late: readonly number[];
}
