// The ledger of a soak finds what an hour of traffic is to show the absence of, and believes whatever can be true.
import { beforeEach, describe, expect, it } from "vitest";
import { Ledger } from "./ledger.ts";

const GRACE_MS = 10_000;
let ledger: Ledger;
let calls: number;

beforeEach(() => {
  ledger = new Ledger();
  calls = 0;
});

/** A call of one client, from one moment to another. */
function call(kind: string, position: number, [start, end]: readonly [number, number], answer: string, failures = 0) {
  calls++;
  ledger.begin(1, calls, start, "redis", "f", kind, position);
  ledger.end(1, calls, end, answer, position, failures);
}

describe("the ledger of a soak", () => {
  it("believes one acceptance among many calls at once, and the next one", () => {
    call("right", 5, [0, 10], "ok");
    call("right", 5, [1, 9], "replayed");
    call("right", 4, [2, 8], "replayed");
    call("right", 6, [11, 20], "ok");
    call("status", 6, [21, 22], "status", 0);
    ledger.settle(Number.POSITIVE_INFINITY);
    ledger.compare("redis f", 6, 0);
    expect(ledger.violations).toEqual([]);
  });

  it("finds a step that was accepted twice, at once or long afterwards (trap 6)", () => {
    call("right", 5, [0, 10], "ok");
    call("right", 5, [1, 9], "ok");
    expect(ledger.violations).toEqual(["redis f: 5 was accepted twice"]);
    call("right", 6, [20, 30], "ok");
    ledger.settle(100_000);
    call("again", 6, [100_001, 100_002], "ok");
    expect(ledger.violations).toContain("redis f: 6 was accepted twice");
  });

  it("finds the acceptance of a step that a record showed before, whichever call saw it", () => {
    call("status", 9, [0, 10], "status");
    call("right", 9, [5, 15], "ok");
    expect(ledger.violations).toEqual([]);
    call("status", 10, [20, 30], "status");
    call("right", 10, [31, 40], "ok");
    expect(ledger.violations).toEqual(["redis f went backwards: 10 after 10"]);
  });

  it("finds a step below an accepted one, and a record that went back, but not where the calls overlap (trap 7)", () => {
    call("right", 6, [0, 10], "ok");
    call("right", 5, [5, 15], "ok");
    expect(ledger.violations).toEqual([]);
    call("right", 4, [20, 30], "ok");
    expect(ledger.violations).toContain("redis f went backwards: 4 after 6");
    ledger.settle(100_000);
    call("status", 5, [100_001, 100_002], "status");
    expect(ledger.violations).toContain("redis f went backwards: 5 after 6");
    ledger.compare("redis f", 5, 0);
    expect(ledger.violations.filter((violation) => violation.includes("5 after 6"))).toHaveLength(2);
  });

  it("finds a mismatch that was answered and is not counted (trap 23)", () => {
    for (const start of [0, 10, 20]) call("wrong", -1, [start, start + 5], "mismatch");
    call("status", -1, [30, 31], "status", 3);
    call("status", -1, [32, 33], "status", 2);
    ledger.settle(100);
    expect(ledger.violations).toEqual(["redis f: 3 mismatches were answered and 2 are counted"]);
    expect([ledger.judged, ledger.demanded]).toEqual([2, 6]);
  });

  it("demands nothing that an unlock or an acceptance may have cleared, whatever became of it", () => {
    call("wrong", -1, [0, 5], "mismatch");
    call("unlock", -1, [4, 8], "done");
    call("wrong", -1, [6, 9], "mismatch");
    call("status", -1, [10, 11], "status", 0);
    call("wrong", -1, [20, 25], "mismatch");
    call("right", 7, [26, 27], "!store-uncertain");
    call("status", -1, [28, 29], "status", 0);
    ledger.settle(30);
    ledger.begin(2, 1, 40_000, "redis", "f", "unlock", -1);
    call("wrong", -1, [40_001, 40_002], "mismatch");
    call("status", -1, [40_003, 40_004], "status", 0);
    ledger.settle(40_005);
    ledger.leave(2, 40_006);
    expect(ledger.violations).toEqual([]);
    // What a process that was killed has sent can arrive a little later, and not much later.
    const later = 40_006 + GRACE_MS;
    call("wrong", -1, [later - 5, later - 4], "mismatch");
    call("wrong", -1, [later + 1, later + 2], "mismatch");
    call("status", -1, [later + 3, later + 4], "status", 0);
    ledger.settle(later + 5);
    expect(ledger.violations).toEqual(["redis f: 1 mismatches were answered and 0 are counted"]);
  });

  it("finds a wrong code that was accepted, and an error that is none of the store's", () => {
    call("wrong", -1, [0, 5], "ok");
    call("right", 5, [6, 7], "!state-invalid");
    call("right", 5, [8, 9], "!TypeError:_x");
    call("status", -1, [8, 9], "ok");
    expect(ledger.violations).toEqual(
      expect.arrayContaining([
        "redis f: a wrong code was accepted",
        "right at redis f was rejected with state-invalid",
        "right at redis f was rejected with TypeError:_x",
        "status at redis f was answered ok",
      ]),
    );
  });
});
