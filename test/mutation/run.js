// `npm run mutate [-- folder ...]`: breaks each expression of the source once and runs the tests that execute it. What no
// test notices is a survivor. A folder that is done is kept in coverage/, and run again only where something changed.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";
import { FOLDERS } from "./folders.js";
import { printFolder } from "./report.js";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
// The tests of one run are compared with those of another: properties must try the same values.
process.env.OTP_CORE_SEED = "1";

const plugin = (name) => fileURLToPath(new URL(name, import.meta.url));

const named = process.argv.slice(2);
for (const folder of named.length > 0 ? named : Object.keys(FOLDERS)) {
  const { source, tests } = FOLDERS[folder];
  process.env.OTP_CORE_MUTATION_TESTS = JSON.stringify(tests);
  const results = `coverage/mutation/${folder.replace("/", "-")}`;
  process.env.OTP_CORE_MUTATION_LINES = `${results}.lines`;
  rmSync(`${results}.lines`, { force: true });
  await new Stryker({
    mutate: source,
    testRunner: "vitest-quick",
    vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
    coverageAnalysis: "perTest",
    // What runs when a module loads would cost the whole suite per mutant.
    ignoreStatic: true,
    concurrency: 2,
    incremental: true,
    incrementalFile: `${results}.incremental.json`,
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
  printFolder(folder, `${results}.json`);
}
