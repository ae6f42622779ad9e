// The atomic step in memory, two builds in one interleaved run: node --expose-gc bench/store/compare-builds.js OLD NEW [ROUNDS]
// OLD and NEW are modules that export createGuard, memoryStore, hmac and totp. Prints microseconds and bytes of garbage per attempt.
import { pathToFileURL } from "node:url";

const [oldPath, newPath, rounds = "41"] = process.argv.slice(2);
if (newPath === undefined) throw new Error("usage: compare-builds.js OLD NEW [ROUNDS]");
const SUBJECTS = 1000;
const STEP_MS = 30_000;

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

async function contender(path) {
  const { createGuard, memoryStore, hmac, totp } = await import(pathToFileURL(path).href);
  let now = 1_700_000_010_000;
  const guard = createGuard({ store: memoryStore(), clock: () => now });
  const key = { type: "totp", secret: hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") };
  // Builds before the second edition have no attempt, and name the subject an id.
  const attempt = guard.attempt
    ? (subject, code) => guard.attempt({ subject, key, code })
    : (id, code) => guard.verify({ id, key, code });
  /** Each subject is accepted once. */
  const round = async () => {
    now += STEP_MS;
    const code = totp(key, { now });
    for (let i = 0; i < SUBJECTS; i++) {
      const { ok } = await attempt(`factor-${i}`, code);
      if (!ok) throw new Error(`${path} refused a valid code`);
    }
  };
  return { path, round, times: [], garbage: [] };
}

const contenders = [await contender(oldPath), await contender(newPath)];
for (let i = 0; i < 6; i++) for (const { round } of contenders) await round();
for (let i = 0; i < Number(rounds); i++) {
  for (const { round, times } of i % 2 === 0 ? contenders : [...contenders].reverse()) {
    const start = process.hrtime.bigint();
    await round();
    times.push(Number(process.hrtime.bigint() - start) / 1000 / SUBJECTS);
  }
}
for (let i = 0; i < 5; i++) {
  for (const { round, garbage } of contenders) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    await round();
    garbage.push((process.memoryUsage().heapUsed - before) / SUBJECTS);
  }
}
const [old] = contenders;
for (const { path, times, garbage } of contenders) {
  const [time, bytes] = [median(times), median(garbage)];
  const speed = (median(old.times) / time).toFixed(2);
  console.log(`${path}: ${time.toFixed(2)} us, ${speed} times as fast, ${bytes.toFixed(0)} bytes of garbage`);
}
