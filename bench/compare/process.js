// Compares two builds in one process: each round gives every operation of each build one short batch.
import assert from "node:assert/strict";
import { operations } from "../inputs.js";
import { interleave } from "../interleave.js";
import { accepts, findBuild, operationsOf } from "./build.js";

const [algorithm, rounds, ...folders] = process.argv.slice(2);
const builds = folders.map((folder, i) => findBuild(["old", "new"][i], folder));
const offered = await Promise.all(builds.map((build) => operationsOf(build, algorithm)));

const { cold, prepared, right, wrong, lookAhead } = operations(algorithm);
const anything = { positions: prepared.positions, codes: prepared.codes };
const ROWS = {
  "generate, cold": { ...cold, operation: "cold" },
  "generate, prepared": prepared,
  "verify ±1, right": right,
  "verify ±1, wrong": wrong,
  "look-ahead 100": lookAhead,
  ...(algorithm === "SHA1" && {
    "key URI, read": { ...anything, operation: "parseUri" },
    "key URI, write": { ...anything, operation: "formatUri" },
    "guard.verify, in memory": { ...anything, operation: "guard", asynchronous: true },
  }),
};

const results = {};
for (const [row, { operation, positions, codes, asynchronous = false }] of Object.entries(ROWS)) {
  const [one, other] = offered.map((each) => each[operation]);
  if (operation === "verify" || operation === "lookAhead") {
    for (let i = 0; i < 20; i++) {
      assert.equal(accepts(one(positions[i], codes[i])), accepts(other(positions[i], codes[i])), `${row}: they differ`);
    }
  } else if (!asynchronous) assert.deepEqual(one(positions[0]), other(positions[0]), `${row}: they differ`);
  const contenders = builds.map(({ name }, i) => ({
    label: { name },
    call: offered[i][operation],
    asynchronous,
    positions,
    codes,
  }));
  results[row] = (await interleave(contenders, Number(rounds))).map(({ us }) => us);
}
process.stdout.write(JSON.stringify(results));
