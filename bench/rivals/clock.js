/**
 * Some rivals take no time and read the clock themselves. They get a clock that only returns a field. It is cheaper than
 * the real one, so the exchange is in their favour. The measurement uses `performance.now`, which is not replaced.
 */
export const clock = { now: 0 };

const SystemDate = Date;

globalThis.Date = class SetDate extends SystemDate {
  constructor(...parts) {
    if (parts.length === 0) super(clock.now);
    else super(...parts);
  }

  static now() {
    return clock.now;
  }
};
