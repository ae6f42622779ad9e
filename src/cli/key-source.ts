// Makes a key of the argument SECRET and of the options of the key.
import {
  decodeBase32,
  encodeBase32,
  type HotpParameters,
  inspectUri,
  isOtpError,
  type TotpParameters,
  type UriKey,
} from "otp-core";
import { type CommandLine, UsageError } from "./command-line.ts";
import type { Environment } from "./environment.ts";
import { readInput, secretOf } from "./input.ts";
import { hotpParameters, KEY_OPTIONS, totpParameters } from "./key-options.ts";
import { problemText } from "./output.ts";

/** A key whose codes are asked for, and for HOTP its counter. */
export type CodeKey =
  | { readonly type: "totp"; readonly parameters: TotpParameters }
  | { readonly type: "hotp"; readonly parameters: HotpParameters; readonly counter: bigint };

const MISSING = "the secret is missing: an argument, - for standard input, @FILE, or the variable OTP_SECRET";

/**
 * The text of SECRET from where the user put it: the argument itself, standard input for `-`, a file for `@FILE`, or OTP_SECRET if
 * the argument is missing. An argument wins over OTP_SECRET, because it was written for this command.
 */
export async function secretText(argument: string | undefined, environment: Environment): Promise<string> {
  if (argument === "-" || argument?.startsWith("@")) return secretOf(await readInput(argument, environment));
  const text = argument ?? environment.env.OTP_SECRET;
  if (text === undefined) throw new UsageError(MISSING);
  return text.trim();
}

/** A secret as base32, for commands that take no key URI. */
export async function secretFrom(argument: string | undefined, environment: Environment): Promise<string> {
  return checkSecret(await secretText(argument, environment));
}

/** The key of SECRET: with a key URI everything but the moment comes from the URI, else from the options. */
export async function keyFrom(
  line: CommandLine,
  argument: string | undefined,
  environment: Environment,
): Promise<CodeKey> {
  const text = await secretText(argument, environment);
  const counter = line.bigint("counter");
  const read = uriKeyFrom(line, text, environment);
  if (read === undefined) {
    const secret = secretOfLine(line, text);
    if (counter === undefined) return { type: "totp", parameters: totpParameters(line, secret) };
    return { type: "hotp", parameters: hotpParameters(line, secret), counter };
  }
  if (read.type === "hotp") {
    line.refuseWith("a HOTP key", ["at", "watch"]);
    return { type: "hotp", parameters: read, counter: counter ?? BigInt(read.counter ?? 0) };
  }
  if (counter !== undefined) throw new UsageError("--counter makes no sense with a key URI of TOTP");
  return { type: "totp", parameters: read };
}

/** The arguments SECRET and CODE. Without SECRET it is the variable OTP_SECRET. */
export async function keyAndCodeFrom(
  line: CommandLine,
  environment: Environment,
): Promise<{ readonly key: CodeKey; readonly code: string }> {
  const code = line.positionals.at(-1);
  const argument = line.positionals.at(-2);
  if (line.positionals.length > 2) {
    throw new UsageError("there are more arguments than SECRET and CODE; quote spaces");
  }
  if (code === undefined || (argument ?? environment.env.OTP_SECRET) === undefined) {
    throw new UsageError("SECRET or CODE is missing; the secret may also be -, @FILE or the variable OTP_SECRET");
  }
  return { key: await keyFrom(line, argument, environment), code };
}

/** The key of a key URI, or undefined if the text is not one. Problems that could change the codes are printed. */
export function uriKeyFrom(line: CommandLine, text: string, environment: Environment): UriKey | undefined {
  const uri = withoutPrefix(text);
  if (/^otpauth-migration:/i.test(uri)) {
    throw new UsageError("this is a transfer of Google Authenticator, and otp-core migrate reads it");
  }
  if (!/^[a-z][a-z-]*:\/\//i.test(uri)) return undefined;
  line.refuseWith(
    "a key URI",
    ["hex", ...Object.keys(KEY_OPTIONS)].filter((name) => name !== "counter"),
  );
  const { key, problems } = inspectUri(uri);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (key === null) throw new UsageError(`the key URI is not readable: ${errors[0]?.message}`);
  for (const problem of problems) {
    if (problem.severity === "error" || problem.code === "parameter-spelling") environment.warn(problemText(problem));
  }
  return key;
}

/** zbarimg writes `QR-Code:` before what it reads. */
export function withoutPrefix(text: string): string {
  return text.trim().replace(/^QR-Code:\s*/i, "");
}

/** SECRET as base32: read as hexadecimal if `--hex` says so. */
export function secretOfLine(line: CommandLine, text: string): string {
  if (!line.flag("hex")) return checkSecret(text);
  const digits = text.replace(/^0x/i, "").replace(/[\s:-]/g, "");
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) throw new UsageError("the secret must be pairs of hexadecimal digits");
  return encodeBase32(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

/** Base32 as it is. If it cannot be read, the most likely reason is named. */
function checkSecret(text: string): string {
  try {
    decodeBase32(text);
  } catch (error) {
    if (!isOtpError(error)) throw error;
    if (/^[0-9 ]{5,12}$/.test(text)) throw new UsageError("the secret must be base32; the order is SECRET CODE");
    const hex = text.replace(/^0x/i, "").replace(/[\s:-]/g, "");
    if (/^[0-9a-f]{16,}$/i.test(hex)) throw new UsageError("the secret must be base32; --hex reads hexadecimal");
  }
  return text;
}
