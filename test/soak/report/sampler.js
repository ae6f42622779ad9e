// Throughput and memory over time.
import { readFileSync } from "node:fs";
import { monotonicMs, PLACES } from "../subjects.js";

const MB = 2 ** 20;

export class Sampler {
  samples = [];
  #run;
  #last;

  constructor(run) {
    this.#run = run;
    this.#last = { at: monotonicMs(), answered: { redis: 0, postgres: 0 } };
  }

  async sample() {
    const { processes, servers, own, startMs } = this.#run;
    const at = monotonicMs();
    const answered = { ...processes.answered };
    const seconds = (at - this.#last.at) / 1000;
    const perSecond = Object.fromEntries(
      PLACES.map((place) => [place, (answered[place] - this.#last.answered[place]) / seconds]),
    );
    this.#last = { at, answered };
    const [heap, rss] = processes.memory.get(0) ?? [];
    this.samples.push({
      minute: (at - startMs) / 60_000,
      ...perSecond,
      heap: heap && heap / MB,
      rss: rss && rss / MB,
      redisMemory: await redisMemory(own.primary.client),
      postgresMemory: processMemory(servers.postgresProcesses()),
    });
  }
}

/** What Redis holds, or undefined while it is down. */
async function redisMemory(client) {
  if (!client.isReady) return undefined;
  try {
    const info = await client.info("memory");
    return Number(/used_memory:(\d+)/.exec(info)?.[1]) / MB;
  } catch {
    return undefined;
  }
}

/** What these processes hold together: what they share counts once. Undefined where there is no /proc. */
function processMemory(pids) {
  let kilobytes = 0;
  for (const pid of pids) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]);
    } catch {
      // It is gone already.
    }
  }
  return kilobytes > 0 ? kilobytes / 1024 : undefined;
}
