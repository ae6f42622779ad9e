import type { CommandLine, Options } from "./command-line.ts";
import type { Surroundings } from "./environment.ts";

/** What a command leaves behind: it did its work, or it refused a code. Bad use, 2, is thrown. */
export type ExitCode = 0 | 1;

export interface Command {
  /** What `--help` prints. */
  readonly help: string;
  /** What may stand on its command line, beside `--help`. */
  readonly options: Options;
  run(line: CommandLine, surroundings: Surroundings): Promise<ExitCode>;
}

/** One JSON object on a line of its own. 64 bits do not fit a number of JSON, so a counter is written as text. */
export function json(value: object): string {
  return `${JSON.stringify(value, (_, field) => (typeof field === "bigint" ? String(field) : field))}\n`;
}
