// A million records expire, and the writes that follow sweep them: how long does one write hold the event loop?
import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { memoryStore } from "otp-core/store";
import { median } from "../interleave.js";

const RUNS = 3;
const RECORDS = 1_000_000;
const WRITES_PER_TURN = 100;
const DAY_MS = 86_400_000;
/** What a limiter writes: a nonce and its bucket. */
const RECORD = "ABCDEFGHIJKLMNOPQRST\n1,1,1700000000000";

const filling = [];
const sweeping = [];
const swept = [];
for (let run = 0; run < RUNS; run++) {
  let now = 1_700_000_000_000;
  const store = memoryStore({ clock: () => now });
  filling.push(await write(store, "a", now));
  now += DAY_MS;
  sweeping.push(await write(store, "b", now));
  swept.push(await isSwept(store, "a"));
}
process.stdout.write(JSON.stringify({ filling: figures(filling), sweeping: figures(sweeping), swept }));

/** The milliseconds of every write. */
async function write(store, kind, now) {
  const taken = new Float64Array(RECORDS);
  for (let i = 0; i < RECORDS; i++) {
    const key = keyOf(kind, i);
    const before = performance.now();
    await store.swap(key, null, RECORD, now + 1000);
    taken[i] = performance.now() - before;
    if (i % WRITES_PER_TURN === 0) await setImmediate();
  }
  return taken;
}

/** One in a hundred is looked at. */
async function isSwept(store, kind) {
  for (let i = 0; i < RECORDS; i += 99) if ((await store.get(keyOf(kind, i))) !== null) return false;
  return true;
}

function keyOf(kind, i) {
  return `otp1.limiter.${kind}${String(i).padStart(63, "0")}`;
}

function figures(runs) {
  // What a write does itself it does in every run. A collection of garbage or another process comes at any moment.
  const own = runs[0].map((_, i) => Math.min(...runs.map((taken) => taken[i])));
  const sorted = runs.map((taken) => taken.toSorted());
  const middle = (i) => median(sorted.map((taken) => taken[i]));
  return {
    p50: middle(RECORDS / 2),
    p999: middle(RECORDS * 0.999),
    longest: middle(RECORDS - 1),
    own: own.reduce((most, ms) => Math.max(most, ms)),
  };
}
