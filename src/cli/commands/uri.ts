import { formatUri, inspectUri, type Key, parseUri } from "otp-core";
import type { Command } from "../command.ts";
import { BadUse, type CommandLine } from "../command-line.ts";
import type { Surroundings } from "../environment.ts";
import { hotpKey, KEY_HELP, KEY_OPTIONS, SECRET_HELP, totpKey } from "../key-options.ts";
import { newSecret } from "../new-secret.ts";
import { problemText } from "../problem-text.ts";
import { secretFrom } from "../secret-source.ts";
import { printUris, QR_HELP, URI_OUTPUT_OPTIONS } from "../uri-output.ts";

export const uri: Command = {
  help: `\
otp-core uri [SECRET] --account NAME [options]

Prints the key URI, which an authenticator app reads off a QR code. What some
apps are known to read otherwise is said on standard error.

${SECRET_HELP}
  --new             a new secret instead, as long as the digest (RFC 6238
                    section 5.1)

Whose key it is:
  --account NAME    as the app shows it, like a name or an address
  --issuer NAME     who asks for the codes; apps show it first

${KEY_HELP}\
  --counter N       HOTP instead of TOTP, from this counter on: 0 to 2^53 - 1

For some apps:
  --image URL       a picture, over https
  --apple           a link that opens Apple's password manager; TOTP only
  --domain NAME     with --apple, the domain of the service: the issuer by
                    default

The output:
${QR_HELP}\
  --json            {"uri","key"}, the key as parseKey takes it
`,

  options: {
    new: "flag",
    account: "value",
    issuer: "value",
    ...KEY_OPTIONS,
    image: "value",
    apple: "flag",
    domain: "value",
    ...URI_OUTPUT_OPTIONS,
  },

  async run(line, surroundings) {
    if (line.positionals.length > 1) throw new BadUse("there are more arguments than SECRET; quote spaces");
    const apple = line.flag("apple");
    const domain = line.text("domain");
    if (domain !== undefined && !apple) throw new BadUse("--domain makes no sense without --apple");
    const image = line.text("image");
    const text = formatUri(keyOf(line, await secretOf(line, surroundings)), {
      scheme: apple ? "apple-otpauth" : "otpauth",
      domain,
      extra: image === undefined ? undefined : { image },
    });

    const { extra: _, ...key } = parseUri(text);
    await printUris([text], { uri: text, key }, line, surroundings);
    for (const problem of inspectUri(text).problems) surroundings.warn(problemText(problem));
    return 0;
  },
};

/** Bytes of the digest; those of SHA-1 are what a new secret has unless told. */
const DIGEST_BYTES: ReadonlyMap<string | undefined, number> = new Map([
  ["SHA256", 32],
  ["SHA512", 64],
]);

/** A new secret has to be asked for: it must not come of a variable that somebody forgot to set. */
async function secretOf(line: CommandLine, surroundings: Surroundings): Promise<string> {
  const argument = line.positionals[0];
  if (line.flag("new")) {
    if (argument !== undefined) throw new BadUse("SECRET makes no sense with --new");
    return newSecret(DIGEST_BYTES.get(line.text("algorithm")));
  }
  if ((argument ?? surroundings.env.OTP_SECRET) === undefined) {
    throw new BadUse("the secret is missing: an argument, - for standard input, the variable OTP_SECRET, or --new");
  }
  return secretFrom(argument, surroundings);
}

function keyOf(line: CommandLine, secret: string): Key {
  const names = { issuer: line.text("issuer"), account: line.text("account") };
  const counter = line.integer("counter");
  if (counter === undefined) return { ...totpKey(line, secret), type: "totp", secret, ...names };
  line.refuseBeside("counter", ["apple"]);
  return { ...hotpKey(line, secret), type: "hotp", secret, counter, ...names };
}
