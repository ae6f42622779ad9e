// `npm run bench -- scale`: how far one machine carries. A Redis Cluster of three whose slots move, PostgreSQL with 50 connections behind
// PgBouncer, and both stores with up to ten million records. `node bench/scale/run.js --quick` is a rehearsal of a minute.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { child } from "../child.js";
import { table } from "../table.js";
import { picture } from "./picture.js";
import { startCluster, startPostgres, startRedis } from "./places.js";

const PROCESSES = [1, 2, 4, 8];
const isQuick = process.argv.includes("--quick");
const SECONDS = isQuick ? 2 : 8;
const SIZES = isQuick ? [10_000, 100_000] : [10_000, 1_000_000, 10_000_000];
const SUBJECTS = 100_000;

/** Each measurement begins where no step has been used yet. */
let firstRound = 0;

/** Runs so many processes at the same time, in pairs that type the same codes. */
async function measure(place, address, processes, clients, seconds = SECONDS) {
  const runs = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      child("scale/worker.js", [
        ...[place, JSON.stringify(address), String(seconds), String(clients)],
        ...[String(SUBJECTS), String(firstRound), String(i >> 1)],
      ]),
    ),
  );
  firstRound += 10_000;
  const accepted = runs.flatMap((run) => run.accepted);
  const sum = (name) => runs.reduce((total, run) => total + run[name], 0);
  const worst = (name) => Math.max(...runs.map((run) => run[name]));
  return {
    place,
    processes,
    perSecond: Math.round(sum("perSecond")),
    p50: Number(worst("p50").toFixed(1)),
    p99: Number(worst("p99").toFixed(1)),
    cpuUs: Math.round(sum("cpuUs") / processes),
    attempts: sum("attempts"),
    errors: sum("errors"),
    accepted: accepted.length,
    acceptedTwice: accepted.length - new Set(accepted).size,
  };
}

async function growing(title, start, place) {
  const server = await start();
  const rows = [];
  let isOver = false;
  const moving = server.move?.(() => isOver);
  try {
    for (const processes of PROCESSES) {
      rows.push(await measure(place, server.address, processes, Math.ceil(48 / processes)));
    }
  } finally {
    isOver = true;
    const moved = await moving;
    if (moved !== undefined) console.log(`${moved} slots moved meanwhile.`);
    await server.stop();
  }
  print(title, rows);
  return rows;
}

async function filling(title, start, place) {
  const server = await start();
  const rows = [];
  let filled = 0;
  try {
    for (const size of SIZES) {
      await server.fill(filled, size);
      filled = size;
      rows.push({ records: size, ...(await measure(place, server.address, 1, 8)) });
    }
  } finally {
    await server.stop();
  }
  print(title, rows);
  return rows;
}

function print(title, rows) {
  console.log(`\n### ${title}\n`);
  const head = [
    rows[0].records === undefined ? "processes" : "records",
    "attempts/s",
    "p50 ms",
    "p99 ms",
    "client CPU us",
    "accepted",
    "errors",
    "accepted twice",
  ];
  const lines = rows.map((row) => [
    String(row.records ?? row.processes),
    ...[row.perSecond, row.p50, row.p99, row.cpuUs, row.accepted, row.errors, row.acceptedTwice].map(String),
  ]);
  console.log(table(head, lines));
}

/** The tables, and the goals: no code is accepted twice, and an attempt costs the same with ten million records. */
export async function scale() {
  const hasBouncer = spawnSync("pgbouncer", ["--version"]).status === 0;
  if (!hasBouncer) console.log("skipped: PgBouncer is not installed");
  const result = {
    "Redis Cluster of three, slots moving": await growing(
      "Redis Cluster of three, slots moving",
      startCluster,
      "cluster",
    ),
    ...(hasBouncer
      ? {
          "PostgreSQL, 50 connections behind PgBouncer": await growing(
            "PostgreSQL, 50 connections behind PgBouncer",
            startPostgres,
            "postgres",
          ),
        }
      : {}),
    "Redis, by records": await filling("Redis, by records", startRedis, "redis"),
    ...(hasBouncer
      ? { "PostgreSQL, by records": await filling("PostgreSQL, by records", startPostgres, "postgres") }
      : {}),
  };
  if (!isQuick) {
    writeFileSync(new URL("result.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
    writeFileSync(new URL("../../guides/scale.svg", import.meta.url), picture(result));
  }
  const all = Object.values(result).flat();
  const twice = all.reduce((sum, row) => sum + row.acceptedTwice, 0);
  const flat = Object.entries(result)
    .filter(([name]) => name.endsWith("by records"))
    .map(([name, rows]) => {
      const ratio = rows.at(-1).perSecond / rows[0].perSecond;
      return {
        what: `${name}: attempts/s with most records, of those with fewest`,
        wanted: "at least 0.7",
        got: ratio.toFixed(2),
        reached: ratio >= 0.7,
      };
    });
  return [{ what: "scale: codes accepted twice", wanted: "0", got: String(twice), reached: twice === 0 }, ...flat];
}

if (process.argv[1]?.endsWith("scale/run.js")) {
  for (const { what, wanted, got, reached } of await scale())
    console.log(`${reached ? "reached" : "MISSED"}: ${what}: ${got}, wanted ${wanted}`);
}
