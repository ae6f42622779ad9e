// `otp-core migrate`: Google Authenticator's transfers.
import type { Command } from "../command.ts";
import { UsageError } from "../command-line.ts";
import type { Environment } from "../environment.ts";
import { linesOf, readInput } from "../input.ts";
import { withoutPrefix } from "../key-source.ts";
import { printable } from "../output.ts";
import { printUris, QR_HELP, URI_OUTPUT_OPTIONS } from "../uri-output.ts";
import { fromGoogle, toGoogle } from "./google-transfer.ts";

/** Hundreds of accounts. The limit keeps a disk from being read into memory. */
const MAX_INPUT = 1_048_576;

export const migrate: Command = {
  help: `\
otp-core migrate URI... [options]

Reads "transfer accounts" of Google Authenticator, the texts of its QR codes
(otpauth-migration://) in any order, and prints a key URI for each account. Or
makes such a transfer of key URIs. Standard error names what cannot be moved,
and everything else is moved.

Quote the URIs. Arguments can be read in the list of processes; - reads a URI
from every line of standard input, and @FILE from every line of a file. The
prefix QR-Code: of zbarimg does not matter.

  --to-google       the other direction: otpauth:// in, otpauth-migration://
                    out, a QR code for every ten accounts. The format has no
                    other period than 30 and no other digits than 6 and 8
${QR_HELP}\
                    Several codes get numbered files, as in qr-1.svg
  --json            {"uris","keys","skipped","unread"}: keys that the other
                    format cannot express have "issuer", "account", "reason";
                    unreadable URIs have their place "uri" and "reason"

Exit codes: 0 all moved, 1 an account, a URI or a QR code is missing, 2 bad use.
`,

  options: { "to-google": "flag", ...URI_OUTPUT_OPTIONS },

  async run(line, environment) {
    const texts = await textsFrom(line.positionals, environment);
    const { missing, ...moved } = line.flag("to-google") ? toGoogle(texts) : fromGoogle(texts);
    await printUris(moved.uris, moved, line, environment);
    for (const { uri, reason } of moved.unread) environment.warn(`not read: URI ${uri}: ${reason}\n`);
    for (const { issuer, account, reason } of moved.skipped) {
      environment.warn(`skipped: ${nameOf(issuer, account)}, because of its ${reason}\n`);
    }
    for (const sentence of missing) environment.warn(`missing: ${sentence}\n`);
    return moved.skipped.length + moved.unread.length + missing.length === 0 ? 0 : 1;
  },
};

async function textsFrom(args: readonly string[], environment: Environment): Promise<string[]> {
  const [first = ""] = args;
  const source = args.find((argument) => argument === "-" || argument.startsWith("@"));
  if (source !== undefined && args.length > 1) throw new UsageError("- and @FILE stand alone");
  const texts = source === undefined ? args : linesOf(await readInput(first, environment, MAX_INPUT));
  if (texts.length === 0) throw new UsageError("no URI: pass URIs as arguments, or - to read them from standard input");
  return texts.map(withoutPrefix);
}

/** A name from outside, for a terminal. */
function nameOf(issuer: string, account: string): string {
  return printable([issuer, account].filter((text) => text !== "").join(":")) || "an account without a name";
}
