// Parses the arguments of one command.
import { parseArgs } from "node:util";

/** The options of a command by name, and whether they take a value. */
export type Options = Readonly<Record<string, "flag" | "value">>;

/** The command line is wrong. The message is one line, and repeats nothing that may be a secret. */
export class UsageError extends Error {}

/** Short options. They exist where their long option does; of two, the first one that a command has. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  a: ["algorithm"],
  c: ["counter"],
  d: ["digits"],
  h: ["help"],
  j: ["json"],
  n: ["count"],
  p: ["period"],
  q: ["qr"],
  t: ["at"],
  v: ["verbose"],
  w: ["watch", "window"],
  x: ["hex"],
};

/** The short options of a command, by the long ones. */
export function shortOptions(options: Options): ReadonlyMap<string, string> {
  const found = Object.entries(SHORT).flatMap(([letter, names]) => {
    const name = names.find((name) => Object.hasOwn(options, name));
    return name === undefined ? [] : [[name, letter] as const];
  });
  return new Map(found);
}

/** The arguments of one command, parsed strictly: an option that is unknown, doubled or without its value is refused. */
export class CommandLine {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  constructor(args: readonly string[], options: Options) {
    const { positionals, values } = parse(joinNegatives(args, options), options);
    this.positionals = positionals;
    // Collected in lists, because parseArgs would silently use the last of two.
    const entries = Object.entries(values).map(([name, list = []]) => {
      if (list.length > 1) throw new UsageError(`--${name} is given twice`);
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

  /** Digits only: `0x10`, `1e3` and an empty text are not numbers. The library knows the range. */
  integer(name: string): number | undefined {
    const text = this.#digits(name);
    return text === undefined ? undefined : Number(text);
  }

  /** A whole number of any size. */
  bigint(name: string): bigint | undefined {
    const text = this.#digits(name);
    return text === undefined ? undefined : BigInt(text);
  }

  /** Refuses options that would have no effect together with `name`. */
  refuseBeside(name: string, others: readonly string[]): void {
    this.refuseWith(`--${name}`, others);
  }

  /** Refuses options that would have no effect with something else. */
  refuseWith(reason: string, others: readonly string[]): void {
    const other = others.find((option) => this.#values[option] !== undefined);
    if (other !== undefined) throw new UsageError(`--${other} makes no sense with ${reason}`);
  }

  #digits(name: string): string | undefined {
    const text = this.text(name);
    // 20 digits hold 2^64 - 1. Longer texts are not worth the work.
    if (text !== undefined && !/^-?[0-9]{1,20}$/.test(text)) throw new UsageError(`--${name} must be a whole number`);
    return text;
  }
}

function parse(args: string[], options: Options) {
  const short = shortOptions(options);
  const config = Object.fromEntries(
    Object.entries(options).map(([name, kind]) => {
      const type = kind === "flag" ? ("boolean" as const) : ("string" as const);
      const letter = short.get(name);
      return [name, { type, multiple: true as const, ...(letter !== undefined && { short: letter }) }];
    }),
  );
  try {
    return parseArgs({ args, options: config, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw new UsageError(unknownOption(message, options));
    if (code !== "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") throw error;
    // The message quotes the option, which is a known one, and explains itself on several lines.
    const name = /--([a-z-]+)/.exec(message)?.[1] ?? "";
    throw new UsageError(`--${name} ${options[name] === "flag" ? "takes no value" : "needs a value"}`);
  }
}

/** Only a name that looks like an option is repeated. Anything else may be a secret. */
function unknownOption(message: string, options: Options): string {
  const known = Object.keys(options);
  const name = /^Unknown option '(--[a-z]{1,9}(?:-[a-z]{1,9}){0,2}|-[a-zA-Z])'/.exec(message)?.[1];
  const list = `expected ${known.map((option) => `--${option}`).join(", ")}`;
  if (name === undefined) return `unknown option; ${list}`;
  const near = nearest(name.replace(/^-+/, ""), known);
  return `unknown option ${name}; ${near === undefined ? list : `did you mean --${near}?`}`;
}

/** The known word that differs in at most two letters, or begins with the text. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  if (text.length < 2) return undefined;
  const near = known.map((word) => ({ word, distance: word.startsWith(text) ? 0 : distance(text, word) }));
  near.sort((a, b) => a.distance - b.distance);
  return near[0] !== undefined && near[0].distance <= Math.min(2, text.length - 2) ? near[0].word : undefined;
}

/** How many letters have to be added, left out or replaced (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] as number) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** Reads `--drift -1` as `--drift=-1`, which is all that parseArgs understands. The same for a short option. */
function joinNegatives(args: readonly string[], options: Options): string[] {
  const letters = new Map([...shortOptions(options)].map(([name, letter]) => [`-${letter}`, name]));
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") return [...joined, ...args.slice(i)];
    const next = args[i + 1] ?? "";
    const name = letters.get(arg) ?? (arg.startsWith("--") ? arg.slice(2) : "");
    if (options[name] === "value" && /^-[0-9]/.test(next)) {
      joined.push(`--${name}=${next}`);
      i++;
    } else joined.push(arg);
  }
  return joined;
}
