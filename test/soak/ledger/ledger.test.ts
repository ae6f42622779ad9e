// The ledger of a soak finds what an hour of traffic is to show the absence of, and believes whatever can be true.
import { beforeEach, describe, expect, it } from "vitest";
import { type Claim, Ledger, type Told } from "./ledger.ts";

const GRACE_MS = 10_000;
const NAME = "redis u";
let ledger: Ledger;
let calls: number;

beforeEach(() => {
  ledger = new Ledger();
  calls = 0;
});

type Moments = readonly [start: number, end: number];

/** A call of one client, from one moment to another. */
function call(claim: Claim, [start, end]: Moments, answer: string, told?: Told) {
  calls++;
  ledger.begin(1, calls, start, NAME, claim);
  ledger.end(1, calls, end, answer, told);
}

const code = (position: number): Claim => ({ kind: "login", presents: ["a:phone", position], resets: true });
const sent: Claim = { kind: "sentCode", presents: ["sent code 1", null], resets: true };
const wrong: Claim = { kind: "loginWrong", isWrong: true, resets: true, counts: ["mismatch"] };
const unlock: Claim = { kind: "unlock", resets: true };
const status: Claim = { kind: "status" };
const remove = (id: string): Claim => ({ kind: "remove", ends: [id] });
const recognise = (device: string, generation: number): Claim => ({
  kind: "recognise",
  token: [device, generation],
  ends: [`d:${device}`],
  endsIfRefused: true,
});

function look(moments: Moments, failures: number, listed: readonly string[] = []) {
  call(status, moments, "status", { failures, listed });
}

/** The violations once everything has been told. */
function violations() {
  ledger.settle(Number.POSITIVE_INFINITY);
  return ledger.violations;
}

describe("acceptances", () => {
  it("believes one acceptance among many calls at the same time, and the next one", () => {
    call(code(5), [0, 10], "ok");
    call(code(5), [1, 9], "replayed");
    call(code(4), [2, 8], "replayed");
    call(code(6), [11, 20], "ok");
    call(sent, [11, 20], "ok");
    call(sent, [21, 22], "replayed");
    ledger.compare(NAME, { failures: 0, listed: [] }, new Map([["a:phone", 6]]));
    expect(violations()).toEqual([]);
    expect(ledger.accepted).toEqual({ login: 2, sentCode: 1 });
  });

  it("finds a step that was accepted twice, at the same time or long afterwards (trap 6)", () => {
    call(code(5), [0, 10], "ok");
    call(code(5), [1, 9], "ok");
    expect(ledger.violations).toEqual(["redis u: a:phone 5 was accepted twice"]);
    call(code(6), [20, 30], "ok");
    ledger.settle(100_000);
    call(code(6), [100_001, 100_002], "ok");
    expect(ledger.violations).toContain("redis u: a:phone 6 was accepted twice");
  });

  it("finds a single code that was accepted twice (trap 6)", () => {
    call(sent, [0, 10], "ok");
    ledger.settle(100_000);
    call(sent, [100_001, 100_002], "ok");
    expect(violations()).toEqual(["redis u: sent code 1 was accepted twice"]);
  });

  it("finds a step below an accepted one, but not where the calls overlap (trap 7)", () => {
    call(code(6), [0, 10], "ok");
    call(code(5), [5, 15], "ok");
    expect(ledger.violations).toEqual([]);
    call(code(4), [20, 30], "ok");
    expect(ledger.violations).toEqual(["redis u: a:phone went backwards to 4"]);
    ledger.settle(100_000);
    call(code(3), [100_001, 100_002], "ok");
    expect(ledger.violations).toContain("redis u: a:phone went backwards to 3");
  });

  it("finds it too when the later call is told of first", () => {
    call(code(5), [20, 30], "ok");
    call(code(6), [0, 10], "ok");
    expect(ledger.violations).toEqual(["redis u: a:phone went backwards to 6"]);
  });

  it("finds a record that is behind an acceptance in the end", () => {
    call(code(6), [0, 10], "ok");
    ledger.compare(NAME, { failures: 0, listed: [] }, new Map([["a:phone", 5]]));
    expect(violations()).toEqual(["redis u: a:phone is at 5 in the end, and 6 was accepted"]);
  });

  it("finds a wrong code that was accepted", () => {
    call(wrong, [0, 5], "ok");
    expect(violations()).toEqual(["redis u: a wrong code was accepted"]);
  });
});

describe("failures", () => {
  it("finds a failure that was answered and is not counted (trap 23)", () => {
    for (const start of [0, 10, 20]) call(wrong, [start, start + 5], "mismatch");
    look([30, 31], 3);
    look([32, 33], 2);
    expect(violations()).toEqual(["redis u: 3 failures were answered and 2 are counted"]);
    expect(ledger.totals()).toMatchObject({ judged: 2, demanded: 6 });
  });

  it("finds it in the end too", () => {
    call(wrong, [0, 5], "mismatch");
    ledger.compare(NAME, { failures: 0, listed: [] }, new Map());
    expect(ledger.violations).toEqual(["redis u: 1 failures were answered and 0 are counted"]);
  });

  it("demands nothing of a refusal that is not counted", () => {
    call(wrong, [0, 5], "throttled");
    call({ ...wrong, counts: [] }, [0, 5], "mismatch");
    look([10, 11], 0);
    expect(violations()).toEqual([]);
  });

  it("demands nothing that an unlock or an acceptance may have cleared, whatever became of it", () => {
    call(wrong, [0, 5], "mismatch");
    call(unlock, [4, 8], "ok");
    call(wrong, [6, 9], "mismatch");
    look([10, 11], 0);
    call(wrong, [20, 25], "mismatch");
    call(code(7), [26, 27], "!store-uncertain");
    look([28, 29], 0);
    ledger.settle(30);
    // The log-in of which nothing is known may still arrive.
    call(wrong, [31, 32], "mismatch");
    look([33, 34], 0);
    ledger.begin(2, 1, 40_000, NAME, unlock);
    call(wrong, [40_001, 40_002], "mismatch");
    look([40_003, 40_004], 0);
    ledger.settle(40_005);
    ledger.leave(2, 40_006);
    expect(ledger.violations).toEqual([]);
    // What a process that was killed has sent can arrive a little later, and not much later.
    const later = 40_006 + GRACE_MS;
    call(wrong, [later - 5, later - 4], "mismatch");
    call(wrong, [later + 1, later + 2], "mismatch");
    look([later + 3, later + 4], 0);
    ledger.settle(later + 5);
    expect(ledger.violations).toEqual(["redis u: 1 failures were answered and 0 are counted"]);
  });
});

describe("authenticators and devices", () => {
  const confirm: Claim = { kind: "confirm" };
  const made = { made: "a:x" };

  it("believes that an authenticator is listed from its confirmation to its removal", () => {
    call(confirm, [0, 10], "ok", made);
    look([5, 6], 0);
    look([11, 12], 0, ["a:x"]);
    call(remove("a:x"), [20, 30], "ok");
    look([21, 22], 0, ["a:x"]);
    look([25, 26], 0);
    look([31, 32], 0);
    expect(violations()).toEqual([]);
    expect(ledger.totals().expected).toBe(1);
  });

  it("finds an authenticator that was confirmed and is missing", () => {
    call(confirm, [0, 10], "ok", made);
    look([11, 12], 0);
    ledger.compare(NAME, { failures: 0, listed: [] }, new Map());
    const lost = "redis u: a:x was made, never ended, and is lost";
    expect(violations()).toEqual([lost, lost]);
  });

  it("does not miss it after a removal of which nothing is known, and misses it after a removal that was refused", () => {
    call(confirm, [0, 10], "ok", made);
    call(remove("a:x"), [11, 12], "refused");
    look([13, 14], 0);
    call(remove("a:x"), [20, 21], "!store-uncertain");
    look([22, 23], 0);
    expect(violations()).toEqual(["redis u: a:x was made, never ended, and is lost"]);
    look([100_000, 100_001], 0);
    expect(violations()).toHaveLength(1);
  });

  it("finds what was removed and came back", () => {
    call(confirm, [0, 10], "ok", made);
    call(remove("a:x"), [11, 12], "ok");
    look([13, 14], 0, ["a:x"]);
    expect(violations()).toEqual(["redis u: a:x had ended and came back"]);
  });

  it("ends all devices, and no authenticator, with one call", () => {
    call(confirm, [0, 1], "ok", made);
    call({ kind: "trust" }, [0, 1], "ok", { made: "d:y" });
    call({ kind: "revokeAll", ends: ["d:*"] }, [2, 3], "ok");
    call({ kind: "trust" }, [4, 5], "ok", { made: "d:z" });
    look([6, 7], 0, ["a:x", "d:z"]);
    expect(violations()).toEqual([]);
    look([8, 9], 0, ["d:y"]);
    expect(violations()).toEqual([
      "redis u: a:x was made, never ended, and is lost",
      "redis u: d:z was made, never ended, and is lost",
      "redis u: d:y had ended and came back",
    ]);
  });

  it("lets a token that was refused end its device, and one that was accepted not", () => {
    call({ kind: "trust" }, [0, 1], "ok", { made: "d:y" });
    call(recognise("y", 0), [2, 3], "ok");
    look([4, 5], 0);
    call(recognise("y", 0), [6, 7], "refused");
    look([8, 9], 0);
    expect(violations()).toEqual(["redis u: d:y was made, never ended, and is lost"]);
  });

  it("finds a device that was recognised after it was revoked", () => {
    call({ kind: "revoke", ends: ["d:y"] }, [0, 1], "ok");
    call(recognise("y", 0), [2, 3], "ok");
    expect(violations()).toEqual(["redis u: d:y had ended and came back"]);
  });

  it("finds a token that was recognised after two newer ones, and believes it while the calls overlap", () => {
    call(recognise("y", 0), [0, 1], "ok");
    call(recognise("y", 1), [2, 3], "ok");
    call(recognise("y", 2), [4, 10], "ok");
    call(recognise("y", 0), [5, 6], "ok");
    expect(ledger.violations).toEqual([]);
    call(recognise("y", 0), [11, 12], "ok");
    expect(ledger.violations).toEqual(["redis u: d:y was recognised by token 0, which two newer ones have replaced"]);
  });

  it("finds more devices than codes that were accepted for them", () => {
    const trust: Claim = { kind: "trust", trusts: true };
    call({ ...code(1), allowsTrust: true }, [0, 1], "ok");
    call({ ...code(1), allowsTrust: true }, [2, 3], "replayed");
    call(trust, [4, 5], "ok");
    ledger.compare(NAME, { failures: 0, listed: [] }, new Map());
    expect(ledger.violations).toEqual([]);
    call(trust, [6, 7], "ok");
    ledger.compare(NAME, { failures: 0, listed: [] }, new Map());
    expect(ledger.violations).toEqual(["redis u: 2 devices were trusted after 1 acceptances"]);
  });
});

describe("answers", () => {
  it("finds an error that is not the store's, and an answer that is none", () => {
    call(code(5), [6, 7], "!state-invalid");
    call(code(5), [8, 9], "!TypeError: x");
    call(status, [8, 9], "ok");
    call(code(5), [8, 9], "perhaps");
    expect(violations()).toEqual([
      "redis u: login was rejected with state-invalid",
      "redis u: login was rejected with TypeError: x",
      "redis u: status was answered ok",
      "redis u: login was answered perhaps",
    ]);
    expect(ledger.tallies).toEqual({ "!state-invalid": 1, "!TypeError: x": 1, ok: 1, perhaps: 1 });
  });

  it("tallies the calls of a process that was killed", () => {
    ledger.begin(1, 1, 0, NAME, code(1));
    ledger.leave(1, 5);
    expect(ledger.tallies).toEqual({ "killed before the answer": 1 });
  });
});
