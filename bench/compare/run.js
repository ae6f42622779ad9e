import { child } from "../child.js";
import { LAUNCHES, launchTimes } from "../import/launch.js";
import { table } from "../table.js";
import { findBuild } from "./build.js";

const ROUNDS = 120;
/** Two measurements of the same build differ by so much. */
const NOISE = 1.05;

/** Compares two builds of the library: folders with a `package.json` and its `dist`. */
export async function compare([old, current]) {
  if (current === undefined) throw new Error("give two folders, each with a package.json and a dist: compare OLD NEW");
  const rows = [];
  for (const algorithm of ["SHA1", "SHA256", "SHA512"]) {
    const results = await child("compare/process.js", [algorithm, String(ROUNDS), old, current]);
    for (const [name, [before, after]] of Object.entries(results)) {
      rows.push([`${name}, ${algorithm}`, before.toFixed(2), after.toFixed(2), after / before]);
    }
  }
  const slower = rows.filter(([, , , ratio]) => ratio > NOISE).map(([name]) => name);
  print(["µs a call", "old", "new", "new / old"], rows);
  console.log("");
  const imports = importRows(old, current);
  print([`import, ms over an empty file (fastest of ${LAUNCHES})`, "old", "new", "new / old"], imports);
  return [
    {
      what: "no operation slower than before",
      wanted: `at most ${NOISE} of before`,
      got: slower.length === 0 ? "none" : slower.join("; "),
      reached: slower.length === 0,
    },
  ];
}

function print(head, rows) {
  console.log(
    table(
      head,
      rows.map((row) => [...row.slice(0, 3), row[3].toFixed(2)]),
    ),
  );
}

function importRows(...folders) {
  const builds = folders.map((folder) => findBuild("", folder));
  const kinds = [
    ["otp-core", "esm"],
    ["otp-core", "cjs"],
    ["otp-core/guard", "esm"],
  ];
  const empty = { imports: ["node:fs"], cwd: builds[0].folder };
  const contenders = kinds.flatMap(([name, format]) =>
    builds.map(({ folder }) => ({ imports: [name], format, cwd: folder })),
  );
  const [esm, cjs, ...times] = launchTimes([{ ...empty, format: "esm" }, { ...empty, format: "cjs" }, ...contenders]);
  return kinds.map(([name, format], i) => {
    const base = format === "esm" ? esm : cjs;
    const [before, after] = [times[2 * i] - base, times[2 * i + 1] - base];
    return [`${name}, ${format === "esm" ? "import" : "require"}`, before.toFixed(1), after.toFixed(1), after / before];
  });
}
