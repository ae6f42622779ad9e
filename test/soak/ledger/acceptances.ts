// What was accepted: nothing twice, and in a series of positions nothing that lies behind an earlier acceptance.
import type { Interval } from "./ledger.ts";

interface Acceptance extends Interval {
  readonly position: number;
}

class Series {
  readonly used = new Set<number>();
  /** Acceptances that calls may still come for which overlap with them. */
  recent: Acceptance[] = [];
  /** No position up to this one can be accepted any more. */
  floor = Number.NEGATIVE_INFINITY;
}

export class Acceptances {
  readonly #codes = new Set<string>();
  readonly #series = new Map<string, Series>();

  /** Returns what cannot be true. Of two calls of which one ended before the other began, the later one is further on. */
  accept([name, position]: readonly [string, number | null], { start, end }: Interval): string[] {
    if (position === null) {
      if (this.#codes.has(name)) return [`${name} was accepted twice`];
      this.#codes.add(name);
      return [];
    }
    const series = this.#series.get(name) ?? new Series();
    this.#series.set(name, series);
    if (series.used.has(position)) return [`${name} ${position} was accepted twice`];
    const { floor, recent } = series;
    const isBehind =
      position <= floor ||
      recent.some((other) =>
        other.end < start ? position < other.position : end < other.start && other.position < position,
      );
    series.used.add(position);
    recent.push({ position, start, end });
    return isBehind ? [`${name} went backwards to ${position}`] : [];
  }

  /** The position in a record is at least that of every acceptance. */
  compare(positions: ReadonlyMap<string, number>): string[] {
    return [...positions].flatMap(([name, position]) => {
      const last = Math.max(...(this.#series.get(name)?.used ?? [Number.NEGATIVE_INFINITY]));
      return position < last ? [`${name} is at ${position} in the end, and ${last} was accepted`] : [];
    });
  }

  /** @param oldest - no call that began earlier is still to come. */
  forget(oldest: number): void {
    for (const series of this.#series.values()) {
      for (const { end, position } of series.recent) if (end < oldest) series.floor = Math.max(series.floor, position);
      series.recent = series.recent.filter(({ end }) => !(end < oldest));
    }
  }
}
