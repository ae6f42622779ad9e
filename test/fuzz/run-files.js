// `npm run fuzz:files -- [files] [seed]`: so many PSKC files and as many CSV files through the built package. Default: a million of each,
// for at most 30 minutes.
import { randomInt } from "node:crypto";
import { isOtpError, parseKey } from "otp-core";
import { exportPskc, importCsv, importPskc } from "otp-core/tokens";
import { attackFiles } from "./file-attack.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? randomInt(2 ** 32));
const MAX_MS = 1_800_000;
const start = performance.now();
console.log(`seed ${seed}`);
const functions = { importPskc, importCsv, exportPskc, parseKey, isOtpError };
const { done, answers } = await attackFiles(functions, { seed, count, goOn: () => performance.now() - start < MAX_MS });
console.log(`${done} files of each kind in ${((performance.now() - start) / 1000).toFixed(1)} s`);
console.table(answers);
if (done < count) console.log(`stopped after ${MAX_MS / 1000} s, short of ${count}`);
