import type { Command } from "../command.ts";
import { BadUse } from "../command-line.ts";
import type { Surroundings } from "../environment.ts";
import { allLines } from "../standard-input.ts";
import { printUris, QR_HELP, URI_OUTPUT_OPTIONS } from "../uri-output.ts";
import { fromGoogle, toGoogle } from "./google-transfer.ts";

/** Hundreds of accounts; this is no place to read a disk. */
const MAX_INPUT = 1_048_576;

export const migrate: Command = {
  help: `\
otp-core migrate URI... [options]

Reads "transfer accounts" of Google Authenticator, the texts of its QR codes
(otpauth-migration://) in any order, and prints a key URI for each account; or
makes such a transfer of key URIs. What cannot be moved is named on standard
error, and the rest is moved all the same.

Quote the URIs. Arguments can be read in the list of processes; with - instead,
every line of standard input is a URI.

  --to-google       the other way: otpauth:// in, otpauth-migration:// out, a QR
                    code for every ten accounts. The format has no other period
                    than 30 and no other digits than 6 and 8
${QR_HELP}\
                    Of several codes the files are numbered, as in qr-1.svg
  --json            {"uris","keys","skipped"}, each of the last with "issuer",
                    "account" and "reason"; an account without a name has a key
                    there, but no URI

Exit codes: 0 all moved, 1 an account or a QR code is missing, 2 bad use.
`,

  options: { "to-google": "flag", ...URI_OUTPUT_OPTIONS },

  async run(line, surroundings) {
    const texts = await textsFrom(line.positionals, surroundings);
    const { missing, ...moved } = line.flag("to-google") ? toGoogle(texts) : fromGoogle(texts);
    await printUris(moved.uris, moved, line, surroundings);
    for (const { issuer, account, reason } of moved.skipped) {
      surroundings.warn(`skipped: ${named(issuer, account)}, because of its ${reason}\n`);
    }
    for (const line of missing) surroundings.warn(`missing: ${line}\n`);
    return moved.skipped.length + missing.length === 0 ? 0 : 1;
  },
};

async function textsFrom(args: readonly string[], surroundings: Surroundings): Promise<string[]> {
  if (args.includes("-") && args.length > 1) throw new BadUse("- for standard input stands alone");
  const texts =
    args[0] === "-" ? await allLines(surroundings.input, MAX_INPUT) : args.map((argument) => argument.trim());
  if (texts.length === 0) throw new BadUse("there is no URI: arguments, or - for the lines of standard input");
  return texts;
}

/** A stranger's name for the terminal: what controls it stays out. */
function named(issuer: string, account: string): string {
  const name = [issuer, account].filter((text) => text !== "").join(":");
  return name.replace(/\p{Cc}/gu, "\ufffd") || "an account without a name";
}
