import type { Environment } from "../../src/cli/environment.ts";
import { explain, run } from "../../src/cli/run.ts";

/** What the world does while a command runs. Its clock only moves when the command sleeps. */
export interface Script {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: readonly string[];
  /** Whether a person types the input. */
  readonly terminal?: boolean;
  /** The files that can be read. */
  readonly disk?: Readonly<Record<string, string>>;
  /** Of a terminal, one for each time that it is asked for; the last one stays. None: the output is piped. */
  readonly columns?: readonly number[];
  readonly now?: number;
  /** How often the command may sleep before it is stopped. */
  readonly sleeps?: number;
  /** How long a sleep of `ms` really takes; a timer may be early or late, a clock may be set. */
  readonly takes?: (ms: number) => number;
}

/** An environment in which nothing exists and nothing happens. */
export const NOTHING: Environment = {
  env: {},
  input: chunks([]),
  inputIsTerminal: () => false,
  write: () => {},
  warn: () => {},
  readFile: async () => {
    throw new Error("no such file");
  },
  writeFile: async () => {},
  columns: () => undefined,
  now: () => 0,
  catchInterrupt: () => {},
  sleep: async () => false,
};

/** Runs a command line in this process: all that it wrote, to files too, its exit code, and the line of bad use. */
export async function scripted(args: readonly string[], script: Script = {}) {
  let now = script.now ?? 0;
  let sleeps = script.sleeps ?? 0;
  const columns = [...(script.columns ?? [])];
  const writes: string[] = [];
  const warnings: string[] = [];
  const files = new Map<string, string>();
  const slept: number[] = [];
  let writesBeforeInterrupt: number | undefined;
  const environment: Environment = {
    env: script.env ?? {},
    input: chunks(script.input ?? []),
    inputIsTerminal: () => script.terminal === true,
    write: (text) => void writes.push(text),
    warn: (text) => void warnings.push(text),
    readFile: async (path) => script.disk?.[path] ?? NOTHING.readFile(path),
    writeFile: async (path, text) => void files.set(path, text),
    columns: () => (columns.length > 1 ? columns.shift() : columns[0]),
    now: () => now,
    catchInterrupt: () => {
      writesBeforeInterrupt = writes.length;
    },
    sleep: async (ms) => {
      slept.push(ms);
      now += script.takes?.(ms) ?? ms;
      return sleeps-- > 0;
    },
  };
  const ended = await run(args, environment).then(
    (exitCode) => ({ exitCode, complaint: undefined }),
    (error: unknown) => ({ exitCode: 2, complaint: explain(error) }),
  );
  const output = { writes, output: writes.join(""), warnings: warnings.join(""), files };
  return { ...ended, ...output, slept, writesBeforeInterrupt };
}

async function* chunks(texts: readonly string[]) {
  yield* texts;
}
