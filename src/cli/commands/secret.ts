import { decodeBase32 } from "otp-core";
import { type Command, json } from "../command.ts";
import { BadUse } from "../command-line.ts";
import { newSecret } from "../new-secret.ts";

export const secret: Command = {
  help: `\
otp-core secret [options]

Makes a new secret, as base32 text.

  --bytes N         its length: 16 to 1024. 20 by default, which suits SHA1;
                    SHA256 takes 32 and SHA512 64 (RFC 6238 section 5.1)
  --json            {"secret","bytes"}
`,

  options: { bytes: "value", json: "flag" },

  async run(line, surroundings) {
    if (line.positionals.length > 0) throw new BadUse("secret takes no arguments, only --bytes and --json");
    const text = await newSecret(line.integer("bytes"));
    surroundings.write(line.flag("json") ? json({ secret: text, bytes: decodeBase32(text).length }) : `${text}\n`);
    return 0;
  },
};
