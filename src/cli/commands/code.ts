import { hotp } from "otp-core";
import { type Command, json } from "../command.ts";
import { BadUse } from "../command-line.ts";
import { CODE_HELP, CODE_OPTIONS, hotpKey, momentOf, totpKey } from "../key-options.ts";
import { secretFrom } from "../secret-source.ts";
import { lineOf, readingAt } from "./current-code.ts";
import { watch } from "./watch.ts";

export const code: Command = {
  help: `\
otp-core code [SECRET] [options]

Prints the code of a key: of this moment (TOTP), or of a counter (HOTP).

${CODE_HELP}
The output:
  --watch           TOTP only: on a terminal the code with its countdown in one
                    line until Ctrl-C (a good end: exit code 0); piped, a line
                    for each new code until the reader closes
  --json            {"code","step","remainingMs","expiresAt"}, in milliseconds;
                    HOTP: {"code","counter"}, the counter as text
`,

  options: { ...CODE_OPTIONS, watch: "flag" },

  async run(line, surroundings) {
    if (line.positionals.length > 1) throw new BadUse("there are more arguments than SECRET; quote spaces");
    const secret = await secretFrom(line.positionals[0], surroundings);
    const asJson = line.flag("json");
    const counter = line.bigint("counter");

    if (counter !== undefined) {
      line.refuseBeside("counter", ["watch"]);
      const value = hotp(hotpKey(line, secret), counter);
      surroundings.write(asJson ? json({ code: value, counter }) : `${value}\n`);
    } else if (line.flag("watch")) {
      line.refuseBeside("watch", ["at"]);
      await watch(totpKey(line, secret), asJson, surroundings);
    } else {
      surroundings.write(lineOf(readingAt(totpKey(line, secret), momentOf(line, surroundings.now)), asJson));
    }
    return 0;
  },
};
