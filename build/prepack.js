// Before `npm pack`: writes the stubs for older tools, and gives every file the same mode. npm keeps the modes of the checkout, which
// differ from machine to machine.
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../check/entry-points.js";
import { stubs, writeStubs } from "./stubs.js";

writeStubs();
const documents = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"];
const filesIn = (folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file))
    : [];
for (const file of [...documents, ...stubs.map(({ file }) => file), ...filesIn("guides"), ...filesIn("dist")]) {
  if (statSync(join(root, file)).isFile()) chmodSync(join(root, file), 0o644);
}
