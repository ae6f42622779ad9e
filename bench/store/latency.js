import { performance } from "node:perf_hooks";

/** Runs `attempt` again and again until `end`, and adds to `taken` how many microseconds each one took. */
export async function latencies(attempt, end, taken = []) {
  for (let before = performance.now(); before < end; ) {
    await attempt();
    const after = performance.now();
    taken.push((after - before) * 1000);
    before = after;
  }
  return taken;
}

export const p50 = (taken) => quantile(taken, 0.5);
export const p99 = (taken) => quantile(taken, 0.99);

function quantile(taken, share) {
  const sorted = taken.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Three significant digits at least, and none behind the point that say nothing. */
export function count(number) {
  return number < 10 ? number.toFixed(1) : Math.round(number).toString();
}
