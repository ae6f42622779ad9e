import { child } from "../child.js";
import { table } from "../table.js";

const WANTED_MB = 400;
const WANTED_MS = 20;

/** A million ids in the memory store, and a million records that expire in it. */
export async function memoryOf() {
  const { once, fourTimes } = await child("studies/heap-process.js", [], ["--expose-gc", "--max-old-space-size=4096"]);
  const heap = [
    ["after one attempt each", once.toFixed(0)],
    ["after four attempts each (an eighth of them, times eight)", fourTimes.toFixed(0)],
  ];
  console.log(`${table(["1 000 000 ids in memory", "MB of heap"], heap)}\n`);

  const { filling, sweeping, swept } = await child("studies/sweep-process.js", [], ["--max-old-space-size=4096"]);
  const cells = ({ p50, p999, longest, own }) => [
    (p50 * 1000).toFixed(1),
    (p999 * 1000).toFixed(1),
    longest.toFixed(1),
    own.toFixed(1),
  ];
  const rows = [
    ["while 1 000 000 records come in", ...cells(filling)],
    ["while they are swept and as many others come in", ...cells(sweeping)],
  ];
  console.log(table(["one write", "p50 µs", "p99.9 µs", "longest ms", "in every run ms"], rows));
  const all = swept.every(Boolean);
  console.log(
    `\n(${swept.length} runs, garbage collection included; ${all ? "all" : "NOT ALL"} that expired was swept.)`,
  );

  const most = Math.max(once, fourTimes);
  return [
    {
      what: "1 000 000 ids in memory: MB",
      wanted: `at most ${WANTED_MB}`,
      got: most.toFixed(0),
      reached: most <= WANTED_MB,
    },
    {
      what: "sweep of 1 000 000 records: ms of the write that is longest in every run",
      wanted: `at most ${WANTED_MS}`,
      got: sweeping.own.toFixed(1),
      reached: sweeping.own <= WANTED_MS && all,
    },
  ];
}
