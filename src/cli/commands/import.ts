// `otp-core import`: the keys of a seed file, as JSON lines or as key URIs.
import { formatUri, isOtpError } from "otp-core";
import { type ImportedKey, type ImportPskcOptions, type ImportResult, importCsv, importPskc } from "otp-core/tokens";
import type { Command } from "../command.ts";
import { UsageError } from "../command-line.ts";
import type { Environment } from "../environment.ts";
import { readInput } from "../input.ts";
import { json } from "../output.ts";

/** As much as the library reads. */
const MAX_INPUT = 2 ** 24;

export const importFile: Command = {
  help: `\
otp-core import FILE [options]

Prints the keys of a seed file, which comes with hardware tokens: PSKC
(RFC 6030) or CSV. FILE is - for standard input. Standard error names the
entries that cannot be read, and all others are printed.

Every key is a line of JSON: {"key","serial","manufacturer","model","drift",
"startsAt","expiresAt"}, or {"suite","secret","serial","manufacturer"} for OCRA.

  --uri             prints key URIs instead. A key without an account is named
                    after its serial number. OCRA has no key URI

An encrypted PSKC file needs one of these environment variables:
  OTP_PRE_SHARED_KEY  32 or 64 hexadecimal digits
  OTP_PASSPHRASE      the pass phrase

Exit codes: 0 all read, 1 an entry was skipped, 2 bad use.
`,

  options: { uri: "flag" },

  async run(line, environment) {
    const [file, ...more] = line.positionals;
    if (file === undefined) throw new UsageError("FILE is missing, or - for standard input");
    if (more.length > 0) throw new UsageError("there are more arguments than FILE; quote spaces");
    const text = await textOf(file, environment);
    const isXml = /^\ufeff?\s*</.test(text);
    const result = await (isXml ? importPskc(text, optionsOf(environment)) : importCsv(text));
    const { lines, skipped } = line.flag("uri") ? uriLines(result) : { lines: jsonLines(result), skipped: [] };
    environment.write(lines.join(""));
    const unit = isXml ? "package" : "line";
    const named = result.skipped.map(
      ({ at, serial, reason }) => `${unit} ${at}${serialOf(serial)}, because of its ${reason}`,
    );
    for (const entry of [...named, ...skipped]) environment.warn(`skipped: ${entry}\n`);
    return named.length + skipped.length === 0 ? 0 : 1;
  },
};

async function textOf(file: string, environment: Environment): Promise<string> {
  if (file === "-") return readInput(file, environment, MAX_INPUT);
  return environment.readFile(file).catch(() => {
    throw new UsageError("FILE cannot be read");
  });
}

function optionsOf({ env }: Environment): ImportPskcOptions {
  const { OTP_PRE_SHARED_KEY: hex, OTP_PASSPHRASE: passphrase } = env;
  if (hex !== undefined && !/^(?:[\da-f]{32}|[\da-f]{64})$/i.test(hex)) {
    throw new UsageError("OTP_PRE_SHARED_KEY must be 32 or 64 hexadecimal digits");
  }
  return { preSharedKey: hex === undefined ? undefined : Buffer.from(hex, "hex"), passphrase };
}

function jsonLines({ keys, ocra }: ImportResult): string[] {
  return [...keys, ...ocra].map(json);
}

function uriLines({ keys, ocra }: ImportResult): { readonly lines: string[]; readonly skipped: string[] } {
  const lines: string[] = [];
  const skipped: string[] = [];
  for (const entry of keys) {
    const fault = addUri(lines, entry);
    if (fault !== null) skipped.push(`the key${serialOf(entry.serial)}, because of its ${fault}`);
  }
  for (const { serial } of ocra) skipped.push(`the OCRA secret${serialOf(serial)}, which has no key URI`);
  return { lines, skipped };
}

/** The field that no key URI can carry, or `null`. */
function addUri(lines: string[], { key, serial }: ImportedKey): string | null {
  try {
    lines.push(`${formatUri({ ...key, account: key.account ?? serial ?? undefined })}\n`);
    return null;
  } catch (error) {
    if (!isOtpError(error)) throw error;
    return `${error.argument}`;
  }
}

/** A manufacturer's text, in which no character controls the terminal. */
function serialOf(serial: string | null): string {
  return serial === null ? "" : ` (serial number ${serial.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd")})`;
}
