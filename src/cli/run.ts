// Runs one command line.
import { readFileSync } from "node:fs";
import { isOtpError, type OtpError } from "otp-core";
import type { Command, ExitCode } from "./command.ts";
import { CommandLine, nearest, type Options, shortOptions, UsageError } from "./command-line.ts";
import { audit } from "./commands/audit.ts";
import { code } from "./commands/code.ts";
import { diagnose } from "./commands/diagnose.ts";
import { importFile } from "./commands/import.ts";
import { inspect } from "./commands/inspect.ts";
import { migrate } from "./commands/migrate.ts";
import { ocra } from "./commands/ocra.ts";
import { secret } from "./commands/secret.ts";
import { uri } from "./commands/uri.ts";
import { verify } from "./commands/verify.ts";
import type { Environment } from "./environment.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({ code, verify, diagnose, secret, uri, inspect, migrate, import: importFile, ocra, audit }),
);

const HELP = `\
One-time passwords: TOTP (RFC 6238), HOTP (RFC 4226) and OCRA (RFC 6287).

  otp-core code [SECRET]          print the code of a key; --watch goes on
  otp-core verify [SECRET] CODE   say whether a code is valid
  otp-core diagnose [SECRET] CODE say why a code is not accepted
  otp-core secret                 make a new secret
  otp-core uri [SECRET]           print the key URI for an app; --qr draws it
  otp-core inspect URI            say how apps read a key URI
  otp-core migrate URI...         read or make a Google Authenticator transfer
  otp-core import FILE            print the keys of hardware tokens (PSKC, CSV)
  otp-core ocra SUITE [SECRET]    answer an OCRA challenge, or check an answer
  otp-core audit FILE             find the traps in secrets of another library

  otp-core help COMMAND           all about a command; also COMMAND --help
  otp-core version                also -V; -v behind a command is --verbose

SECRET is base32 text or a key URI, - for standard input, or @FILE. Left out, it
is the value of OTP_SECRET.

Exit codes: 0 all well, 1 the code was refused, the URI has errors, an account
could not be moved, a token not read, or a secret must be converted or replaced,
2 bad use (one line says what).
`;

/**
 * Runs one command line, without the name of the program, to its exit code. If the command line is wrong, it throws a
 * {@link UsageError} or an error of the library.
 */
export async function run(args: readonly string[], environment: Environment): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h") return print(HELP, environment);
  if (name === "help") return print(rest[0] === undefined ? HELP : helpOf(rest[0]), environment);
  if (["--version", "-V", "-v", "version"].includes(name)) return print(`${version()}\n`, environment);
  const command = findCommand(name);
  const options: Options = { ...command.options, help: "flag" };
  const line = new CommandLine(rest, options);
  return line.flag("help") ? print(helpOf(name), environment) : command.run(line, environment);
}

function print(text: string, environment: Environment): 0 {
  environment.write(text);
  return 0;
}

function findCommand(name: string): Command {
  const command = COMMANDS.get(name);
  if (command !== undefined) return command;
  const names = [...COMMANDS.keys()];
  // The text itself is not repeated, because it may be a secret.
  const near = nearest(name, names);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new UsageError(`the first argument must be a command: ${names.join(", ")}, or --help${hint}`);
}

/** The help of a command, with the short forms of its options. */
function helpOf(name: string): string {
  const command = findCommand(name);
  const short = [...shortOptions({ ...command.options, help: "flag" })].map(([long, letter]) => `-${letter} --${long}`);
  const lines = [""];
  for (const form of short.sort()) {
    const last = lines.at(-1) as string;
    if (last.length + form.length > 62) lines.push(form);
    else lines[lines.length - 1] = last === "" ? form : `${last}, ${form}`;
  }
  return `${command.help}\nShort forms: ${lines.join(",\n             ")}\n`;
}

function version(): string {
  // From src/cli as from dist/cli.
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

/** The line for standard error. Messages of the library hold neither a secret nor a code; other messages might. */
export function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (isOtpError(error)) return inWordsOfTheCommand(error);
  return `failed unexpectedly (${error instanceof Error ? error.name : typeof error})`;
}

/** Arguments of the library that are not options of the same name. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["now", "the time, or --at,"],
  ["key", "the key"],
  ["extra.image", "--image"],
  ["suite", "SUITE"],
  // Of toAlgorithm.
  ["name", "--algorithm"],
]);

/** The variables from which `import` takes a key or a pass phrase. */
const FILE_WORDS: ReadonlyMap<string, string> = new Map([
  ["preSharedKey", "OTP_PRE_SHARED_KEY"],
  ["passphrase", "OTP_PASSPHRASE"],
]);

function inWordsOfTheCommand({ code, argument = "", expected, message }: OtpError): string {
  if (code === "weak-secret") {
    return `the secret must be ${expected} (16 characters of base32); otp-core secret makes a good one`;
  }
  if (code === "invalid-file") return `${FILE_WORDS.get(argument) ?? "FILE"} must be ${expected}`;
  if (code === "invalid-secret") return `the secret must be ${expected}`;
  if (code !== "invalid-argument") return message;
  const option = `--${argument.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return `${WORDS.get(argument) ?? option} must be ${expected}`;
}
