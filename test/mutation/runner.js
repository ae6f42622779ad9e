import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { TestStatus } from "@stryker-mutator/api/test-runner";
import { strykerPlugins as vitest } from "@stryker-mutator/vitest-runner";

// The runner of Stryker asks every test for its name, and looks in it for the name of each test that it wants: with two
// thousand tests of one expression that takes longer than all of them do.
const FEW = 100;

const [{ factory }] = vitest;

/** The runner for Vitest, which takes whole files where a change is reached by more than a few tests. */
function quickRunner(injector) {
  const runner = injector.injectFunction(factory);
  const run = runner.run.bind(runner);
  runner.run = async (what = {}) => {
    const { testIds = [] } = what;
    const files = new Set(testIds.map((id) => id.slice(0, id.indexOf("#"))));
    const result = await run(testIds.length <= FEW ? what : { ...what, testIds: [], testFiles: [...files] });
    if (result.tests === undefined) return result;
    return { ...result, tests: [...result.tests, ...notLoaded(runner.ctx.state.getFiles(), testIds)] };
  };
  return runner;
}
quickRunner.inject = ["$injector"];

/** The files that do not load. They have noticed the change too, but have no test of their own that failed. */
function notLoaded(files, testIds) {
  const failed = files.filter(({ result, tasks }) => result?.state === "fail" && tasks.length === 0);
  return failed.map(({ name, result }) => ({
    id: testIds.find((id) => id.startsWith(name)) ?? name,
    name,
    timeSpentMs: 0,
    status: TestStatus.Failed,
    failureMessage: `does not load: ${result.errors?.[0]?.message}`,
  }));
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "vitest-quick", quickRunner)];
