// `npm run fuzz -- [inputs] [seed]`: so many inputs through the built package. Default: a million, for at most ten minutes.
import { randomInt } from "node:crypto";
import * as core from "otp-core";
import { attack } from "./attack.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? randomInt(2 ** 32));
const MAX_MS = 600_000;
const start = performance.now();
console.log(`seed ${seed}`);
const { done, answers } = attack(core, { seed, count, goOn: () => performance.now() - start < MAX_MS });
console.log(`${done} inputs in ${((performance.now() - start) / 1000).toFixed(1)} s, each through every function:`);
console.table(answers);
if (done < count) console.log(`stopped after ${MAX_MS / 1000} s, short of ${count}`);
