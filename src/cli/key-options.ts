// The options of a key, which several commands have in common.
import { type HotpParameters, type TotpParameters, toAlgorithm } from "otp-core";
import type { CommandLine } from "./command-line.ts";
import { parseTime } from "./time.ts";

/** The options of a key in `code`, `verify`, `uri` and `diagnose`. */
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
from elsewhere: - reads standard input, @FILE reads a file, and without SECRET
it is the value of OTP_SECRET. The argument wins over that variable.
`;

/** For commands that take a key URI in the place of the secret. */
export const KEY_SOURCE_HELP = `\
${SECRET_HELP}\
A key URI (otpauth://...) may stand wherever a secret can, also with the prefix
QR-Code: of zbarimg. It then says everything about the key. Quote it.
`;

export const KEY_HELP = `\
The key:
  --hex             SECRET is hexadecimal
  --algorithm NAME  SHA1, SHA256 or SHA512 in any spelling. Default: SHA1
  --digits N        6 to 10. Default: 6
  --period N        seconds per time step: 1 to 86400. Default: 30
  --epoch N         when step 0 begins, in seconds since 1970. Default: 0
  --steam           five characters, as Steam Guard shows them
`;

/** The options of commands that work with codes. */
export const CODE_OPTIONS = { ...KEY_OPTIONS, hex: "flag", at: "value", json: "flag" } as const;

export const AT_HELP = `\
  --at TIME         instead of now: ISO 8601 with its zone, as in
                    2026-11-21T07:30:00Z; milliseconds since 1970; or with a
                    unit (ms, s, m, h, d): 59s since 1970, -30s or now+1m
`;

export const CODE_HELP = `\
${KEY_SOURCE_HELP}
${KEY_HELP}\
  --counter N       HOTP instead of TOTP, with this counter: 0 to 2^64 - 1

The moment:
${AT_HELP}`;

/** In any spelling. */
function algorithmOf(line: CommandLine): TotpParameters["algorithm"] {
  const name = line.text("algorithm");
  return name === undefined ? undefined : toAlgorithm(name);
}

export function totpParameters(line: CommandLine, secret: string): TotpParameters {
  return {
    secret,
    algorithm: algorithmOf(line),
    digits: line.integer("digits"),
    period: line.integer("period"),
    epoch: line.integer("epoch"),
    encoder: line.flag("steam") ? "steam" : undefined,
  };
}

export function hotpParameters(line: CommandLine, secret: string): HotpParameters {
  line.refuseBeside("counter", ["period", "epoch", "steam", "at"]);
  return { secret, algorithm: algorithmOf(line), digits: line.integer("digits") };
}

/** The moment of `--at`, or the present. */
export function momentOf(line: CommandLine, now: () => number): number {
  const at = line.text("at");
  return at === undefined ? now() : parseTime(at, now());
}
