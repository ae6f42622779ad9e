import { child } from "../child.js";
import { table } from "../table.js";
import { CONTRASTS } from "./contrasts.js";

const SAMPLES = 1_000_000;
/** What test vector leakage assessments call a leak. */
const LEAK = 4.5;

const LIMITS = `
The largest |t| of Welch's test over ${SAMPLES} samples with a prepared key, their order drawn, at 101 cuts of what took too long, as
dudect does it. From ${LEAK} on the classes can be told apart.
What this does not show: what the caller does with the answer, which is another object when it is an acceptance; other machines,
engines and keys; caches that another process shares; what the compiler does in a run that is not this one; differences that more samples
would show. A JavaScript engine promises no constant time.`;

/** Whether the time of a verification tells more than its answer, and whether this way of measuring would notice. */
export async function timing() {
  const rows = [];
  const targets = [];
  for (const name of Object.keys(CONTRASTS)) {
    const { t, difference, median } = await child("timing/process.js", [name, String(SAMPLES)]);
    const size = Math.abs(t);
    rows.push([name, size.toFixed(1), size < LEAK ? "no" : "yes", difference.toFixed(1), String(median)]);
    const leaks = name.includes("careless");
    targets.push({
      what: `timing, ${name}: |t|`,
      wanted: leaks ? `above ${LEAK}` : `below ${LEAK}`,
      got: size.toFixed(1),
      reached: size < LEAK !== leaks,
    });
  }
  console.log(table(["", "largest |t|", "told apart", "difference ns", "median ns"], rows));
  console.log(LIMITS);
  return targets;
}
