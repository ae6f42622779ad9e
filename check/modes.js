// `npm pack` keeps the modes of the files, which are those of whoever has checked them out: here they become everybody's.
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./entry-points.js";

const papers = ["package.json", "README.md", "LICENSE", "CHANGELOG.md"];
const built = existsSync(join(root, "dist")) ? readdirSync(join(root, "dist"), { recursive: true }) : [];
for (const file of [...papers, ...built.map((file) => join("dist", file))]) {
  if (statSync(join(root, file)).isFile()) chmodSync(join(root, file), 0o644);
}
