import { fork } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { median } from "../interleave.js";
import { guarded } from "../store/attempts.js";
import { count, latencies, p50, p99 } from "../store/latency.js";
import { table } from "../table.js";

const ROUNDS = 17;
const PHASE_MS = 120;
const SETTLE_MS = 20;
const CLIENTS = 8;
const PER_SECOND = 1000;
/** Two phases that are the same differ by so much on a machine that does other things as well. */
const NOISE_P50 = 1.1;
const NOISE_P99 = 1.5;

const OTHERS = { nothing: "no other client", plain: "8 × get + set of one key", attack: "8 × attack on one id" };

/** How long an honest user waits while eight other clients attack another user, or only read and write at the same rate. */
export async function underAttack(places) {
  const rows = [];
  const targets = [];
  for (const { place, name, at, connections } of places) {
    const phases = await phasesOf(name, at, guarded(connections[0], ["honest"]));
    const of = (others, part) => median(phases[others].map(part));
    for (const [others, title] of Object.entries(OTHERS)) {
      const figures = [({ perSecond }) => perSecond, ({ taken }) => p50(taken), ({ taken }) => p99(taken)];
      rows.push([`${place.name}: ${title}`, ...figures.map((part) => count(of(others, part)))]);
    }
    // Round by round, because both have met the same weather then.
    const [halfway, rare] = [p50, p99].map((part) =>
      median(phases.attack.map(({ taken }, round) => part(taken) / part(phases.plain[round].taken))),
    );
    targets.push({
      what: `${place.name}: an honest user's p50 and p99 under attack, compared with those during get + set`,
      wanted: `1 (with noise: ${NOISE_P50} and ${NOISE_P99})`,
      got: `${halfway.toFixed(2)} and ${rare.toFixed(2)}`,
      reached: halfway <= NOISE_P50 && rare <= NOISE_P99,
    });
  }
  console.log(table(["other clients", "theirs per second", "honest p50 µs", "honest p99 µs"], rows));
  return targets;
}

async function phasesOf(name, at, attempt) {
  const file = fileURLToPath(new URL("./attackers.js", import.meta.url));
  const attackers = fork(file, [name, JSON.stringify(at), String(CLIENTS), String(PER_SECOND)]);
  const gone = new AbortController();
  attackers.once("exit", () => gone.abort());
  const answer = async (message) => {
    if (message !== undefined) attackers.send(message);
    const [reply] = await once(attackers, "message", { signal: gone.signal });
    return reply;
  };
  try {
    await answer();
    return await takeTurns(answer, attempt);
  } finally {
    attackers.kill();
  }
}

/** No other client, then readers and writers, then attackers. The first round warms up. */
async function takeTurns(answer, attempt) {
  const phases = { nothing: [], plain: [], attack: [] };
  const kinds = Object.keys(phases);
  for (let round = -1; round < ROUNDS; round++) {
    for (const work of round % 2 ? kinds.toReversed() : kinds) {
      await answer({ work, id: `victim-${round}` });
      // The guesses that are compared are over, and the wait is what attackers meet.
      await setTimeout(SETTLE_MS);
      const taken = await latencies(attempt, performance.now() + PHASE_MS);
      const { perSecond } = await answer({ work: "nothing" });
      if (round >= 0) phases[work].push({ perSecond, taken });
    }
  }
  return phases;
}
