// One contrast, in a process of its own: so many samples of two classes of inputs, in an order that is drawn.
import { performance } from "node:perf_hooks";
import { CONTRASTS, PERIOD_MS } from "./contrasts.js";
import { largestT } from "./welch.js";

const [name, samples] = process.argv.slice(2);
const BATCH = 5000;
const WARM_UP_BATCHES = 10;
const [run, ...classes] = await CONTRASTS[name]();

const count = Number(samples);
const times = new Float64Array(count);
const kinds = new Uint8Array(count);
/** Where answers go, so that no call can be optimised away. */
export let last;

for (let done = -WARM_UP_BATCHES * BATCH; done < count; done += BATCH) {
  // An input of either class is made each time and then one of them is copied, in the order in which they are used: neither where it
  // lies in memory nor what lies around it says anything about its class.
  const batch = Array.from({ length: BATCH }, () => {
    const step = 50_000_000 + Math.floor(Math.random() * 10_000_000);
    const both = classes.map((make) => make(step));
    const kind = Math.random() < 0.5 ? 0 : 1;
    const { code, after } = both[kind];
    // As text comes in a request: flat, and never seen before.
    const text = Buffer.from(code, "latin1").toString("latin1");
    return { kind, input: { now: step * PERIOD_MS + PERIOD_MS / 2, code: text, after } };
  });
  for (let i = 0; i < BATCH; i++) {
    const { kind, input } = batch[i];
    const start = performance.now();
    const answer = run(input);
    const end = performance.now();
    // Not before: to keep a new object takes longer than to keep an old one, and that is not the time of the verification.
    last = answer;
    if (done < 0 || done + i >= count) continue;
    times[done + i] = Math.round((end - start) * 1e6);
    kinds[done + i] = kind;
  }
}
process.stdout.write(JSON.stringify(largestT(times, kinds)));
