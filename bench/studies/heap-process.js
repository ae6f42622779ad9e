// Runs with --expose-gc: how many megabytes a million guarded ids are in memory.
import { createGuard } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { memoryStore } from "otp-core/store";
import { codeOf, KEY, nowOf } from "../store/attempts.js";

const IDS = 1_000_000;
/** A record names its last four writes. An eighth of the ids is enough to see how much that is. */
const WRITES = 4;
const SHARE = 8;

const key = { ...KEY, secret: hmac(KEY.secret) };
const once = await megabytesOf(IDS, 1);
const fourTimes = await megabytesOf(IDS / SHARE, WRITES);
process.stdout.write(JSON.stringify({ once, fourTimes: fourTimes * SHARE }));

async function megabytesOf(ids, attempts) {
  const empty = megabytes();
  let time = 0;
  const store = memoryStore();
  const guard = createGuard({ store, clock: () => time });
  for (let round = 0; round < attempts; round++) {
    time = nowOf(round);
    const code = codeOf(round);
    for (let i = 0; i < ids; i++) {
      const ok = await guard.verify({ subject: `factor-${i}`, key, code });
      if (!ok) throw new Error("a valid code was refused");
    }
  }
  const full = megabytes();
  // The measurement below uses the store, so the store and its guard stay alive until here.
  await guard.status("factor-0");
  return full - empty;
}

function megabytes() {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1e6;
}
