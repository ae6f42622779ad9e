// Every runtime of the matrix: where it is found, what it must have, and how the project runs on it.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInBrowser } from "./browser.js";
import { bundleHermes, bundleModules, bundleScript } from "./bundle.js";
import { reportOf, run, versionOf } from "./process.js";

const modules = fileURLToPath(new URL("node_modules", import.meta.url));

/** The runtime is not on this machine; the message says what would bring it. */
export class Missing extends Error {}

function existing(path, remedy) {
  if (path === undefined || !existsSync(path)) throw new Missing(remedy);
  return path;
}
const installed = (path) => existing(join(modules, path), "`npm ci` in test/runtimes, on Linux x64");
const ofSystem = (path, packages) => existing(path, `apt-get install ${packages}`);

const ALL = ["random", "subtle", "node"];
const WEB = ["random", "subtle"];

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
      const embedded = files.map((file) => `(name = "${file}", esModule = embed "worker/${file}")`);
      const worker = `modules = [${["worker.js", ...files.filter((file) => file !== "worker.js")]
        .map((file) => embedded[files.indexOf(file)])
        .join(", ")}], compatibilityDate = "2025-01-01", compatibilityFlags = ${JSON.stringify(flags)}`;
      const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "suite", worker = (${worker}))]);`;
      writeFileSync(join(folder, "workerd.capnp"), config);
      return reportOf(await run(find(), ["test", "workerd.capnp"], { cwd: folder }));
    },
  };
};

const browser = (name, find, open, version = versionOf) => ({
  name,
  has: WEB,
  version: () => version(find()),
  report: ({ folder }) => {
    mkdirSync(join(folder, "profile"), { recursive: true });
    return runInBrowser((address, profile) => open(find(), address, profile), folder);
  },
});

const chromium = browser(
  "Chromium",
  () => ofSystem("/usr/bin/chromium", "chromium"),
  (path, address, profile) => [
    path,
    ..."--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(" "),
    ..."--disable-component-update --disable-sync --disable-dev-shm-usage".split(" "),
    `--user-data-dir=${profile}`,
    address,
  ],
);

const firefox = browser(
  "Firefox",
  () => ofSystem("/usr/bin/firefox-esr", "firefox-esr"),
  (path, address, profile) => {
    const quiet = [
      "app.update.enabled",
      "datareporting.policy.dataSubmissionEnabled",
      "network.captive-portal-service.enabled",
    ];
    const lines = quiet.map((name) => `user_pref("${name}", false);\n`);
    writeFileSync(join(profile, "user.js"), lines.join(""));
    return [path, "--headless", "--no-remote", "--profile", profile, address];
  },
);

const webkit = browser(
  "WebKitGTK",
  () => {
    ofSystem("/usr/bin/xvfb-run", "xvfb xauth");
    const folders = readdirSync("/usr/lib").map((triple) => `/usr/lib/${triple}/webkit2gtk-4.1/MiniBrowser`);
    return ofSystem(folders.find(existsSync), "webkit2gtk-driver");
  },
  (path, address) => ["/usr/bin/xvfb-run", "-a", path, address],
  (path) => versionOf("/usr/bin/xvfb-run", ["-a", path, "--version"]),
);

const hermes = {
  name: "Hermes",
  has: [],
  find: () => installed("hermes-engine-cli/linux64-bin/hermes"),
  version: () => packageVersion("hermes-engine-cli"),
  report: async ({ folder }) => reportOf(await run(hermes.find(), [await bundleHermes(folder)], { cwd: folder })),
};

const quickjs = {
  name: "QuickJS",
  has: [],
  version: () => `${packageVersion("quickjs-emscripten")} (quickjs-emscripten)`,
  report: async ({ folder }) => {
    const script = await bundleScript(folder, "es2020");
    const entry = fileURLToPath(new URL("quickjs.js", import.meta.url));
    return reportOf(await run(process.execPath, [entry, script], { cwd: folder }));
  },
};

const packageVersion = (name) => JSON.parse(readFileSync(installed(`${name}/package.json`), "utf8")).version;

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
  workerd("workerd", WEB, []),
  workerd("workerd, nodejs_compat", ALL, ["nodejs_compat"]),
  hermes,
  quickjs,
  chromium,
];

/** What is large to get and runs the same engine as nothing above. */
export const OTHERS = [firefox, webkit];
