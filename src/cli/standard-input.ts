import { BadUse } from "./command-line.ts";

/** The first line, and no more is waited for. One of over `max` characters is refused. */
export async function firstLine(input: AsyncIterable<string>, max: number): Promise<string> {
  const text = await read(input, (text) => text.includes("\n") || text.length > max);
  const line = text.split("\n", 1)[0] as string;
  // Cut short it would still be a secret, of wrong codes.
  if (line.length > max) throw new BadUse(`the first line of standard input is over ${max} characters`);
  return line;
}

/** Everything. More than `max` characters are refused. */
export async function allText(input: AsyncIterable<string>, max: number): Promise<string> {
  const text = await read(input, (text) => text.length > max);
  if (text.length > max) throw new BadUse(`standard input is over ${max} characters`);
  return text;
}

/** All lines that are not blank, without the space around them. More than `max` characters in all are refused. */
export async function allLines(input: AsyncIterable<string>, max: number): Promise<string[]> {
  const text = await allText(input, max);
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

async function read(input: AsyncIterable<string>, enough: (text: string) => boolean): Promise<string> {
  let text = "";
  try {
    for await (const chunk of input) {
      text += chunk;
      if (enough(text)) break;
    }
  } catch {
    throw new BadUse("standard input cannot be read");
  }
  return text;
}
