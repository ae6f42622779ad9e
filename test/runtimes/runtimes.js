// Every runtime of the matrix: what it must have, and how the project runs on it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, firefox, webkit } from "./browsers.js";
import { bundleHermes, bundleModules, bundleScript } from "./bundle.js";
import { installed, packageVersion } from "./find.js";
import { reportOf, run, versionOf } from "./process.js";

const ALL = ["random", "subtle", "node"];

/** What runs a file and prints. */
const command = (name, has, find, args, env) => ({
  name,
  has,
  version: () => versionOf(find()),
  report: async ({ folder }) => reportOf(await run(find(), args, { cwd: folder, env })),
});

function node(major, has, flags = []) {
  const find = () => {
    if (process.version.startsWith(`v${major}.`)) return process.execPath;
    return installed(`node${major}/bin/node`);
  };
  // Node 18 has no such flag, because it cannot; from 20.19 on the others can and must not need it.
  const alone = major === 18 ? [] : ["--no-experimental-require-module"];
  const name = ["Node", major, ...flags].join(" ");
  return [
    command(name, has, find, [...flags, "module.js"]),
    command(`${name}, require`, has, find, [...flags, ...alone, "require.cjs"]),
  ];
}

const workerd = (name, has, flags) => {
  const find = () => installed("@cloudflare/workerd-linux-64/bin/workerd");
  return {
    name,
    has,
    version: () => versionOf(find()),
    async report({ folder }) {
      const files = await bundleModules(folder);
      const modules = files.map((file) => `(name = "${file}", esModule = embed "worker/${file}")`).join(", ");
      const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "suite", worker = (
  modules = [${modules}], compatibilityDate = "2025-01-01", compatibilityFlags = ${JSON.stringify(flags)}
))]);`;
      writeFileSync(join(folder, "workerd.capnp"), config);
      return reportOf(await run(find(), ["test", "workerd.capnp"], { cwd: folder }));
    },
  };
};

/** An engine without any platform, as it is and with a polyfilled `crypto.getRandomValues`. */
const bare = (name, from, run) =>
  [[], ["random"]].map((has) => ({
    name: has.length === 0 ? name : `${name}, crypto polyfilled`,
    has,
    version: () => packageVersion(from),
    report: (project) => run(project.folder, has.length === 0 ? "engine.js" : "engine-polyfilled.js"),
  }));

const hermes = bare("Hermes", "hermes-engine-cli", async (folder, entry) => {
  const engine = installed("hermes-engine-cli/linux64-bin/hermes");
  return reportOf(await run(engine, [await bundleHermes(folder, entry)], { cwd: folder }));
});

const quickjs = bare("QuickJS", "quickjs-emscripten", async (folder, entry) => {
  const host = fileURLToPath(new URL("./quickjs.js", import.meta.url));
  return reportOf(await run(process.execPath, [host, await bundleScript(folder, entry, "es2020")], { cwd: folder }));
});

/** What runs each time. */
export const CHEAP = [
  ...node(18, ["node"]),
  ...node(18, ALL, ["--experimental-global-webcrypto"]),
  ...[20, 22, 24, 26].flatMap((major) => node(major, ALL)),
  // No permission is given: the package asks for none.
  command(
    "Deno",
    ALL,
    () => installed("@deno/linux-x64-glibc/deno"),
    ["run", "--no-prompt", "--cached-only", "module.js"],
    {
      DENO_DIR: ".deno",
      DENO_NO_UPDATE_CHECK: "1",
    },
  ),
  command("Bun", ALL, () => installed("@oven/bun-linux-x64/bin/bun"), ["run", "--no-install", "module.js"]),
  workerd("workerd", ["random", "subtle"], []),
  workerd("workerd, nodejs_compat", ALL, ["nodejs_compat"]),
  ...hermes,
  ...quickjs,
  chromium,
];

/** What is large to get. */
export const OTHERS = [firefox, webkit];
