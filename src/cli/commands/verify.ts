// `otp-core verify`: whether a code is valid.
import { attemptHotp, attemptTotp, type HotpOutcome, type TotpOutcome } from "otp-core";
import type { Command } from "../command.ts";
import { type CommandLine, UsageError } from "../command-line.ts";
import { CODE_HELP, CODE_OPTIONS, momentOf } from "../key-options.ts";
import { type CodeKey, keyAndCodeFrom } from "../key-source.ts";
import { json } from "../output.ts";

export const verify: Command = {
  help: `\
otp-core verify [SECRET] CODE [options]

Says whether a code is valid, and if not, why: malformed, mismatch or replayed.
The command stores nothing. To refuse a code that was accepted before, pass
--after (TOTP) or the next --counter (HOTP), as it says when it accepts one.

${CODE_HELP}
TOTP:
  --after STEP      the last accepted time step. No code of this step or an
                    earlier one is accepted
  --window N        steps accepted on either side of now: 0 to 10. Default: 1
  --drift N         steps by which the clock of the key is ahead. Default: 0

HOTP:
  --look-ahead N    counters tried after --counter: 0 to 100. Default: 10

The output:
  --json            {"ok":true,"step","drift"}, or {"ok":false,"reason"};
                    HOTP: {"ok":true,"nextCounter"}, the counter as text

Exit codes: 0 accepted, 1 refused, 2 bad use.
`,

  options: { ...CODE_OPTIONS, after: "value", window: "value", drift: "value", "look-ahead": "value" },

  async run(line, environment) {
    const { key, code } = await keyAndCodeFrom(line, environment);
    const outcome = attempt(line, key, code, environment.now);
    environment.write(line.flag("json") ? json(outcome) : `${sentence(outcome, key, line)}\n`);
    return outcome.ok ? 0 : 1;
  },
};

type Outcome = TotpOutcome | HotpOutcome<bigint>;

function attempt(line: CommandLine, key: CodeKey, code: string, now: () => number): Outcome {
  if (key.type === "hotp") {
    line.refuseWith(line.text("counter") === undefined ? "a HOTP key" : "--counter", ["after", "window", "drift"]);
    return attemptHotp(key.parameters, code, { counter: key.counter, lookAhead: line.integer("look-ahead") });
  }
  if (line.text("look-ahead") !== undefined) throw new UsageError("--look-ahead makes no sense without --counter");
  return attemptTotp(key.parameters, code, {
    after: line.integer("after") ?? null,
    window: line.integer("window"),
    drift: line.integer("drift"),
    now: momentOf(line, now),
  });
}

function sentence(outcome: Outcome, key: CodeKey, line: CommandLine): string {
  if (!outcome.ok) return `Refused: ${outcome.reason}. ${why(outcome.reason, key, line)}`;
  if ("nextCounter" in outcome) return `Accepted. The next counter is ${outcome.nextCounter}.`;
  return `Accepted: step ${outcome.step}, drift ${outcome.drift}. From now on verify with --after ${outcome.step}.`;
}

function why(
  reason: Extract<Outcome, { ok: false }>["reason"],
  { type, parameters }: CodeKey,
  line: CommandLine,
): string {
  if (reason === "replayed") return `The code is valid, but not after step ${line.integer("after")}.`;
  if (reason === "malformed") {
    return "encoder" in parameters && parameters.encoder === "steam"
      ? "A Steam Guard code has 5 characters of 23456789BCDFGHJKMNPQRTVWXY."
      : `A code of this key has ${parameters.digits ?? 6} digits.`;
  }
  return type === "totp"
    ? "The code is wrong or too old: no step within the window has it."
    : "The code is wrong: none of the tried counters has it.";
}
