import { attemptHotp, attemptTotp, type HotpOutcome, type TotpOutcome } from "otp-core";
import { type Command, json } from "../command.ts";
import { BadUse, type CommandLine } from "../command-line.ts";
import { CODE_HELP, CODE_OPTIONS, hotpKey, momentOf, totpKey } from "../key-options.ts";
import { secretFrom } from "../secret-source.ts";

export const verify: Command = {
  help: `\
otp-core verify [SECRET] CODE [options]

Says whether a code is right; if not, why: malformed, mismatch or replayed. The
command has no memory: to refuse a code that was accepted, hand in --after (for
TOTP) or the next --counter (for HOTP), as it says when it accepts one.

${CODE_HELP}
TOTP:
  --after STEP      the last accepted time step; nothing up to it is accepted
  --window N        steps accepted on either side of now: 0 to 10, 1 by default
  --drift N         steps by which the clock of the key is ahead, 0 by default

HOTP:
  --look-ahead N    counters tried after --counter: 0 to 100, 10 by default

The output:
  --json            {"ok":true,"step","drift"}, or {"ok":false,"reason"};
                    HOTP: {"ok":true,"nextCounter"}, the counter as text

Exit codes: 0 accepted, 1 refused, 2 bad use.
`,

  options: { ...CODE_OPTIONS, after: "value", window: "value", drift: "value", "look-ahead": "value" },

  async run(line, surroundings) {
    const code = line.positionals.at(-1);
    const argument = line.positionals.at(-2);
    if (line.positionals.length > 2) throw new BadUse("there are more arguments than SECRET and CODE; quote spaces");
    if (code === undefined || (argument ?? surroundings.env.OTP_SECRET) === undefined) {
      throw new BadUse(
        "SECRET or CODE is missing; the secret may also be - for standard input, or stand in OTP_SECRET",
      );
    }
    const secret = await secretFrom(argument, surroundings);

    const outcome =
      line.text("counter") === undefined ? ofTotp(line, secret, code, surroundings.now) : ofHotp(line, secret, code);
    surroundings.write(line.flag("json") ? json(outcome) : `${sentence(outcome, line)}\n`);
    return outcome.ok ? 0 : 1;
  },
};

type Outcome = TotpOutcome | HotpOutcome<bigint>;

function ofTotp(line: CommandLine, secret: string, code: string, now: () => number): Outcome {
  if (line.text("look-ahead") !== undefined) throw new BadUse("--look-ahead makes no sense without --counter");
  return attemptTotp(totpKey(line, secret), code, {
    after: line.integer("after") ?? null,
    window: line.integer("window"),
    drift: line.integer("drift"),
    now: momentOf(line, now),
  });
}

function ofHotp(line: CommandLine, secret: string, code: string): Outcome {
  line.refuseBeside("counter", ["after", "window", "drift"]);
  const counter = line.bigint("counter") as bigint;
  return attemptHotp(hotpKey(line, secret), code, { counter, lookAhead: line.integer("look-ahead") });
}

function sentence(outcome: Outcome, line: CommandLine): string {
  if (!outcome.ok) return `Refused: ${outcome.reason}. ${why(outcome.reason, line)}`;
  if ("nextCounter" in outcome) return `Accepted. The next counter is ${outcome.nextCounter}.`;
  return `Accepted: step ${outcome.step}, drift ${outcome.drift}. From now on verify with --after ${outcome.step}.`;
}

function why(reason: Extract<Outcome, { ok: false }>["reason"], line: CommandLine): string {
  if (reason === "replayed") return `The code is right, but of no step after ${line.integer("after")}.`;
  if (reason === "malformed") {
    return line.flag("steam")
      ? "A Steam Guard code has 5 characters of 23456789BCDFGHJKMNPQRTVWXY."
      : `A code of this key has ${line.integer("digits") ?? 6} digits.`;
  }
  return line.text("counter") === undefined
    ? "No step within the window has this code."
    : "None of the counters looked at has this code.";
}
