import { performance } from "node:perf_hooks";
import { loopOf } from "./loop.js";

const WARM_UP_MS = 120;
const BATCH_MS = 3;

/**
 * The median time of one call of each contender, in microseconds. Every round gives each contender one short batch, in
 * a new order each time: whatever else the machine does, and the garbage of the contender before, affects all alike.
 */
export async function interleave(contenders, rounds) {
  const entries = [];
  for (const contender of contenders) {
    const run = loopOf(contender);
    const entry = { contender, run, calls: 1, times: [] };
    const end = performance.now() + WARM_UP_MS;
    let spent = 0;
    while (performance.now() < end) {
      const start = performance.now();
      await run(contender, entry.calls);
      spent = performance.now() - start;
      if (spent < BATCH_MS) entry.calls *= 2;
    }
    entry.calls = Math.max(1, Math.round((entry.calls * BATCH_MS) / spent));
    entries.push(entry);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { contender, run, calls, times } of shuffled(entries)) {
      const start = performance.now();
      await run(contender, calls);
      times.push(((performance.now() - start) * 1000) / calls);
    }
  }
  return entries.map(({ contender, times }) => ({ ...contender.label, us: median(times) }));
}

function shuffled(list) {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
