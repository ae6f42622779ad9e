// Counts what is executed, block by block, as the engine does it for coverage: operations, and no time.
import { Session } from "node:inspector/promises";
import { setFlagsFromString } from "node:v8";

// A function that is optimised meanwhile may lose count, and one that is flushed its counters.
for (const flag of ["--no-opt", "--no-maglev", "--no-sparkplug", "--no-flush-bytecode"]) setFlagsFromString(flag);

const session = new Session();
session.connect();
await session.post("Profiler.enable");
// From here on and for good: a function that is compiled without counters does not get them later.
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** How often each block of these source files is executed by a call: a function's name and the place of the block, and a number. */
export async function executed(files: RegExp, call: () => unknown): Promise<ReadonlyMap<string, number>> {
  // What is taken begins anew.
  await session.post("Profiler.takePreciseCoverage");
  await call();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const blocks = new Map<string, number>();
  for (const { url, functions } of result) {
    if (!files.test(url)) continue;
    for (const { functionName, ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        blocks.set(`${functionName} ${startOffset}-${endOffset}`, count);
      }
    }
  }
  return blocks;
}
