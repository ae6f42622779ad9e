// `otp-core diagnose`: why a code is not accepted.
import { type Diagnosis, diagnose as findCause } from "otp-core";
import type { Command } from "../command.ts";
import { UsageError } from "../command-line.ts";
import { AT_HELP, CODE_OPTIONS, KEY_HELP, KEY_SOURCE_HELP, momentOf } from "../key-options.ts";
import { keyAndCodeFrom } from "../key-source.ts";
import { json } from "../output.ts";

const { counter: _, ...OPTIONS } = CODE_OPTIONS;

export const diagnose: Command = {
  help: `\
otp-core diagnose [SECRET] CODE [options]

Says why a TOTP code is not accepted: a clock is off, the app ignores a
parameter of the key, or the app read the secret as ASCII or hexadecimal.
The answer is for a support desk. It is not an acceptance.

${KEY_SOURCE_HELP}
${KEY_HELP}\
  --steps N         steps searched on either side of now: 0 to 3000.
                    Default: 120

The moment:
${AT_HELP}
The output:
  --json            {"diagnosis"}, null if no cause was found

Exit codes: 0 a cause was found, 1 none was found, 2 bad use.
`,

  options: { ...OPTIONS, steps: "value" },

  async run(line, environment) {
    const { key, code } = await keyAndCodeFrom(line, environment);
    if (key.type === "hotp") throw new UsageError("diagnose needs a TOTP key");
    const now = momentOf(line, environment.now);
    const diagnosis = findCause(key.parameters, code, { now, steps: line.integer("steps") });
    environment.write(line.flag("json") ? json({ diagnosis }) : `${sentence(diagnosis)}\n`);
    return diagnosis === null ? 1 : 0;
  },
};

function sentence(diagnosis: Diagnosis | null): string {
  if (diagnosis === null) return "No cause found. The code is of another key, or it is mistyped.";
  switch (diagnosis.cause) {
    case "none":
      return "The code is valid now. If it was refused, it was used before, or the attempt had to wait.";
    case "clock":
      return `Valid ${distance(diagnosis.drift)}: a clock is ${duration(Math.abs(diagnosis.driftMs))} off.`;
    case "parameters": {
      const { key, differs, drift } = diagnosis;
      const used = differs.map((name) => (name === "algorithm" ? key.algorithm : `${name} ${key[name]}`));
      return `Valid as ${used.join(", ")}${when(drift)}: the app ignores ${differs.join(" and ")} of the key.`;
    }
    case "encoding": {
      const name = diagnosis.encoding === "ascii" ? "ASCII" : "hexadecimal";
      return `Valid if the secret is read as ${name}${when(diagnosis.drift)}: it was imported as text.`;
    }
  }
}

function distance(drift: number): string {
  const steps = Math.abs(drift) === 1 ? "1 step" : `${Math.abs(drift)} steps`;
  return drift < 0 ? `${steps} ago` : `${steps} ahead`;
}

function when(drift: number): string {
  return drift === 0 ? "" : `, ${distance(drift)}`;
}

function duration(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 120 ? `${seconds} seconds` : `${Number((seconds / 60).toFixed(1))} minutes`;
}
