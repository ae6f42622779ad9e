import { appendFileSync } from "node:fs";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** Writes every result at once, a line each, so that a run that was cut short has still said something. */
class Lines {
  static inject = [];
  onMutantTested(mutant) {
    const { fileName, location, status, mutatorName, replacement } = mutant;
    const line = { fileName, location, status, mutatorName, replacement };
    appendFileSync(process.env.OTP_CORE_MUTATION_LINES, `${JSON.stringify(line)}\n`);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, "lines", Lines)];
