// The library has to survive what build tools make of it. `**` on a BigInt becomes `Math.pow`, which throws; private methods and
// `#name in object` stop Babel as React Native 0.72 sets it up. So the source has neither, and the build is lowered to ES2015 and run.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { build } from "esbuild";
import ts from "typescript";
import { conclude } from "./conclude.js";
import { entryPoints, root } from "./entry-points.js";

const problems = [...refusedSyntax()];
for (const entry of entryPoints) {
  try {
    await runLowered(entry);
  } catch (error) {
    problems.push(`${entry.name}, lowered to ES2015: ${error}`);
  }
}
conclude(problems);

/** Expressions in `src` that a build tool refuses or breaks. The command is not built by others. */
function* refusedSyntax() {
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = readdirSync(join(root, "src"), { recursive: true })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("cli"))
    .map((file) => join(root, "src", file));
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const isBigint = (node) => (checker.getTypeAtLocation(node).flags & ts.TypeFlags.BigIntLike) !== 0;
  for (const file of files) {
    const source = program.getSourceFile(file);
    const found = [];
    const visit = (node) => {
      if (ts.isBinaryExpression(node)) {
        const { kind } = node.operatorToken;
        const power =
          kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
        if (power && (isBigint(node.left) || isBigint(node.right))) found.push([node, "`**` on a BigInt"]);
        if (ts.isPrivateIdentifier(node.left)) found.push([node, "`#name in object`"]);
      }
      const isMethod = ts.isMethodDeclaration(node) || ts.isAccessor(node);
      if (isMethod && ts.isPrivateIdentifier(node.name)) found.push([node, "a private method"]);
      ts.forEachChild(node, visit);
    };
    visit(source);
    for (const [node, what] of found) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      yield `${file.slice(root.length)}:${line + 1} has ${what}`;
    }
  }
}

/** Bundles an entry point together with the codes of RFC 6238 appendix B, and runs the bundle. */
async function runLowered({ name }) {
  const contents = `
    import * as library from ${JSON.stringify(name)};
    import { totp } from "otp-core";
    const secret = "12345678901234567890123456789012";
    const bytes = (length) => Uint8Array.from({ length }, (_, i) => secret.charCodeAt(i % 10));
    const code = (algorithm, length) => totp({ secret: bytes(length), algorithm, digits: 8 }, { now: 59000 });
    globalThis.lowered = [Object.keys(library).length, code("SHA1", 20), code("SHA256", 32), code("SHA512", 64)];`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: "iife",
    target: "es2015",
    platform: "neutral",
    // A BigInt literal stays as it is, which every engine of today understands.
    logOverride: { bigint: "silent" },
    plugins: [
      {
        name: "node",
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "node" }));
          onLoad({ filter: /.*/, namespace: "node" }, ({ path }) => ({
            contents: `module.exports = process.getBuiltinModule("${path}")`,
          }));
        },
      },
    ],
  });
  runInThisContext(outputFiles[0].text, { filename: `${name}, lowered` });
  const [exports, ...codes] = globalThis.lowered;
  if (exports === 0 || String(codes) !== "94287082,46119246,90693936") throw new Error(`it computes ${codes}`);
}
