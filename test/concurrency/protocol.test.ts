// The protocol of guard and store, in every order: what interleavings.test.ts asks of the code itself for two or three calls, the
// abstract protocol is asked for three clients with three attempts each. The invariants are DESIGN's: every step is accepted once,
// never backwards; ok only if that is stored; every mismatch that is answered was counted; no more guesses than the policy allows.
//
// All of it is covered within these bounds: every choice of the presented codes (right, wrong, the next one), every order of what
// takes effect, the clock moving on at any moment until the first code has left its window and every wait is over, and at any
// moment one write whose reply is lost, or false though it took place, or false though it did not, or that fails and arrives at
// any later moment or never. Not covered here, but by interleavings.test.ts: reads that fail or are stale, and the code itself.
import { describe, expect, it } from "vitest";
import { Search } from "./protocol.ts";
import type { Protocol } from "./protocol-state.ts";

/** An endless search is to fail by name. */
const LONG = 600_000;

const small: Protocol = { clients: 2, attempts: 2, codes: 3, faults: 1, ticks: 2 };

describe("the protocol keeps its promises in every state", () => {
  const bounds: readonly [least: number, protocol: Protocol][] = [
    [300_000, { clients: 3, attempts: 3, codes: 3, faults: 1, ticks: 2 }],
    [30_000, { clients: 3, attempts: 2, codes: 2, faults: 2, ticks: 1 }],
    [50_000, { clients: 3, attempts: 2, codes: 3, faults: 1, ticks: 1, twoKeys: true }],
  ];
  it.each(bounds)(
    "more than %i of them: %o",
    (least, protocol) => {
      const states = new Search(protocol).run();
      console.log(`${states} states of ${JSON.stringify(protocol)}`);
      expect(states).toBeGreaterThan(least);
    },
    LONG,
  );

  it("also where a record is dropped once every code that it knows of has left the window", () => {
    expect(new Search({ ...small, ticks: 3, keptForSteps: 3 }).run()).toBeGreaterThan(1000);
  });
});

describe("the search finds the mistake of", () => {
  const run = (mistake: Partial<Protocol>) => () => new Search({ ...small, ...mistake }).run();

  it("a write without looking: two are told ok for one acceptance, or a slower one stores a lower step (traps 6 and 7)", () => {
    expect(run({ blind: true, faults: 0 })).toThrow(/ok, but no acceptance is stored|accepted twice|went backwards/);
  });

  it("a count after the comparison: an uncounted mismatch is answered (trap 23)", () => {
    expect(run({ countsAfterwards: true })).toThrow("an uncounted mismatch");
  });

  it("a record that expires before its codes do: a step is accepted twice (trap 78)", () => {
    expect(run({ keptForSteps: 1, faults: 0 })).toThrow("accepted twice");
  });

  it("a success that forgives the failures of 30 days: an attacker guesses between the log-ins of the owner", () => {
    const budget = { ...small, codes: 2, faults: 0, ticks: 0, twoKeys: true };
    expect(run(budget)).not.toThrow();
    expect(run({ ...budget, forgivesMonthly: true })).toThrow("more guesses than the budget");
  });

  it("a client that does not look for its own write after a lost reply (trap 8)", () => {
    expect(run({ forgetsItsWrites: true, faults: 0 })).not.toThrow();
    expect(run({ forgetsItsWrites: true })).toThrow(/replayed, but accepted|disabled, but accepted/);
  });
});
