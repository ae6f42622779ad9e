import { spawnSync } from "node:child_process";
import { expect } from "vitest";

/** The modules of a drawing row by row, true for dark. */
export type Modules = readonly (readonly boolean[])[];

/** What is read back with `zbarimg`, a program of others, wherever it is installed (Debian: `apt-get install zbar-tools`). */
export const zbarInstalled = spawnSync("zbarimg", ["--version"]).status === 0;

/** White on black, whatever the colours of the terminal are. */
const COLOURS = "\x1b[38;5;231;48;5;16m";
const RESET = "\x1b[0m";

/** What stands above the URIs, line by line, and what else was printed. */
export function parted(output: string): { readonly drawing: readonly string[]; readonly rest: string } {
  const lines = output.split("\n");
  const isDrawn = (line: string) => line.startsWith("\x1b");
  return { drawing: lines.filter(isDrawn), rest: lines.filter((line) => !isDrawn(line)).join("\n") };
}

/** Lines of half blocks, painted white on black. What is no such drawing fails the test. */
export function modulesOfTerminal(drawing: readonly string[]): Modules {
  return drawing.flatMap((line) => {
    const blocks = [...line.slice(COLOURS.length, -RESET.length)];
    expect(line).toBe(`${COLOURS}${blocks.join("")}${RESET}`);
    expect(blocks.join("")).toMatch(/^[ ▀▄█]+$/);
    return [blocks.map((block) => !"▀█".includes(block)), blocks.map((block) => !"▄█".includes(block))];
  });
}

const SVG =
  /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 (\d+) \1"><rect fill="white" width="\1" height="\1"\/><path fill="black" d="((?:M\d+,\d+h10v10h-10z)+)"\/><\/svg>\n$/;

/** Black squares of 10 on a white ground. What is no such picture fails the test. */
export function modulesOfSvg(svg: string): Modules {
  expect(svg).toMatch(SVG);
  const [, width, path = ""] = SVG.exec(svg) ?? [];
  const size = Number(width) / 10;
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y] of path.matchAll(/M(\d+),(\d+)/g)) (rows[Number(y) / 10] as boolean[])[Number(x) / 10] = true;
  return rows;
}

/** The text of the QR code, as a camera would read it. */
export function scanned(modules: Modules): string {
  const SCALE = 4;
  const repeated = <T>(values: readonly T[]) => values.flatMap((value) => Array<T>(SCALE).fill(value));
  const rows = repeated(modules.map((row) => repeated(row.map((dark) => (dark ? "1" : "0"))).join(" ")));
  const bitmap = `P1\n${(modules[0] ?? []).length * SCALE} ${rows.length}\n${rows.join("\n")}\n`;
  const { stdout, stderr, status } = spawnSync("zbarimg", ["--quiet", "--nodbus", "--raw", "PBM:-"], {
    input: bitmap,
    encoding: "utf8",
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.replace(/\n$/, "");
}
