import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { strykerPlugins as vitest } from "@stryker-mutator/vitest-runner";

// The runner of Stryker asks every test for its name, and looks in it for the name of each test that it wants: with two
// thousand tests of one expression that takes longer than all of them do.
const FEW = 100;

const [{ factory }] = vitest;

/** The runner for Vitest, which takes whole files where a change is reached by more than a few tests. */
function quickRunner(injector) {
  const runner = injector.injectFunction(factory);
  const run = runner.run.bind(runner);
  runner.run = (what = {}) => {
    const { testIds = [] } = what;
    if (testIds.length <= FEW) return run(what);
    const files = new Set(testIds.map((id) => id.slice(0, id.indexOf("#"))));
    return run({ ...what, testIds: [], testFiles: [...files] });
  };
  return runner;
}
quickRunner.inject = ["$injector"];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "vitest-quick", quickRunner)];
