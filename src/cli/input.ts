// Reads standard input and files. Nothing is ever cut off: a part of a secret would give wrong codes.
import { UsageError } from "./command-line.ts";
import type { Environment } from "./environment.ts";

/** A secret has at most some thousand characters. The limit keeps a disk from being read into memory. */
const MAX_SECRET = 65_536;

/** The text of standard input, or of a file for `@FILE`. On a terminal it ends with the first line. */
export async function readInput(argument: string, environment: Environment, max = MAX_SECRET): Promise<string> {
  const isFile = argument !== "-";
  const text = isFile
    ? await environment.readFile(argument.slice(1)).catch(() => {
        throw new UsageError("the file behind @ cannot be read");
      })
    : await readStandardInput(environment, max);
  if (text.length > max) throw new UsageError(`${isFile ? "the file" : "standard input"} is over ${max} characters`);
  return text;
}

/** The lines that are not blank, without the white space around them. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/**
 * The secret or the key URI of a text. A secret may be wrapped into several lines. A file `.google_authenticator` begins with
 * the secret, and its other lines begin with a quote or are one-time codes.
 */
export function secretOf(text: string): string {
  const [first = "", ...more] = linesOf(text);
  if (more[0]?.startsWith('" ')) return first;
  if (more.length > 0 && /^(?:QR-Code:)?[a-z-]+:/i.test(first)) {
    throw new UsageError(`the input has ${more.length + 1} lines, and a key URI is one line`);
  }
  return [first, ...more].join(" ");
}

async function readStandardInput({ input, inputIsTerminal }: Environment, max: number): Promise<string> {
  const oneLine = inputIsTerminal();
  let text = "";
  try {
    for await (const chunk of input) {
      text += chunk;
      if (text.length > max || (oneLine && text.includes("\n"))) break;
    }
  } catch {
    throw new UsageError("standard input cannot be read");
  }
  return text;
}
