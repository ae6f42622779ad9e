// `otp-core ocra`: challenges, responses, and whether a response is valid.
import { attemptOcra, challenge, type OcraInput, type OcraOutcome, parseSuite, ocra as respond } from "otp-core/ocra";
import type { Command } from "../command.ts";
import { type CommandLine, UsageError } from "../command-line.ts";
import type { Environment } from "../environment.ts";
import { AT_HELP, momentOf, SECRET_HELP } from "../key-options.ts";
import { secretFrom } from "../key-source.ts";
import { json } from "../output.ts";

export const ocra: Command = {
  help: `\
otp-core ocra SUITE [SECRET] --challenge TEXT [options]
otp-core ocra SUITE --draw

Prints the response to a challenge (OCRA, RFC 6287), or says whether a response
is valid. SUITE is spelt exactly as the token has it, for example
OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1.

${SECRET_HELP}
The input:
  --challenge TEXT  the challenge, or both challenges of a mutual authentication
                    joined: first the other party's, then the signer's own
  --counter N       for suites with C: 0 to 2^64 - 1
  --pin TEXT        for suites with P: the PIN. Default: the value of OTP_PIN
  --session TEXT    for suites with S
${AT_HELP}\
                    Only for suites with T
  --step N          for suites with T, instead of --at: the time step

To check a response:
  --verify CODE     the response that was typed
  --look-ahead N    for suites with C: counters tried after --counter, 0 to 100.
                    Default: 0
  --window N        for suites with T: steps accepted on either side, 0 to 10.
                    Default: 1

To make a challenge:
  --draw            prints a random challenge. Needs no secret

The output:
  --json            {"response"}, {"challenge"}, or with --verify
                    {"ok":true,"nextCounter","step"}, the counter as text, or
                    {"ok":false,"reason"}

Exit codes: 0 all well or accepted, 1 refused, 2 bad use.
`,

  options: {
    challenge: "value",
    counter: "value",
    pin: "value",
    session: "value",
    at: "value",
    step: "value",
    verify: "value",
    "look-ahead": "value",
    window: "value",
    draw: "flag",
    json: "flag",
  },

  async run(line, environment) {
    const [suite, argument, ...more] = line.positionals;
    if (suite === undefined) throw new UsageError("SUITE is missing, for example OCRA-1:HOTP-SHA1-6:QN08");
    if (more.length > 0) throw new UsageError("there are more arguments than SUITE and SECRET; quote spaces");
    if (line.flag("draw")) return draw(line, suite, argument, environment);
    const input = inputOf(line, suite, environment);
    const secret = await secretFrom(argument, environment);

    const code = line.text("verify");
    if (code === undefined) {
      for (const name of ["look-ahead", "window"]) {
        if (line.text(name) !== undefined) throw new UsageError(`--${name} makes no sense without --verify`);
      }
      const response = respond(suite, secret, input);
      environment.write(line.flag("json") ? json({ response }) : `${response}\n`);
      return 0;
    }
    const search = { lookAhead: line.integer("look-ahead"), window: line.integer("window") };
    const outcome = attemptOcra(suite, secret, code, { ...input, ...search });
    environment.write(line.flag("json") ? json(outcome) : `${sentence(outcome)}\n`);
    return outcome.ok ? 0 : 1;
  },
};

function draw(line: CommandLine, suite: string, argument: string | undefined, environment: Environment): 0 {
  line.refuseBeside("draw", ["challenge", "counter", "pin", "session", "at", "step", "verify", "look-ahead", "window"]);
  if (argument !== undefined) throw new UsageError("SECRET makes no sense with --draw");
  const drawn = challenge(suite);
  environment.write(line.flag("json") ? json({ challenge: drawn }) : `${drawn}\n`);
  return 0;
}

function inputOf(line: CommandLine, suite: string, { env, now }: Environment): OcraInput {
  const { pin, period } = parseSuite(suite);
  const text = line.text("challenge");
  if (text === undefined) throw new UsageError("--challenge is missing; --draw makes one");
  if (period === null && line.text("at") !== undefined)
    throw new UsageError("--at makes no sense with a suite without T");
  if (line.text("step") !== undefined) line.refuseBeside("step", ["at"]);
  return {
    challenge: text,
    counter: line.bigint("counter"),
    pin: line.text("pin") ?? (pin === null ? undefined : env.OTP_PIN),
    session: line.text("session"),
    step: line.integer("step"),
    now: momentOf(line, now),
  };
}

function sentence(outcome: OcraOutcome): string {
  if (!outcome.ok) {
    return outcome.reason === "malformed"
      ? "Refused: malformed. This is not a response of the suite."
      : "Refused: mismatch. No counter and no time step that was tried has this response.";
  }
  const { nextCounter, step } = outcome;
  const next = nextCounter === null ? "" : ` The next counter is ${nextCounter}.`;
  const matched = step === null ? "" : ` The time step is ${step}.`;
  return `Accepted.${next}${matched}`;
}
