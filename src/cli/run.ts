import { readFileSync } from "node:fs";
import { isOtpError, type OtpError } from "otp-core";
import type { Command, ExitCode } from "./command.ts";
import { BadUse, CommandLine, type Options } from "./command-line.ts";
import { code } from "./commands/code.ts";
import { importFile } from "./commands/import.ts";
import { inspect } from "./commands/inspect.ts";
import { migrate } from "./commands/migrate.ts";
import { ocra } from "./commands/ocra.ts";
import { secret } from "./commands/secret.ts";
import { uri } from "./commands/uri.ts";
import { verify } from "./commands/verify.ts";
import type { Surroundings } from "./environment.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({ code, verify, secret, uri, inspect, migrate, import: importFile, ocra }),
);

const HELP = `\
One-time passwords: TOTP (RFC 6238), HOTP (RFC 4226) and OCRA (RFC 6287).

  otp-core code [SECRET]          print the code of a key; --watch goes on
  otp-core verify [SECRET] CODE   say whether a code is right
  otp-core secret                 make a new secret
  otp-core uri [SECRET]           print the key URI for an app; --qr draws it
  otp-core inspect URI            say what apps will make of a key URI
  otp-core migrate URI...         read or make a Google Authenticator transfer
  otp-core import FILE            print the keys of hardware tokens (PSKC, CSV)
  otp-core ocra SUITE [SECRET]    answer an OCRA challenge, or check an answer

  otp-core COMMAND --help         all about a command
  otp-core --version

SECRET is base32 text, or - for the first line of standard input; left out, it
is the value of OTP_SECRET.

Exit codes: 0 all well, 1 the code was refused, the URI has errors or an account
could not be moved or a token not read, 2 bad use (one line says what).
`;

/**
 * Runs one command line, without the name of the program, to its exit code. What is wrong with it is thrown: a {@link BadUse}
 * or an error of the library.
 */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help") {
    surroundings.write(HELP);
    return 0;
  }
  if (name === "--version") {
    surroundings.write(`${version()}\n`);
    return 0;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) {
    throw new BadUse(`the first argument must be a command: ${[...COMMANDS.keys()].join(", ")}, or --help`);
  }
  const options: Options = { ...command.options, help: "flag" };
  const line = new CommandLine(rest, options);
  if (line.flag("help")) {
    surroundings.write(command.help);
    return 0;
  }
  return command.run(line, surroundings);
}

function version(): string {
  // From src/cli as from dist/cli.
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

/** The line for standard error. The library's messages hold neither secret nor code; a stranger's might. */
export function explain(error: unknown): string {
  if (error instanceof BadUse) return error.message;
  if (isOtpError(error)) return inWordsOfTheCommand(error);
  return `failed unexpectedly (${error instanceof Error ? error.name : typeof error})`;
}

/** Arguments of the library that are no options under the same name. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["now", "the time, or --at,"],
  ["key", "the key"],
  ["suite", "SUITE"],
  ["extra.image", "--image"],
]);

/** What `import` reads a key or a pass phrase from. */
const FILE_WORDS: ReadonlyMap<string, string> = new Map([
  ["preSharedKey", "OTP_PRE_SHARED_KEY"],
  ["passphrase", "OTP_PASSPHRASE"],
]);

function inWordsOfTheCommand({ code, argument = "", expected, message }: OtpError): string {
  if (code === "weak-secret") {
    return `the secret must be ${expected} (16 characters of base32); otp-core secret makes a good one`;
  }
  if (code === "invalid-secret") return `the secret must be ${expected}`;
  if (code === "invalid-file") return `${FILE_WORDS.get(argument) ?? "FILE"} must be ${expected}`;
  if (code !== "invalid-argument") return message;
  const option = `--${argument.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return `${WORDS.get(argument) ?? option} must be ${expected}`;
}
