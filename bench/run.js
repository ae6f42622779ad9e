// `npm run bench`: all sections. `npm run bench -- speed import`: some of them.
// `npm run bench -- scale`: a Redis Cluster, PostgreSQL behind PgBouncer, and ten million records, for half an hour.
// `npm run bench -- studies`: longer measurements that answer one question each.
// `npm run bench -- compare OLD NEW`: two builds of the library in one interleaved run.
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
const OTHERS = {
  scale: async () => (await import("./scale/run.js")).scale(),
  studies: async () => (await import("./studies/run.js")).studies(),
  compare: async () => (await import("./compare/run.js")).compare(folders),
};

const [first, ...folders] = process.argv.slice(2);
const asked = first === "compare" ? ["compare"] : process.argv.slice(2);
const known = { ...SECTIONS, ...OTHERS };
const unknown = asked.filter((name) => !(name in known));
if (unknown.length > 0) {
  console.error(`unknown section ${unknown.join(", ")}; expected ${Object.keys(known).join(", ")}`);
  process.exit(2);
}

const versions = Object.entries(installRivals()).map((rival) => rival.join(" "));
console.log(`Node ${process.versions.node}, with ${versions.join(", ")}.`);

const targets = [];
for (const name of asked.length > 0 ? asked : Object.keys(SECTIONS)) {
  console.log(`\n## ${name}\n`);
  targets.push(...(await known[name]()));
}
printTargets(targets);
