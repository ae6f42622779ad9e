// `npm run mutate [-- folder ...]`: breaks each expression of the source once and runs the tests that execute it. What no
// test notices is a survivor. With `--again`, only what survived the last run and what has changed since is tried.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";
import { readEarlier, writeTogether } from "./again.js";
import { FOLDERS } from "./folders.js";
import { printFolder } from "./report.js";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
// The tests of one run are compared with those of another: properties must try the same values.
process.env.OTP_CORE_SEED = "1";

const plugin = (name) => fileURLToPath(new URL(name, import.meta.url));

const named = process.argv.slice(2).filter((word) => word !== "--again");
const isAgain = process.argv.includes("--again");
for (const folder of named.length > 0 ? named : Object.keys(FOLDERS)) {
  const { source, tests } = FOLDERS[folder];
  process.env.OTP_CORE_MUTATION_TESTS = JSON.stringify(tests);
  const results = `coverage/mutation/${folder.replace("/", "-")}`;
  process.env.OTP_CORE_MUTATION_LINES = `${results}.lines`;
  const earlier = isAgain ? readEarlier(`${results}.json`) : undefined;
  if (earlier?.places.length === 0) {
    printFolder(folder, `${results}.json`);
    continue;
  }
  rmSync(`${results}.lines`, { force: true });
  await new Stryker({
    mutate: earlier?.places ?? source,
    testRunner: "vitest-quick",
    vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
    coverageAnalysis: "perTest",
    // What runs when a module loads would cost the whole suite per mutant.
    ignoreStatic: true,
    concurrency: 2,
    // What was tried before is kept by `again.js`: the tool itself would try all changes again after a test file has changed.
    tempDirName: `${results}.sandbox`,
    ignorePatterns: ["coverage", "site/dist", "site/pages", "bench"],
    // For what hangs; a busy machine takes its own.
    timeoutMS: 10_000,
    timeoutFactor: 3,
    plugins: ["@stryker-mutator/*", plugin("runner.js"), plugin("lines.js")],
    reporters: ["json", "progress-append-only", "lines"],
    jsonReporter: { fileName: `${results}.json` },
    logLevel: "warn",
    allowConsoleColors: false,
  }).runMutationTest();
  if (earlier !== undefined) writeTogether(`${results}.json`, earlier);
  printFolder(folder, `${results}.json`);
}
