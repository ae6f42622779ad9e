// `otp-core secret`: a new secret.
import { decodeBase32 } from "otp-core";
import type { Command } from "../command.ts";
import { UsageError } from "../command-line.ts";
import { newSecret } from "../new-secret.ts";
import { json } from "../output.ts";

export const secret: Command = {
  help: `\
otp-core secret [options]

Makes a new secret, as base32 text.

  --bytes N         its length: 16 to 1024. Default: 20, as long as the digest
                    of SHA1. SHA256 has 32 and SHA512 64 (RFC 6238 section 5.1)
  --json            {"secret","bytes"}
`,

  options: { bytes: "value", json: "flag" },

  async run(line, environment) {
    if (line.positionals.length > 0) throw new UsageError("secret takes no arguments, only --bytes and --json");
    const text = await newSecret(line.integer("bytes"));
    environment.write(line.flag("json") ? json({ secret: text, bytes: decodeBase32(text).length }) : `${text}\n`);
    return 0;
  },
};
