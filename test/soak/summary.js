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

export function summaryOf({ minutes, seed, startedAt, killedClients, restarts, jumps, samples, ledger, audited }) {
  const { tallies, violations, judged, demanded } = ledger;
  const calls = Object.values(tallies).reduce((a, b) => a + b, 0);
  const memory = Object.entries(MEMORY).flatMap(([field, what]) => {
    const [first, last] = quartersOf(samples.map((sample) => sample[field]));
    if (first === undefined || last === undefined) return [];
    return [{ what, first, last, flat: last <= first * NOISE + NOISE_MB }];
  });
  const restarted = (place) => restarts.filter((restart) => restart.place === place).length;
  const rows = [
    ["length, start, seed", `${minutes} min, ${startedAt.toISOString().slice(0, 16)}Z, ${seed}`],
    ["calls", count(calls)],
    ["accepted", count(of(tallies, "ok"))],
    ["answered as replayed", count(of(tallies, "replayed"))],
    ["answered as mismatch", count(of(tallies, "mismatch"))],
    [
      "refused without a look at the code: throttled, disabled",
      `${count(of(tallies, "throttled"))}, ${count(of(tallies, "disabled"))}`,
    ],
    ["unlocked, asked for the status", `${count(of(tallies, "done"))}, ${count(of(tallies, "status"))}`],
    [
      "rejected: store-failed, store-uncertain, store-contention",
      ["failed", "uncertain", "contention"].map((why) => count(of(tallies, `!store-${why}`))).join(", "),
    ],
    [
      "processes killed; calls without an answer because of that",
      `${killedClients}; ${of(tallies, "killed before the answer")}`,
    ],
    ["servers killed and started again: Redis, PostgreSQL", `${restarted("redis")}, ${restarted("postgres")}`],
    ["jumps of a clock", count(jumps)],
    ["failure counts compared; failures that they had to contain", `${count(judged)}; ${count(demanded)}`],
    ["records read in the end; owners who then logged in exactly once", `${audited.records}; ${audited.gotIn}`],
    ...memory.map(({ what, first, last }) => [
      `MB, first and last quarter: ${what}`,
      `${first.toFixed(1)}, ${last.toFixed(1)}`,
    ]),
    ["**accepted twice, gone backwards, a count lost, or another error**", `**${violations.length}**`],
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
