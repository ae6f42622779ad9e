// The benchmark: `npm run bench`, or one section of it with `npm run bench -- speed`.
import { installRivals } from "./install.js";
import { printTargets } from "./targets.js";

const SECTIONS = {
  speed: async () => (await import("./speed/run.js")).speed(),
  uri: async () => (await import("./uri/run.js")).uri(),
  embedding: async () => (await import("./embedding/run.js")).embedding(),
  timing: async () => (await import("./timing/run.js")).timing(),
  allocation: async () => (await import("./allocation/run.js")).allocation(),
  import: async () => (await import("./import/run.js")).importTime(),
  size: async () => (await import("./size/run.js")).size(),
  store: async () => (await import("./store/run.js")).store(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) {
  console.error(`No section ${unknown.join(", ")}; there are ${Object.keys(SECTIONS).join(", ")}.`);
  process.exit(2);
}

const versions = Object.entries(installRivals()).map((rival) => rival.join(" "));
console.log(`Node ${process.versions.node}, with ${versions.join(", ")}.`);

const targets = [];
for (const name of asked.length > 0 ? asked : Object.keys(SECTIONS)) {
  console.log(`\n## ${name}\n`);
  targets.push(...(await SECTIONS[name]()));
}
printTargets(targets);
