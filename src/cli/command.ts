// What every command has.
import type { CommandLine, Options } from "./command-line.ts";
import type { Environment } from "./environment.ts";

/** 0: the command did its work. 1: it refused a code or found an error. Bad use, 2, is thrown. */
export type ExitCode = 0 | 1;

export interface Command {
  /** The text of `--help`. */
  readonly help: string;
  /** The options of its command line, apart from `--help`. */
  readonly options: Options;
  run(line: CommandLine, environment: Environment): Promise<ExitCode>;
}
