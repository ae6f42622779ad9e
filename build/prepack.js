// Before `npm pack`: writes the stubs for older tools, and gives every file the same mode. npm keeps the modes of the checkout, which
// differ from machine to machine.
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../check/entry-points.js";
import { stubs, writeStubs } from "./stubs.js";

writeStubs();
const documents = ["package.json", "README.md", "LICENSE", "CHANGELOG.md"];
const built = existsSync(join(root, "dist")) ? readdirSync(join(root, "dist"), { recursive: true }) : [];
for (const file of [...documents, ...stubs.map(({ file }) => file), ...built.map((file) => join("dist", file))]) {
  if (statSync(join(root, file)).isFile()) chmodSync(join(root, file), 0o644);
}
