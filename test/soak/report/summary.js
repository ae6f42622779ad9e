// The results of a run, in words and numbers.

/** Medians of the last quarter may be so much more than those of the first. */
const NOISE = 1.15;
const NOISE_MB = 1;

const MEMORY = {
  heap: "heap of the process that was never killed, after a collection",
  rss: "resident memory of that process",
  redisMemory: "`used_memory` of Redis",
  postgresMemory: "processes of PostgreSQL, shared pages once",
};

const count = (number) => number.toLocaleString("en-GB");
const of = (tallies, answer) => tallies[answer] ?? 0;

/** Kinds of calls that present a code, by the method. */
const METHODS = {
  "a code of an authenticator": ["login", "loginAgain", "confirm", "resync"],
  "a sent code": ["sentCode", "sentAgain"],
  "a recovery code": ["recoveryCode"],
  "a device": ["recognise", "oldToken"],
};

export function summaryOf({ minutes, seed, startedAt, killedProcesses, faults, jumps, samples, ledger, audited }) {
  const { tallies, accepted, violations } = ledger;
  const { judged, demanded, expected } = ledger.totals();
  const calls = Object.values(tallies).reduce((a, b) => a + b, 0);
  const by = (kinds) => count(kinds.reduce((sum, kind) => sum + of(accepted, kind), 0));
  const memory = Object.entries(MEMORY).flatMap(([field, what]) => {
    const [first, last] = quartersOf(samples.map((sample) => sample[field]));
    if (first === undefined || last === undefined) return [];
    return [{ what, first, last, flat: last <= first * NOISE + NOISE_MB }];
  });
  const struck = (...whats) => faults.filter(({ what }) => whats.includes(what)).length;
  const rows = [
    ["length, start, seed", `${minutes} min, ${startedAt.toISOString().slice(0, 16)}Z, ${seed}`],
    ["calls", count(calls)],
    ...Object.entries(METHODS).map(([what, kinds]) => [`accepted: ${what}`, by(kinds)]),
    [
      "devices trusted; revoked, one by one and all of a user",
      ["trust", "revoke", "revokeAll"].map((kind) => by([kind])).join("; "),
    ],
    ["authenticators confirmed; removed", `${by(["confirm"])}; ${by(["remove"])}`],
    ["codes sent; sets of recovery codes", `${by(["send"])}; ${by(["recoveryCodes"])}`],
    ["answered as replayed", count(of(tallies, "replayed"))],
    [
      "answered as mismatch, expired, exhausted or absent",
      count(["mismatch", "expired", "exhausted", "absent"].reduce((sum, answer) => sum + of(tallies, answer), 0)),
    ],
    [
      "refused before the code was compared: throttled, disabled",
      `${count(of(tallies, "throttled"))}, ${count(of(tallies, "disabled"))}`,
    ],
    ["unlocked by support, asked for the status", `${by(["unlock"])}, ${count(of(tallies, "status"))}`],
    [
      "rejected: store-failed, store-uncertain, store-contention",
      ["failed", "uncertain", "contention"].map((why) => count(of(tallies, `!store-${why}`))).join(", "),
    ],
    [
      "processes killed; calls without an answer because of that",
      `${killedProcesses}; ${count(of(tallies, "killed before the answer"))}`,
    ],
    [
      "failovers of Redis; of these after a split",
      `${struck("failover", "failover after a split")}; ${struck("failover after a split")}`,
    ],
    [
      "killed and started again: primary Redis, replica, PostgreSQL",
      [struck("primary"), struck("replica"), struck("postgres")].join(", "),
    ],
    ["jumps of a clock", count(jumps)],
    ["statuses compared with failures; failures that they had to contain", `${count(judged)}; ${count(demanded)}`],
    ["authenticators and devices that statuses had to list", count(expected)],
    [
      "accounts compared in the end; codes that were then accepted exactly once",
      `${audited.records}; ${audited.gotIn}`,
    ],
    ...memory.map(({ what, first, last }) => [
      `MB, first and last quarter: ${what}`,
      `${first.toFixed(1)}, ${last.toFixed(1)}`,
    ]),
    [
      "**accepted twice, gone backwards, a count or an authenticator lost, or another error**",
      `**${violations.length}**`,
    ],
  ];
  const isFlat = memory.length > 0 && memory.every(({ flat }) => flat);
  // Five minutes are too short to tell what is still being filled from what grows.
  const holds = violations.length === 0 && calls > 0 && (isFlat || minutes < 5);
  const said = rows.map(([what, value]) => `${what}: ${value}`.replaceAll("**", ""));
  const text = [...said, `memory is ${isFlat ? "flat" : "NOT flat"}`, ...violations.slice(0, 20)].join("\n");
  return { rows, holds, text, isFlat };
}

/** The medians of the first and the last quarter. */
function quartersOf(values) {
  const quarter = Math.ceil(values.length / 4);
  return [values.slice(0, quarter), values.slice(-quarter)].map((part) => median(part.filter(Number.isFinite)));
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
