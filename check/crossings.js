// Counts how often one call of `guard.verify` goes from one file of `src` to another. A copy of the source is made in which each function
// notes its file when it begins, resumes after an `await`, and ends. A crossing is a function that begins while code of another file
// is running. What the event loop begins is not counted. `--list` prints the crossings, and `--source DIR` reads another source.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { conclude } from "./conclude.js";
import { root } from "./entry-points.js";

const MOST = 98;
const NOW = 1_800_000_000_000;
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const source = process.argv.includes("--source") ? option("--source") : join(root, "src");

/** The instrumented source calls this. */
const CALLER = "the caller";
const trace = {
  crossings: [],
  running: CALLER,
  begin(file, name) {
    const before = trace.running;
    if (file !== before && before !== null) trace.crossings.push(`${before} -> ${file} ${name}`);
    trace.running = file;
    return before;
  },
  suspend(before, value) {
    trace.running = before;
    return value;
  },
  resume(file, value) {
    trace.running = file;
    return value;
  },
};
globalThis.crossingsTrace = trace;

const folder = mkdtempSync(join(tmpdir(), "otp-core-crossings-"));
try {
  for (const file of readdirSync(source, { recursive: true })) {
    if (!file.endsWith(".ts") || /^(cli|compat)\//.test(file)) continue;
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, instrument(file, readFileSync(join(source, file), "utf8")));
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));

  const crossings = await crossingsOfVerify();
  const problems =
    crossings.length > MOST ? [`guard.verify crosses ${crossings.length} file boundaries, not ${MOST}`] : [];
  if (process.argv.includes("--list")) console.log([...crossings, `${crossings.length} crossings`].join("\n"));
  conclude(problems);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A new subject, a key with a secret in base32, a valid code, and the store in memory. */
async function crossingsOfVerify() {
  const load = (file) => import(pathToFileURL(join(folder, file)).href);
  const [{ totp }, { createGuard }, { memoryStore }] = await Promise.all(
    ["index.js", "guard/index.js", "store/index.js"].map(load),
  );
  const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
  const guard = createGuard({ store: memoryStore(), clock: () => NOW });
  const code = totp(key, { now: NOW });
  const verify = (subject) => {
    trace.running = CALLER;
    const verified = guard.verify({ subject, key, code });
    trace.running = null;
    return verified;
  };
  // What the first call of a process prepares is not counted.
  await verify("user-1");
  trace.crossings.length = 0;
  if (!(await verify("user-2"))) throw new Error("a valid code was refused");
  return [...trace.crossings];
}

/** The file as JavaScript. The body of each function becomes `{ let before = begin(file, name); try { ... } finally { suspend(before) } }`, and
 * `await x` becomes `resume(file, await suspend(before, x), before = null)`, because the event loop and not the caller goes on after it.. */
function instrument(file, text) {
  const { factory } = ts;
  const call = (name, ...args) =>
    factory.createCallExpression(factory.createIdentifier(`crossingsTrace.${name}`), undefined, args);
  const before = () => factory.createIdentifier("crossingsBefore");
  const literal = (value) => factory.createStringLiteral(value);

  const nameOf = (node) => node.name?.getText() ?? node.parent?.name?.getText?.() ?? "(anonymous)";
  const wrap = (node, body, context) => {
    const name = ts.isConstructorDeclaration(node) ? "constructor" : nameOf(node);
    const statements = ts.isBlock(body) ? body.statements : [factory.createReturnStatement(body)];
    const begin = factory.createVariableDeclaration(
      "crossingsBefore",
      undefined,
      undefined,
      call("begin", literal(file), literal(name)),
    );
    return context.factory.createBlock([
      factory.createVariableStatement(undefined, factory.createVariableDeclarationList([begin], ts.NodeFlags.Let)),
      factory.createTryStatement(
        factory.createBlock(statements),
        undefined,
        factory.createBlock([factory.createExpressionStatement(call("suspend", before()))]),
      ),
    ]);
  };

  const transformer = (context) => (sourceFile) => {
    const visit = (node) => {
      if (ts.isAwaitExpression(node)) {
        const value = call("suspend", before(), ts.visitNode(node.expression, visit));
        const forgetCaller = factory.createAssignment(before(), factory.createNull());
        return call("resume", literal(file), factory.createAwaitExpression(value), forgetCaller);
      }
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isFunctionLike(node) || node.body === undefined || node.asteriskToken !== undefined) return visited;
      return withBody(visited, wrap(node, visited.body, context));
    };
    return ts.visitNode(sourceFile, visit);
  };
  const { outputText } = ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
    transformers: { before: [transformer] },
  });
  return outputText;
}

/** The same function with another body. */
function withBody(node, body) {
  const { factory } = ts;
  const { modifiers, asteriskToken, name, typeParameters, parameters, type } = node;
  switch (node.kind) {
    case ts.SyntaxKind.ArrowFunction:
      return factory.updateArrowFunction(
        node,
        modifiers,
        typeParameters,
        parameters,
        type,
        node.equalsGreaterThanToken,
        body,
      );
    case ts.SyntaxKind.FunctionExpression:
      return factory.updateFunctionExpression(
        node,
        modifiers,
        asteriskToken,
        name,
        typeParameters,
        parameters,
        type,
        body,
      );
    case ts.SyntaxKind.FunctionDeclaration:
      return factory.updateFunctionDeclaration(
        node,
        modifiers,
        asteriskToken,
        name,
        typeParameters,
        parameters,
        type,
        body,
      );
    case ts.SyntaxKind.MethodDeclaration:
      return factory.updateMethodDeclaration(
        node,
        modifiers,
        asteriskToken,
        name,
        undefined,
        typeParameters,
        parameters,
        type,
        body,
      );
    case ts.SyntaxKind.Constructor:
      return factory.updateConstructorDeclaration(node, modifiers, parameters, body);
    case ts.SyntaxKind.GetAccessor:
      return factory.updateGetAccessorDeclaration(node, modifiers, name, parameters, type, body);
    case ts.SyntaxKind.SetAccessor:
      return factory.updateSetAccessorDeclaration(node, modifiers, name, parameters, body);
  }
  throw new Error(`no way to instrument a ${ts.SyntaxKind[node.kind]}`);
}
