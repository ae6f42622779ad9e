import type { HotpParameters, TotpParameters } from "otp-core";
import type { CommandLine } from "./command-line.ts";
import { parseTime } from "./time.ts";

/** What `code`, `verify` and `uri` have in common. */
export const KEY_OPTIONS = {
  algorithm: "value",
  digits: "value",
  period: "value",
  epoch: "value",
  steam: "flag",
  counter: "value",
} as const;

export const SECRET_HELP = `\
SECRET is base32 text; spaces, dashes and lower case do not matter (quote it if
it has spaces). Arguments can be read in the list of processes, so it may come
from elsewhere: with - in its place it is the first line of standard input; left
out, it is the value of OTP_SECRET. The argument wins over that variable.
`;

export const KEY_HELP = `\
The key:
  --algorithm NAME  SHA1 (default), SHA256 or SHA512
  --digits N        6 (default) to 10
  --period N        the time step in seconds: 1 to 86400, 30 by default
  --epoch N         seconds since 1970 from which time steps count, 0 by default
  --steam           five characters, as Steam Guard shows them
`;

/** What `code` and `verify` ask for a code of. */
export const CODE_OPTIONS = { ...KEY_OPTIONS, at: "value", json: "flag" } as const;

export const CODE_HELP = `\
${SECRET_HELP}
${KEY_HELP}\
  --counter N       HOTP instead of TOTP, with this counter: 0 to 2^64 - 1

The moment:
  --at TIME         instead of now: ISO 8601 with zone, as 2026-11-21T07:30:00Z,
                    or milliseconds since 1970 (what looks like seconds is
                    refused)
`;

/** The name may be any text here: the library refuses what is no algorithm, and says which there are. */
function shared(line: CommandLine) {
  return { algorithm: line.text("algorithm") as TotpParameters["algorithm"], digits: line.integer("digits") };
}

export function totpKey(line: CommandLine, secret: string): TotpParameters {
  return {
    secret,
    ...shared(line),
    period: line.integer("period"),
    epoch: line.integer("epoch"),
    encoder: line.flag("steam") ? "steam" : undefined,
  };
}

export function hotpKey(line: CommandLine, secret: string): HotpParameters {
  line.refuseBeside("counter", ["period", "epoch", "steam", "at"]);
  return { secret, ...shared(line) };
}

/** The moment of `--at`, or the present. */
export function momentOf(line: CommandLine, now: () => number): number {
  const at = line.text("at");
  return at === undefined ? now() : parseTime(at);
}
