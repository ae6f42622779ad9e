// `otp-core code`: the code of a key.
import { decodeBase32, encodeBase32, type HotpParameters, hotp, type TotpParameters } from "otp-core";
import type { Command } from "../command.ts";
import { type CommandLine, UsageError } from "../command-line.ts";
import type { Environment } from "../environment.ts";
import { CODE_HELP, CODE_OPTIONS, momentOf } from "../key-options.ts";
import { keyFrom } from "../key-source.ts";
import { json } from "../output.ts";
import { currentCode, explainCode, formatCode } from "./current-code.ts";
import { watch } from "./watch.ts";

export const code: Command = {
  help: `\
otp-core code [SECRET] [options]

Prints the code of a key: of this moment (TOTP), or of a counter (HOTP).

${CODE_HELP}
The output:
  --count N         this code and the next ones, one per line: 1 to 1000
  --verbose         everything that the code is computed from, before the code
  --watch           TOTP only. On a terminal the code with its countdown in one
                    line, until Ctrl-C (exit code 0). Piped, a line for each new
                    code until the reader closes
  --json            {"code","step","remainingMs","expiresAt"}, in milliseconds;
                    HOTP: {"code","counter"}, the counter as text
`,

  options: { ...CODE_OPTIONS, count: "value", verbose: "flag", watch: "flag" },

  async run(line, environment) {
    if (line.positionals.length > 1) throw new UsageError("there are more arguments than SECRET; quote spaces");
    if (line.flag("verbose")) line.refuseBeside("verbose", ["json", "watch"]);
    if (line.flag("watch")) line.refuseBeside("watch", ["at", "count"]);
    if (line.text("counter") !== undefined) line.refuseBeside("counter", ["watch"]);
    const count = countOf(line);
    const key = await keyFrom(line, line.positionals[0], environment);
    if (key.type === "hotp") printHotp(line, key.parameters, key.counter, count, environment);
    else if (line.flag("watch")) await watch(key.parameters, line.flag("json"), environment);
    else printTotp(line, key.parameters, count, environment);
    return 0;
  },
};

function countOf(line: CommandLine): number {
  const count = line.integer("count") ?? 1;
  if (count < 1 || count > 1000) throw new UsageError("--count must be an integer from 1 to 1000");
  return count;
}

function printHotp(
  line: CommandLine,
  key: HotpParameters,
  first: bigint,
  count: number,
  environment: Environment,
): void {
  const rows = Array.from({ length: count }, (_, i) => {
    const counter = first + BigInt(i);
    return { code: hotp(key, counter), counter };
  });
  if (line.flag("verbose")) {
    environment.write(explainCode(canonical(key), { ...describe(key, "HOTP"), counter: `${first}` }));
  }
  environment.write(rows.map((row) => (line.flag("json") ? json(row) : `${row.code}\n`)).join(""));
}

function printTotp(line: CommandLine, key: TotpParameters, count: number, environment: Environment): void {
  const now = momentOf(line, environment.now);
  const period = (key.period ?? 30) * 1000;
  const codes = Array.from({ length: count }, (_, i) => currentCode(key, now + i * period));
  const [first] = codes;
  if (first === undefined) return;
  if (line.flag("verbose")) {
    const facts = {
      ...describe(key, "TOTP"),
      period: `${key.period ?? 30} s`,
      time: new Date(now).toISOString(),
      step: `${first.step} (0x${first.step.toString(16)})`,
      "valid for": `${first.remainingMs / 1000} s`,
    };
    environment.write(explainCode(canonical(key), facts));
  }
  // Someone who reads the terminal wants to know whether there is time to type the code.
  const isLive = environment.columns() !== undefined && line.text("at") === undefined;
  if (isLive && count === 1 && !line.flag("json") && !line.flag("verbose")) {
    environment.write(`${first.code}  (${Math.ceil(first.remainingMs / 1000)} s left)\n`);
  } else environment.write(codes.map((current) => formatCode(current, line.flag("json"))).join(""));
}

/** The same key with its secret as base32 in upper case. */
function canonical(key: { readonly secret: string }): { readonly secret: string } {
  return { secret: encodeBase32(decodeBase32(key.secret)) };
}

function describe(key: TotpParameters | HotpParameters, type: string): Readonly<Record<string, string>> {
  const encoder = "encoder" in key && key.encoder === "steam";
  return {
    type: encoder ? "Steam Guard" : type,
    algorithm: key.algorithm ?? "SHA1",
    digits: `${key.digits ?? (encoder ? 5 : 6)}`,
  };
}
