// One algorithm per process, as a server has it: what V8 learns from one does not slow down another.
import { operations, rfcSecret } from "../inputs.js";
import { interleave } from "../interleave.js";
import { ours } from "../otp-core.js";
import { embedding, rivals } from "../rivals/index.js";
import { nodeCrypto } from "./node-crypto.js";

const [algorithm, rounds, others] = process.argv.slice(2);
const secret = rfcSecret(algorithm);
const subjects = [ours, ...{ rivals, embedding }[others], nodeCrypto]
  .filter((subject) => subject.algorithms.includes(algorithm))
  .map((subject) => ({ subject, offered: subject.setUp(secret) }));

const results = {};
for (const [row, { operation, positions, codes }] of Object.entries(operations(algorithm))) {
  const contenders = subjects
    .filter(({ offered }) => offered[operation])
    .map(({ subject: { name, asynchronous }, offered }) => ({
      label: { name, asynchronous },
      call: offered[operation],
      asynchronous,
      positions,
      codes,
    }));
  results[row] = await interleave(contenders, Number(rounds));
}
process.stdout.write(JSON.stringify(results));
