// The decisions of a send guard on one record each, and how the record is read: another record cannot hide what is wrong with this one.
import { describe, expect, it } from "vitest";
import { readDestinations, writeDestinations } from "../../src/limiter/destinations.ts";
import { countVerified, decideAddress, decidePrefix } from "../../src/limiter/send-decisions.ts";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const POLICY = { minConversion: 0.5, minObservations: 2 };
const hourOf = (now: number) => Math.floor(now / HOUR);
const dayOf = (now: number) => Math.floor(now / DAY);

describe("the record of an address", () => {
  it.each([
    "2,-,-",
    "1,-",
    "1,-,-,-",
    "1,-5,-",
    "1,1.5,-",
    "1,-,ABC:5",
    "1,-,ABCDE:5",
    "1,-,abcd:5",
    "1,-,ABCD",
    "1,-,ABCD:",
    "1,-,ABCD:-5",
    "1,-,ABCD:x",
    "1,-,ABCD:5:6",
    "1,-,ABCD:5  ABCE:4",
    "1,-,ABCD:5 ABCE:6",
    "1,-,ABCD:05",
    "",
    "{}",
  ])("is refused when no decision wrote it: %j", (state) => {
    expect(() => readDestinations(state)).toThrow(refusal("state-invalid"));
    expect(() => decideAddress(state, "ABCD", 5, NOW)).toThrow(refusal("state-invalid"));
  });

  it("is read as it was written, with up to a thousand destinations", () => {
    expect(readDestinations(null)).toEqual({ asked: [], movedAt: null });
    expect(readDestinations("1,-,-")).toEqual({ asked: [], movedAt: null });
    expect(readDestinations("1,7,ABCD:6 ABCE:6")).toEqual({
      asked: [
        { mark: "ABCD", at: 6 },
        { mark: "ABCE", at: 6 },
      ],
      movedAt: 7,
    });
    const asked = (count: number) => Array.from({ length: count }, (_, i) => ({ mark: mark(i), at: NOW }));
    const full = writeDestinations({ asked: asked(1000), movedAt: null });
    expect(readDestinations(full).asked).toHaveLength(1000);
    expect(() => readDestinations(writeDestinations({ asked: asked(1001), movedAt: null }))).toThrow(
      refusal("state-invalid"),
    );
    const next = decideAddress(full, "ZZZZ", 1001, NOW);
    expect(readDestinations(next.state).asked).toHaveLength(1000);
    expect(readDestinations(next.state).asked[0]).toEqual({ mark: "ZZZZ", at: NOW });
  });

  it("counts a destination once, and says when the first of too many is over", () => {
    const first = decideAddress(null, "AAAA", 2, NOW);
    expect(first).toEqual({
      state: `1,-,AAAA:${NOW}`,
      expiresAt: NOW + DAY,
      outcome: { ok: true, wait: 0 },
      events: [],
    });
    const again = decideAddress(first.state, "AAAA", 2, NOW + 1);
    expect(again.state).toBe(`1,-,AAAA:${NOW + 1}`);
    const second = decideAddress(again.state, "BBBB", 2, NOW + 2);
    expect(second.outcome).toEqual({ ok: true, wait: 0 });
    const third = decideAddress(second.state, "CCCC", 2, NOW + 10);
    expect(third.outcome).toEqual({ ok: false, wait: DAY - 9 });
    expect(third.state).toBe(second.state);
    expect(decideAddress(second.state, "CCCC", 2, NOW + 1 + DAY).outcome.ok).toBe(true);
  });
});

/** A thousand marks and more, each of four characters of base32. */
function mark(i: number): string {
  const symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return `A${symbols[i >> 10]}${symbols[(i >> 5) & 31]}${symbols[i & 31]}`;
}

describe("the record of a prefix", () => {
  const record = (hours: string, days: string, probedAt: number | "-" = "-") =>
    `1,${NOW},-,${probedAt},${hours},${days}`;
  const both = (sent: number, verified: number, probedAt: number | "-" = "-") =>
    record(`${hourOf(NOW)}:${sent}:${verified}`, `${dayOf(NOW)}:${sent}:${verified}`, probedAt);

  it("counts a send in the hour and in the day, and nothing else", () => {
    const first = decidePrefix(null, POLICY, "always", NOW);
    expect(first).toEqual({
      state: both(1, 0),
      expiresAt: NOW + 14 * DAY,
      outcome: { ok: true, isDecided: false, wait: 0 },
      events: [],
    });
    expect(decidePrefix(first.state, POLICY, "always", NOW + 1).state).toBe(
      both(2, 0).replace(String(NOW), String(NOW + 1)),
    );
    const later = decidePrefix(first.state, POLICY, "always", NOW + HOUR).state;
    expect(later).toBe(
      `1,${NOW + HOUR},-,-,${hourOf(NOW) + 1}:1:0 ${hourOf(NOW)}:1:0,${dayOf(NOW)}:2:0`.replace(
        `${dayOf(NOW)}:2:0`,
        dayOf(NOW + HOUR) === dayOf(NOW) ? `${dayOf(NOW)}:2:0` : `${dayOf(NOW) + 1}:1:0 ${dayOf(NOW)}:1:0`,
      ),
    );
  });

  it("keeps the hours of 24 hours and the days of 14 days, to the span", () => {
    const state = decidePrefix(null, POLICY, "always", NOW).state;
    const hoursAfter = (ms: number) => decidePrefix(state, POLICY, "if decided", NOW + ms).state?.split(",")[4];
    const daysAfter = (ms: number) => decidePrefix(state, POLICY, "if decided", NOW + ms).state?.split(",")[5];
    const untilHour = (hourOf(NOW) + 24) * HOUR - NOW;
    expect([hoursAfter(untilHour - 1), hoursAfter(untilHour)]).toEqual([`${hourOf(NOW)}:1:0`, "-"]);
    const untilDay = (dayOf(NOW) + 14) * DAY - NOW;
    expect([daysAfter(untilDay - 1), daysAfter(untilDay)]).toEqual([`${dayOf(NOW)}:1:0`, "-"]);
  });

  it("moves its spans with a clock that went back, and keeps them apart", () => {
    const old = record(`${hourOf(NOW)}:2:1 ${hourOf(NOW) - 3}:4:0`, `${dayOf(NOW)}:6:1`);
    const back = NOW - 10 * DAY;
    const { state } = decidePrefix(old, POLICY, "if decided", back);
    const hour = hourOf(back);
    // Ten of ten sends decide, so this one is counted neither as good nor as undecided.
    expect(state).toBe(`1,${back},${back},${back},${hour}:2:1 ${hour - 3}:4:0,${dayOf(back)}:6:1`);
  });

  it.each([
    ["enough sends verified", both(2, 1), { ok: true, isDecided: true, wait: 0 }],
    ["too few verified", both(2, 0), { ok: false, isDecided: true, wait: 6 * HOUR }],
    ["too few sends", both(1, 0), { ok: true, isDecided: false, wait: 0 }],
    ["a probe an hour ago", both(2, 0, NOW - HOUR), { ok: false, isDecided: true, wait: 5 * HOUR }],
    ["a probe that is due", both(2, 0, NOW - 6 * HOUR), { ok: true, isDecided: true, wait: 0 }],
  ])("decides with %s", (_, state, outcome) => {
    for (const counts of ["always", "if good", "if decided"] as const) {
      expect(decidePrefix(state, POLICY, counts, NOW).outcome).toEqual(outcome);
    }
  });

  it.each([
    ["always", both(2, 0), 3, NOW],
    ["if good", both(2, 0), 2, NOW],
    ["if decided", both(2, 0), 2, NOW],
    ["always", both(2, 1), 3, "-"],
    ["if good", both(2, 1), 3, "-"],
    ["if decided", both(2, 1), 3, "-"],
    ["always", both(1, 0), 2, "-"],
    ["if good", both(1, 0), 2, "-"],
    ["if decided", both(1, 0), 1, "-"],
    ["if good", both(2, 0, NOW - 6 * HOUR), 3, NOW],
    ["if decided", both(2, 0, NOW - 6 * HOUR), 3, NOW],
    ["if good", both(2, 0, NOW - HOUR), 2, NOW - HOUR],
  ] as const)("counts %s: %s has %d sends then, and the probe of %s", (counts, state, sent, probedAt) => {
    const next = decidePrefix(state, POLICY, counts, NOW).state?.split(",") ?? [];
    expect(next[4]?.split(":")[1]).toBe(String(sent));
    expect(next[5]?.split(":")[1]).toBe(String(sent));
    expect(next[3]).toBe(String(probedAt));
  });

  it("is not written for a look at nothing that counts nothing", () => {
    expect(decidePrefix(null, POLICY, "if decided", NOW).state).toBeNull();
  });

  it("counts a verification for each send, and no more", () => {
    expect(countVerified(null, NOW)).toEqual({
      state: null,
      expiresAt: NOW + 14 * DAY,
      outcome: undefined,
      events: [],
    });
    expect(countVerified(both(2, 0), NOW).state).toBe(both(2, 1));
    expect(countVerified(both(2, 1), NOW).state).toBe(both(2, 2));
    expect(countVerified(both(2, 2), NOW).state).toBe(both(2, 2));
  });
});
