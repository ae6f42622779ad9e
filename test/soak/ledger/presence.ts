// Authenticators and devices: one that was made and not ended is listed, and one that has ended is not.
import type { Entry, Interval } from "./ledger.ts";

interface Look extends Interval {
  readonly listed: ReadonlySet<string>;
}

const ALL_DEVICES = "d:*";

export class Presence {
  /** How many times a status had to list something. */
  expected = 0;
  readonly #made = new Map<string, Interval>();
  /** Calls that may have ended something. */
  #endings: Entry[] = [];
  /** When something had certainly ended. Its id is never used again. */
  readonly #ended = new Map<string, number>();
  #looks: Look[] = [];

  make(id: string, made: Interval): void {
    this.#made.set(id, made);
  }

  mayEnd(entry: Entry): void {
    this.#endings.push(entry);
  }

  /** The call ended nothing. */
  withdraw(entry: Entry): void {
    this.#endings = this.#endings.filter((ending) => ending !== entry);
  }

  /** The call was answered, so what it was about has ended. */
  hasEnded(entry: Entry): void {
    const { start, end, claim } = entry;
    for (const id of claim.ends ?? []) if (id !== ALL_DEVICES) this.#end(id, end);
    for (const [id, made] of this.#made) {
      if (id.startsWith("d:") && claim.ends?.includes(ALL_DEVICES) && made.end < start) this.#end(id, end);
    }
  }

  #end(id: string, at: number): void {
    this.#ended.set(id, Math.min(this.#ended.get(id) ?? at, at));
  }

  look(look: Look): void {
    this.#looks.push(look);
  }

  /** These were accepted by a call that began at this moment. */
  see(ids: Iterable<string>, start: number): string[] {
    return [...ids]
      .filter((id) => (this.#ended.get(id) ?? Number.POSITIVE_INFINITY) < start)
      .map((id) => `${id} had ended and came back`);
  }

  judge({ start, end, listed }: Look): string[] {
    const lost: string[] = [];
    for (const [id, made] of this.#made) {
      if (made.end >= start || this.#endings.some((ending) => ending.start < end && isAbout(ending, id, made)))
        continue;
      this.expected++;
      if (!listed.has(id)) lost.push(`${id} was made, never ended, and is lost`);
    }
    return [...lost, ...this.see(listed, start)];
  }

  /** Judges the looks that ended before `until`, and forgets what nothing that may still come can be compared with. */
  settle(until: number, oldestCall: number): string[] {
    const due = this.#looks.filter(({ end }) => end < until);
    this.#looks = this.#looks.filter(({ end }) => !(end < until));
    const violations = due.flatMap((look) => this.judge(look));
    const oldest = Math.min(oldestCall, ...this.#looks.map(({ start }) => start));
    const over = this.#endings.filter(({ end }) => end < oldest);
    for (const [id, made] of this.#made) if (over.some((ending) => isAbout(ending, id, made))) this.#made.delete(id);
    this.#endings = this.#endings.filter(({ end }) => !(end < oldest));
    return violations;
  }
}

function isAbout({ claim, end }: Entry, id: string, made: Interval): boolean {
  return (
    made.start < end && (claim.ends ?? []).some((each) => each === id || (each === ALL_DEVICES && id.startsWith("d:")))
  );
}
