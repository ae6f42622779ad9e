// Two processes that each draw a pepper where their module loads do not accept each other's codes. A reader copies what an example does.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

const filesOf = (folder: string, ending: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => ending.test(file) && !file.includes("node_modules"))
    .map((file) => join(folder, file));

const places = [
  "README.md",
  ...filesOf("guides", /\.md$/),
  ...filesOf("examples", /\.[jt]s$/),
  ...filesOf("src", /\.ts$/),
];

const DRAW = String.raw`[^;\n]*\b(?:getRandomValues|randomBytes|generateSecret)\(`;

/** The peppers that a text draws: in their own line, or by a name that was given to drawn bytes before. */
function drawnPeppers(text: string): string[] {
  const lines = text.match(new RegExp(`\\bpepper\\b\\s*[:=]${DRAW}`, "gi")) ?? [];
  const names = [...text.matchAll(new RegExp(`\\bconst (\\w+) =${DRAW}`, "g"))].map(([, name]) => name);
  const uses = names.flatMap((name) => text.match(new RegExp(`\\bpepper: \\[?${name}\\b`, "gi")) ?? []);
  return [...lines, ...uses];
}

describe("the peppers of examples", () => {
  it("are in many files", () => {
    expect(places.filter((file) => /\bpepper: /.test(readFileSync(join(root, file), "utf8"))).length).toBeGreaterThan(
      8,
    );
  });

  it.each([
    "const pepper = crypto.getRandomValues(new Uint8Array(32));",
    "createPasscodes({ store, pepper: randomBytes(32) });",
    "const bytes = randomBytes(32);\ncreatePasscodes({ store, pepper: bytes });",
    "const older = randomBytes(32);\ncreatePasscodes({ store, pepper: [older] });",
  ])("would be found if they were drawn: %s", (text) => expect(drawnPeppers(text)).toHaveLength(1));

  it.each(places)("are not drawn where the module loads: %s (field F4)", (file) => {
    expect(drawnPeppers(readFileSync(join(root, file), "utf8"))).toEqual([]);
  });
});
