// The count of failures: it holds every failure that was answered since the last call that may have forgiven it.
import type { Entry, Interval } from "./ledger.ts";

interface Look extends Interval {
  readonly failures: number;
}

export class Failures {
  /** How many looks there were to compare with something, and how many failures these had to show. */
  judged = 0;
  demanded = 0;
  #answered: Interval[] = [];
  #resets: Entry[] = [];
  /** Up to here everything may have been forgiven. */
  #forgivenUntil = Number.NEGATIVE_INFINITY;
  /** Looks that have not been judged yet. */
  #looks: Look[] = [];

  mayReset(entry: Entry): void {
    this.#resets.push(entry);
  }

  /** The call was refused, so it forgave nothing. */
  withdraw(entry: Entry): void {
    this.#resets = this.#resets.filter((reset) => reset !== entry);
  }

  count(failure: Interval): void {
    this.#answered.push(failure);
  }

  look(look: Look): void {
    this.#looks.push(look);
  }

  judge({ start, end, failures }: Look): string[] {
    let forgiven = this.#forgivenUntil;
    for (const reset of this.#resets) if (reset.start < end) forgiven = Math.max(forgiven, reset.end);
    const counted = this.#answered.filter((failure) => failure.start > forgiven && failure.end < start).length;
    if (counted > 0) this.judged++;
    this.demanded += counted;
    return failures < counted ? [`${counted} failures were answered and ${failures} are counted`] : [];
  }

  /** Judges the looks that ended before `until`, and forgets what nothing that may still come can be compared with. */
  settle(until: number, oldestCall: number): string[] {
    const due = this.#looks.filter(({ end }) => end < until);
    this.#looks = this.#looks.filter(({ end }) => !(end < until));
    const violations = due.flatMap((look) => this.judge(look));
    const oldest = Math.min(oldestCall, ...this.#looks.map(({ start }) => start));
    const isOver = ({ start, end }: Entry) => start < oldest && end < Number.POSITIVE_INFINITY;
    for (const reset of this.#resets) {
      if (isOver(reset)) this.#forgivenUntil = Math.max(this.#forgivenUntil, reset.end);
    }
    this.#resets = this.#resets.filter((reset) => !isOver(reset));
    this.#answered = this.#answered.filter(({ start }) => start > this.#forgivenUntil);
    return violations;
  }
}
