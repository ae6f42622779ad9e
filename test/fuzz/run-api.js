// `npm run fuzz:api -- [minutes] [seed]`: ten minutes of structured hostile input to every public function of the built package.
// The calls are made in a thread of their own, so that one that hangs is noticed.
import { randomInt } from "node:crypto";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { entryPoints } from "../../check/entry-points.js";
import { attackAll } from "./api-attack.ts";

const HANGS_AFTER_MS = 60_000;

if (isMainThread) {
  const minutes = Number(process.argv[2] ?? 10);
  const seed = Number(process.argv[3] ?? randomInt(2 ** 32));
  console.log(`seed ${seed}`);
  let calls = 0;
  const worker = new Worker(new URL(import.meta.url), { workerData: { minutes, seed } });
  const hung = () => {
    console.log(`hangs in one of the calls from ${calls} on`);
    process.exit(1);
  };
  let timer = setTimeout(hung, HANGS_AFTER_MS);
  worker.on("message", ({ done, report }) => {
    calls = done;
    clearTimeout(timer);
    if (report === undefined) timer = setTimeout(hung, HANGS_AFTER_MS);
    else console.log(report);
  });
  worker.on("error", (error) => {
    console.error(error);
    process.exit(1);
  });
} else {
  const { minutes, seed } = workerData;
  process.on("unhandledRejection", (error) => {
    throw error;
  });
  const modules = {};
  for (const { name } of entryPoints) modules[name] = await import(name);
  const end = performance.now() + minutes * 60_000;
  const goOn = (done) => {
    if (done % 500 === 0) parentPort.postMessage({ done });
    return performance.now() < end;
  };
  const { done, outcomes, targets } = await attackAll(modules, { seed, count: Number.POSITIVE_INFINITY, goOn });
  const report = `${done} calls of ${targets} functions and methods: ${JSON.stringify(outcomes)}`;
  parentPort.postMessage({ done, report });
}
