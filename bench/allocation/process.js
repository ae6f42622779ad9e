// Runs with --expose-gc and a young generation so large that nothing is collected between two readings.
import { totp, verifyHotp, verifyTotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { operations, rfcSecret } from "../inputs.js";
import { median } from "../interleave.js";
import { loopOf } from "../loop.js";
import { ours } from "../otp-core.js";
import { rivals } from "../rivals/index.js";

const WARM_UP_MS = 250;
const READINGS = 5;
const READING_BYTES = 16 * 2 ** 20;
const CALLS_AT_MOST = 20_000;

/** What the library itself allocates: the caller keeps its options, instead of writing new ones into every call. */
const keptOptions = {
  name: "otp-core, options kept",
  setUp({ text }) {
    const key = { secret: hmac(text, "SHA1") };
    const time = { now: 0.5 };
    const check = { now: 0.5, after: null };
    const ahead = { counter: 0, lookAhead: 100 };
    return {
      prepared(now) {
        time.now = now;
        return totp(key, time);
      },
      verify(now, code) {
        check.now = now;
        return verifyTotp(key, code, check);
      },
      lookAhead(counter, code) {
        ahead.counter = counter;
        return verifyHotp(key, code, ahead);
      },
    };
  },
};

/** The measure of the least that a verify can allocate. */
const matchAlone = {
  name: "an object { step, drift }",
  setUp: () => ({ verify: (_now, code) => ({ step: code.length, drift: 0 }) }),
};

const loopItself = {
  name: "the loop itself",
  setUp() {
    const call = (_position, code) => code;
    return { cold: call, prepared: call, verify: call, lookAhead: call };
  },
};

const inputs = operations("SHA1");
const contenders = [];
// The loop itself comes last: as long as a loop has met only few functions, V8 would inline them.
for (const { name, setUp, asynchronous } of [ours, keptOptions, matchAlone, ...rivals, loopItself]) {
  const offered = setUp(rfcSecret("SHA1"));
  const bytes = {};
  for (const [row, { operation, positions, codes }] of Object.entries(inputs)) {
    const call = offered[operation];
    if (call) bytes[row] = await bytesPerCall({ call, positions, codes, asynchronous });
  }
  contenders.push({ name, bytes });
}

// Passing a time to a function that is not inlined puts a number on the heap: that is the loop's garbage, not theirs.
const { bytes: ofTheLoop } = contenders.pop();
for (const { bytes } of contenders) for (const row in bytes) bytes[row] -= ofTheLoop[row];
process.stdout.write(JSON.stringify(contenders));

async function bytesPerCall(contender) {
  const run = loopOf(contender);
  let calls = 64;
  // Optimised code is what a server runs, and it allocates less than what V8 interprets at first.
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) await run(contender, calls);
  const once = Math.max(1, await reading(run, contender, calls));
  calls = Math.min(CALLS_AT_MOST, Math.ceil((calls * READING_BYTES) / once));
  const readings = [];
  for (let i = 0; i < READINGS; i++) readings.push((await reading(run, contender, calls)) / calls);
  return median(readings);
}

async function reading(run, contender, calls) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  await run(contender, calls);
  return process.memoryUsage().heapUsed - before;
}
