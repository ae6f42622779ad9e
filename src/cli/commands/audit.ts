// `otp-core audit`: which traps of which library are in a column of secrets.
import { type Algorithm, toAlgorithm } from "otp-core";
import { audit as auditEntries, mustAct } from "../audit/audit.ts";
import { entriesOf } from "../audit/entries.ts";
import { reportOf } from "../audit/report.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../command-line.ts";
import type { Environment } from "../environment.ts";
import { readInput } from "../input.ts";
import { json } from "../output.ts";

/** Some million secrets. */
const MAX_INPUT = 2 ** 27;

export const audit: Command = {
  help: `\
otp-core audit FILE [options]

Reads the secrets that another library stored, and says which traps are in
them: of otplib 12, speakeasy, otpauth, notp and of authenticator apps. For each
trap it prints how many entries have it, on which lines, and what to change.
No output contains a secret or an account.

FILE has one entry on each line, or is CSV; - for standard input. An entry is
base32, another text, a key URI, or a key as JSON.

  --column NAME     the column of a CSV file, by its name in the first line
                    or by its number from 1 on
  --algorithm NAME  of secrets that do not say it: SHA1, SHA256 or SHA512.
                    Default: SHA1
  --json            {"entries","empty","kinds","findings","clean"}, with all
                    lines of each finding

The report says what to do first:
  convert, repair   otp-core reads the entry in another way, or not at all
  enrol again       the secret is known, guessable, shared or too short
  check, keep       otp-core reads the entry as it is

Exit codes: 0 nothing to convert, repair or enrol again, 1 something, 2 bad use.
`,

  options: { column: "value", algorithm: "value", json: "flag" },

  async run(line, environment) {
    const [file, ...more] = line.positionals;
    if (file === undefined) throw new UsageError("FILE is missing, or - for standard input");
    if (more.length > 0) throw new UsageError("there are more arguments than FILE; quote spaces");
    const name = line.text("algorithm");
    const algorithm: Algorithm = name === undefined ? "SHA1" : toAlgorithm(name);
    const entries = entriesOf(await textOf(file, environment), line.text("column"));
    if (entries.length === 0) throw new UsageError("FILE has no entry");
    const result = auditEntries(entries, algorithm);
    environment.write(line.flag("json") ? json(result) : reportOf(result));
    return mustAct(result) ? 1 : 0;
  },
};

async function textOf(file: string, environment: Environment): Promise<string> {
  if (file === "-") return readInput(file, environment, MAX_INPUT);
  return environment.readFile(file).catch(() => {
    throw new UsageError("FILE cannot be read");
  });
}
