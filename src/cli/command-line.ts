import { parseArgs } from "node:util";

/** The options of a command by name, and whether they take a value. */
export type Options = Readonly<Record<string, "flag" | "value">>;

/** The command line is wrong; the message is one line and repeats nothing that was typed, which may be a secret. */
export class BadUse extends Error {}

/** The arguments of one command, parsed strictly: what is unknown, doubled or without its value is refused. */
export class CommandLine {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  constructor(args: readonly string[], options: Options) {
    const { positionals, values } = parse(joinNegatives(args, options), options);
    this.positionals = positionals;
    // Collected in lists, because parseArgs would let the last one of two win in silence.
    const entries = Object.entries(values).map(([name, list = []]) => {
      if (list.length > 1) throw new BadUse(`--${name} is given twice`);
      return [name, list[0]] as const;
    });
    this.#values = Object.fromEntries(entries);
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  /** Digits only, so that neither `0x10` nor `1e3` nor an empty text is a number (trap 34); the library knows the range. */
  integer(name: string): number | undefined {
    const text = this.#digits(name);
    return text === undefined ? undefined : Number(text);
  }

  /** A whole number of any size. */
  bigint(name: string): bigint | undefined {
    const text = this.#digits(name);
    return text === undefined ? undefined : BigInt(text);
  }

  /** Refuses options that would have no effect beside `name`. */
  refuseBeside(name: string, others: readonly string[]): void {
    const other = others.find((option) => this.#values[option] !== undefined);
    if (other !== undefined) throw new BadUse(`--${other} makes no sense with --${name}`);
  }

  #digits(name: string): string | undefined {
    const text = this.text(name);
    // 20 digits hold 2^64 - 1. Longer ones are not worth the work.
    if (text !== undefined && !/^-?[0-9]{1,20}$/.test(text)) throw new BadUse(`--${name} must be a whole number`);
    return text;
  }
}

function parse(args: string[], options: Options) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, kind]) => [
      name,
      { type: kind === "flag" ? ("boolean" as const) : ("string" as const), multiple: true as const },
    ]),
  );
  try {
    return parseArgs({ args, options: config, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
      throw new BadUse(`there is an unknown option; known are ${named(Object.keys(options))}`);
    }
    if (code !== "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") throw error;
    // The message quotes the option, which is a known one, and tries to explain itself on several lines.
    const name = /--([a-z-]+)/.exec(message)?.[1] ?? "";
    throw new BadUse(`--${name} ${options[name] === "flag" ? "takes no value" : "needs a value"}`);
  }
}

/** `--drift -1` is no riddle where an option takes a value: it is `--drift=-1`, which is all that parseArgs understands. */
function joinNegatives(args: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") return [...joined, ...args.slice(i)];
    const next = args[i + 1] ?? "";
    const takesValue = arg.startsWith("--") && options[arg.slice(2)] === "value";
    if (takesValue && /^-[0-9]/.test(next)) joined.push(`${arg}=${args[++i]}`);
    else joined.push(arg);
  }
  return joined;
}

/** `--a, --b and --c` */
function named(options: readonly string[]): string {
  const names = options.map((name) => `--${name}`);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
