import { BadUse } from "./command-line.ts";
import type { Surroundings } from "./environment.ts";
import { firstLine } from "./standard-input.ts";

/** A secret has at most some hundred characters; this is no place to read a disk. */
const MAX_LINE = 4096;

/**
 * The secret from where the user put it: the argument, or standard input when the argument is `-`, or OTP_SECRET when there is
 * no argument. An argument wins over OTP_SECRET, as it is the one that was written for this command.
 */
export async function secretFrom(argument: string | undefined, surroundings: Surroundings): Promise<string> {
  if (argument === "-") return (await firstLine(surroundings.input, MAX_LINE)).trim();
  const secret = argument ?? surroundings.env.OTP_SECRET;
  if (secret === undefined) {
    throw new BadUse("the secret is missing: an argument, - for standard input, or the variable OTP_SECRET");
  }
  return secret.trim();
}
