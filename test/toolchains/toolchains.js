// Every toolchain: which package it is, how its project looks, and how the report of the program comes out of it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNode, toolFile, tools } from "./project.js";

const NODE = { node: true };
const NO_NODE = { node: false };
const COMMONJS = {
  compilerOptions: { target: "es2020", module: "commonjs", strict: true, types: [], skipLibCheck: false },
};
/** Prints the report of a program that is a CommonJS module. */
const PRINT = 'require("./program").report.then(console.log)';
const MARK = "report: ";
const JEST_TEST = (suffix) => `import { report } from "./program${suffix}";
it("runs", async () => { console.log("${MARK}" + (await report)); });
`;

const transpile = (source, module) => {
  const ts = tools("typescript");
  const compilerOptions = { target: ts.ScriptTarget.ES2020, module: ts.ModuleKind[module] };
  return ts.transpileModule(source, { compilerOptions }).outputText;
};
const reportIn = (printed) => {
  const line = printed.split("\n").find((line) => line.includes(MARK));
  if (line === undefined) throw new Error(`it prints no report: ${printed.slice(-2000)}`);
  return line.slice(line.indexOf(MARK) + MARK.length);
};

const typescript = {
  name: "TypeScript, module commonjs",
  tool: "typescript",
  ...NODE,
  files: (program) => ({
    "program.ts": program,
    "print.js": PRINT,
    "tsconfig.json": { ...COMMONJS, files: ["program.ts"] },
  }),
  async run(folder) {
    await runNode(folder, [toolFile("typescript/bin/tsc"), "-p", "."]);
    return runNode(folder, ["print.js"]);
  },
};

const tsNode = {
  name: "ts-node",
  tool: "ts-node",
  ...NODE,
  files: (program) => ({
    "program.ts": program,
    "print.ts": `${PRINT.replace("require", "declare const require: any; require")}`,
    "tsconfig.json": COMMONJS,
  }),
  run: (folder) => runNode(folder, [toolFile("ts-node/dist/bin.js"), "print.ts"]),
};

const tsJest = {
  name: "Jest 29, ts-jest",
  tool: "ts-jest",
  ...NODE,
  files: (program) => ({
    "program.ts": program,
    "program.test.ts": `declare const it: any; declare const console: any;\n${JEST_TEST("")}`,
    "tsconfig.json": COMMONJS,
    "jest.config.json": { transform: { "\\.ts$": toolFile("ts-jest/dist/index.js") }, testEnvironment: "node" },
  }),
  run: async (folder) =>
    reportIn(await runNode(folder, [toolFile("jest/bin/jest.js"), "--no-cache", "--silent=false"])),
};

const jest27 = {
  name: "Jest 27",
  tool: "jest27",
  ...NODE,
  files: (program) => ({
    "program.js": transpile(program, "CommonJS"),
    "program.test.js": transpile(JEST_TEST(""), "CommonJS"),
    "jest.config.json": { transform: {}, testEnvironment: "node" },
  }),
  run: async (folder) =>
    reportIn(await runNode(folder, [toolFile("jest27/bin/jest.js"), "--no-cache", "--silent=false"])),
};

/** Metro bundles for React Native. The bundle runs without anything of Node. */
const metro = (name, tool, transformer, preset) => ({
  name,
  tool,
  ...NO_NODE,
  files: (program) => ({
    "program.js": transpile(program, "ESNext"),
    "index.js": 'import { report } from "./program"; globalThis.report = report;',
    "babel.config.js": `module.exports = { presets: [[${JSON.stringify(toolFile(preset))}, { enableBabelRuntime: false }]] };`,
    "package.json": {},
  }),
  async run(folder) {
    const script = `
      const { dirname } = require("node:path");
      const runtime = dirname(require.resolve("metro-runtime/package.json", { paths: [${JSON.stringify(toolFile(tool))}] }));
      const metro = require(${JSON.stringify(toolFile(tool))});
      (async () => {
        const config = await metro.loadConfig({}, {
          projectRoot: ${JSON.stringify(folder)},
          watchFolders: [runtime],
          reporter: { update() {} },
          transformer: { babelTransformerPath: ${JSON.stringify(toolFile(transformer))} },
          cacheStores: [],
          maxWorkers: 1,
          resetCache: true,
          resolver: { useWatchman: false, extraNodeModules: { "metro-runtime": runtime } },
        });
        await metro.runBuild(config, { entry: "index.js", out: "bundle.js", minify: false, dev: false, platform: "android" });
        process.exit();
      })().catch((error) => { console.error(error); process.exit(1); });`;
    writeFileSync(join(folder, "build.cjs"), script);
    await runNode(folder, ["build.cjs"]);
    return runNode(folder, ["-e", 'require("./bundle.js"); report.then(console.log)']);
  },
});

const parcel = {
  name: "Parcel 2",
  tool: "parcel",
  ...NODE,
  files: (program) => ({
    "program.js": transpile(program, "ESNext"),
    "index.js": 'import { report } from "./program"; report.then(console.log);',
    "package.json": {
      targets: { main: { context: "node", includeNodeModules: true, distDir: "built", engines: { node: ">= 18" } } },
      main: "built/index.js",
    },
  }),
  async run(folder) {
    const args = [toolFile("parcel/lib/bin.js"), "build", "index.js", "--no-cache", "--no-autoinstall"];
    await runNode(folder, args, { PARCEL_WORKERS: "0" });
    return runNode(folder, ["built/index.js"]);
  },
};

const babel = {
  name: "Babel without targets",
  tool: "@babel/preset-env",
  ...NODE,
  files: (program) => ({ "program.js": transpile(program, "CommonJS") }),
  async run(folder) {
    const { transformFileSync } = tools("@babel/core");
    const presets = [[tools.resolve("@babel/preset-env")]];
    const lower = (file) => {
      const { code } = transformFileSync(file, {
        presets,
        sourceType: "script",
        babelrc: false,
        configFile: false,
        compact: false,
      });
      writeFileSync(file, code);
    };
    for (const file of commonJsFiles(folder)) lower(file);
    return runNode(folder, ["-e", PRINT]);
  },
};

const eslint = {
  name: "ESLint, eslint-plugin-import",
  tool: "eslint-plugin-import",
  ...NODE,
  files: (program) => ({ "program.js": transpile(program, "ESNext") }),
  async run(folder) {
    const { ESLint } = tools("eslint");
    const linter = new ESLint({
      cwd: folder,
      useEslintrc: false,
      resolvePluginsRelativeTo: toolFile(".."),
      overrideConfig: {
        plugins: ["import"],
        parserOptions: { ecmaVersion: 2022, sourceType: "module" },
        settings: { "import/resolver": { [toolFile("eslint-import-resolver-node/index.js")]: {} } },
        rules: { "import/no-unresolved": "error", "import/named": "error", "import/namespace": "error" },
      },
    });
    const [{ messages }] = await linter.lintFiles(["program.js"]);
    if (messages.length > 0)
      throw new Error(messages.map(({ line, message }) => `line ${line}: ${message}`).join("\n"));
    writeFileSync(join(folder, "program.cjs"), transpile(readFileSync(join(folder, "program.js"), "utf8"), "CommonJS"));
    return runNode(folder, ["-e", PRINT.replace("program", "program.cjs")]);
  },
};

/** The CommonJS files of the package, which are what these tools find. */
function commonJsFiles(folder) {
  const dist = join(folder, "node_modules/otp-core/dist");
  return readdirSync(dist, { recursive: true })
    .filter((file) => file.endsWith(".cjs"))
    .map((file) => join(dist, file));
}

export const TOOLCHAINS = [
  typescript,
  tsNode,
  tsJest,
  jest27,
  metro(
    "Metro 0.76, as in React Native 0.72",
    "metro076",
    "metro-react-native-babel-transformer",
    "metro-react-native-babel-preset",
  ),
  metro(
    "Metro 0.81, as in React Native 0.76",
    "metro",
    "@react-native/metro-babel-transformer",
    "@react-native/babel-preset",
  ),
  parcel,
  babel,
  eslint,
];
