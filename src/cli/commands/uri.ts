// `otp-core uri`: the key URI of a secret, of a new one, or of another key URI.
import { formatUri, inspectUri, type Key, parseUri } from "otp-core";
import type { Command } from "../command.ts";
import { type CommandLine, UsageError } from "../command-line.ts";
import type { Environment } from "../environment.ts";
import { hotpParameters, KEY_HELP, KEY_OPTIONS, KEY_SOURCE_HELP, totpParameters } from "../key-options.ts";
import { secretOfLine, secretText, uriKeyFrom } from "../key-source.ts";
import { newSecret } from "../new-secret.ts";
import { problemText } from "../output.ts";
import { printUris, QR_HELP, URI_OUTPUT_OPTIONS } from "../uri-output.ts";

export const uri: Command = {
  help: `\
otp-core uri [SECRET] --account NAME [options]

Prints the key URI that an authenticator app reads from a QR code. Warnings on
standard error say which apps read it differently.

${KEY_SOURCE_HELP}
  --new             a new secret instead, as long as the digest (RFC 6238
                    section 5.1)

The names:
  --account NAME    as the app shows it, like a name or an address. Required
                    unless a key URI names it
  --issuer NAME     the service; apps show it first
  --domain NAME     the domain of the service, by which password managers find
                    the entry. It is written as the issuer; the issuer then
                    stands in the label

${KEY_HELP}\
  --counter N       HOTP instead of TOTP, from this counter on: 0 to 2^53 - 1

For some apps:
  --image URL       a picture, over https
  --apple           a link that opens Apple's password manager; TOTP only

The output:
${QR_HELP}\
  --json            {"uri","key"}, the key as parseKey takes it
`,

  options: {
    new: "flag",
    hex: "flag",
    account: "value",
    issuer: "value",
    domain: "value",
    ...KEY_OPTIONS,
    image: "value",
    apple: "flag",
    ...URI_OUTPUT_OPTIONS,
  },

  async run(line, environment) {
    if (line.positionals.length > 1) throw new UsageError("there are more arguments than SECRET; quote spaces");
    const image = line.text("image");
    const text = formatUri(await keyOf(line, environment), {
      scheme: line.flag("apple") ? "apple-otpauth" : "otpauth",
      domain: line.text("domain"),
      extra: image === undefined ? undefined : { image },
    });

    const { extra: _, ...key } = parseUri(text);
    await printUris([text], { uri: text, key }, line, environment);
    for (const problem of inspectUri(text).problems) environment.warn(problemText(problem));
    return 0;
  },
};

/** How many bytes a new secret has: as many as the digest. The default is that of SHA-1. */
const DIGEST_BYTES: ReadonlyMap<string | undefined, number> = new Map([
  ["SHA256", 32],
  ["SHA512", 64],
]);

async function keyOf(line: CommandLine, environment: Environment): Promise<Key> {
  const names = { issuer: line.text("issuer"), account: line.text("account") };
  const text = line.flag("new") ? undefined : await givenText(line, environment);
  const read = text === undefined ? undefined : uriKeyFrom(line, text, environment);
  if (read !== undefined) {
    if (read.type === "totp" && line.text("counter") !== undefined) {
      throw new UsageError("--counter makes no sense with a key URI of TOTP");
    }
    const counter = read.type === "hotp" ? { counter: line.integer("counter") ?? read.counter } : {};
    return { ...read, ...withoutUndefined(names), ...counter };
  }
  if (names.account === undefined) throw new UsageError("--account is required");
  if (line.flag("new")) line.refuseBeside("new", ["hex"]);
  if (line.text("counter") !== undefined) line.refuseBeside("counter", ["apple"]);
  const secret = text === undefined ? "" : secretOfLine(line, text);
  const counter = line.integer("counter");
  const key: Key =
    counter === undefined
      ? { ...totpParameters(line, secret), type: "totp", secret, ...names }
      : { ...hotpParameters(line, secret), type: "hotp", secret, counter, ...names };
  if (text !== undefined) return key;
  if (line.positionals.length > 0) throw new UsageError("SECRET makes no sense with --new");
  return { ...key, secret: await newSecret(DIGEST_BYTES.get(key.algorithm)) };
}

/** A new secret must be asked for by name: a variable that was forgotten must not give one. */
async function givenText(line: CommandLine, environment: Environment): Promise<string> {
  const [argument] = line.positionals;
  if ((argument ?? environment.env.OTP_SECRET) === undefined) {
    throw new UsageError("the secret is missing: an argument, -, @FILE, the variable OTP_SECRET, or --new");
  }
  return secretText(argument, environment);
}

function withoutUndefined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
