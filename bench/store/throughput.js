import { performance } from "node:perf_hooks";
import { median } from "../interleave.js";
import { table } from "../table.js";
import { guarded, idsOf, limited, plain } from "./attempts.js";
import { count, latencies, p50, p99 } from "./latency.js";
import { PLACES } from "./places.js";

const ROUNDS = 31;
const BATCH_MS = 60;
const CLIENTS = 8;
const IDS = 512;
const LEAST_IDS = 8;
const CREATE_MS = 500;
const COMPILE_MS = 1000;

const KINDS = [
  { what: "guard.verify", make: guarded },
  { what: "plain get + set", make: plain },
  { what: "rate-limiter-flexible + otplib", make: limited },
];

/** Attempts per second and their latency, one client after the other and eight at once, in all places in turn. */
export async function throughput(places) {
  const cells = [];
  await compileAll();
  for (const { place, connections } of places.flatMap(sharedToo)) {
    for (const { what, make } of KINDS) {
      if (make === limited && connections[0].limiter === undefined) continue;
      for (const clients of [1, CLIENTS]) {
        const callers = connections.slice(0, clients).map((connection, i) => {
          const ids = idsOf(`${place.name}-${what}-${clients}-${i}`, IDS / clients);
          return { attempt: make(connection, ids), ids };
        });
        await Promise.all(callers.map(createRecords));
        cells.push({ place, what, clients, attempts: callers.map(({ attempt }) => attempt), rounds: [] });
      }
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const cell of round % 2 ? cells.toReversed() : cells) cell.rounds.push(await batch(cell.attempts));
  }
  print(cells);
  printRatios(cells);
}

/** V8 compiles what has run often. A slow store would let it run a few hundred times only. */
async function compileAll() {
  const connection = await PLACES.memory.connect((await PLACES.memory.start()).at);
  for (const { make } of KINDS)
    await latencies(make(connection, idsOf("compile", IDS)), performance.now() + COMPILE_MS, []);
}

/** A client that sends many commands without waiting is one connection for a whole process, so eight callers share it. */
function sharedToo({ place, connections }) {
  const own = { place, connections };
  if (!place.multiplexes) return [own];
  const name = `${place.name}, one connection`;
  return [own, { place: { ...place, name }, connections: Array(CLIENTS).fill(connections[0]) }];
}

/** The first attempt of an id creates its record, before the clock starts. Where that is slow, fewer ids have to do. */
async function createRecords({ attempt, ids }) {
  const end = performance.now() + CREATE_MS;
  let created = 0;
  while (created < ids.length && (created < LEAST_IDS || performance.now() < end)) {
    await attempt();
    created++;
  }
  ids.length = created;
}

async function batch(attempts) {
  const start = performance.now();
  const taken = [];
  await Promise.all(attempts.map((attempt) => latencies(attempt, start + BATCH_MS, taken)));
  return { perSecond: (taken.length * 1000) / (performance.now() - start), taken };
}

function print(cells) {
  const rows = [];
  for (let i = 0; i < cells.length; i += 2) {
    const { place, what } = cells[i];
    rows.push([`${place.name}: ${what}`, ...cells.slice(i, i + 2).flatMap(figures)]);
  }
  const each = ["per second", "p50 µs", "p99 µs"];
  console.log(table(["", ...each, ...each.map((title) => `${CLIENTS} clients: ${title}`)], rows));
}

/** The median over the rounds: what slows down the machine for a moment slows down neighbours in one round. */
function printRatios(cells) {
  const rates = (cell) => cell.rounds.map(({ perSecond }) => perSecond);
  const rows = [];
  for (const theirs of cells.filter(({ what }) => what === KINDS[2].what)) {
    const ours = cells.find(
      ({ place, what, clients }) =>
        place.name === theirs.place.name && what === KINDS[0].what && clients === theirs.clients,
    );
    const ratio = median(rates(ours).map((rate, i) => rate / rates(theirs)[i]));
    rows.push([theirs.place.name, String(theirs.clients), ratio.toFixed(2)]);
  }
  console.log(`\n${table([`${KINDS[0].what}, times ${KINDS[2].what}`, "clients", "attempts"], rows)}`);
}

function figures({ rounds }) {
  const of = (part) => count(median(rounds.map(({ taken }) => part(taken))));
  return [count(median(rounds.map(({ perSecond }) => perSecond))), of(p50), of(p99)];
}
