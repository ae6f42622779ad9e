// Two clean checkouts of the last commit, as different as two machines make them, have to give the same tarball, byte for byte:
// another folder, another age of the files, another umask, another time zone and language. Says which file differs, if one does.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { conclude } from "./conclude.js";
import { root } from "./entry-points.js";

const MACHINES = [
  { folder: "a", umask: "022", age: "200001010000", env: { TZ: "UTC", LC_ALL: "C" } },
  { folder: "another place/b", umask: "077", age: "202001010000", env: { TZ: "Asia/Tokyo", LC_ALL: "C.UTF-8" } },
];
const SCRIPT = `
umask "$2" && git -C "$1" archive HEAD | tar -x --no-same-permissions && ln -s "$1/node_modules" node_modules &&
find . -type f -exec touch -t "$3" {} + && npm run --silent build && npm pack --silent --pack-destination .`;

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function pack({ folder, umask, age, env }, place) {
  const cwd = join(place, folder);
  mkdirSync(cwd, { recursive: true });
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 28 };
  const { stdout } = await promisify(execFile)("sh", ["-c", SCRIPT, "sh", root, umask, age], options);
  return readFileSync(join(cwd, stdout.trim()));
}

/** The headers and contents of a tar archive, by the name of the file. */
function entries(tarball) {
  const tar = gunzipSync(tarball);
  const found = new Map();
  for (let at = 0; tar[at] !== undefined && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + 512);
    const field = (from, to) => header.toString("latin1", from, to).replace(/\0.*/, "");
    const end = at + 512 + Math.ceil(Number.parseInt(field(124, 136), 8) / 512) * 512;
    found.set(field(0, 100), sha256(tar.subarray(at, end)));
    at = end;
  }
  return found;
}

const place = mkdtempSync(join(tmpdir(), "otp-core-reproducible-"));
try {
  const [first, second] = await Promise.all(MACHINES.map((machine) => pack(machine, place)));
  console.log(`${sha256(first)}  ${first.length} bytes`);
  const problems = [];
  if (!first.equals(second)) {
    const [one, other] = [entries(first), entries(second)];
    problems.push("the tarballs of two checkouts differ");
    for (const name of new Set([...one.keys(), ...other.keys()])) {
      if (one.get(name) !== other.get(name)) problems.push(`${name} differs`);
    }
    if (String([...one.keys()]) !== String([...other.keys()])) problems.push("the order of the files differs");
  }
  conclude(problems);
} finally {
  rmSync(place, { recursive: true, force: true });
}
