// A browser opens a page of this process on the loopback interface, and the page sends its report back: no driver between them.
// The built files are served as they are, and an import map does what package.json does elsewhere.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { PATIENCE_MS, start } from "./process.js";
import { doors } from "./project.js";

const TYPES = { ".js": "text/javascript; charset=utf-8", ".html": "text/html; charset=utf-8" };
const imports = Object.fromEntries([...doors].map(([door, file]) => [door, join("/node_modules/otp-core", file)]));
const PAGE = `<!doctype html><title>otp-core</title>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script>addEventListener("unhandledrejection", ({ reason }) => fetch("report", { method: "POST", body: String(reason) }))</script>
<script type="module" src="page.js"></script>`;

/** @param browser - from the page's address and a folder for its profile to a command and its arguments. */
export async function runInBrowser(browser, folder) {
  const { address, report, close } = await serve(folder);
  const profile = join(folder, "profile");
  const [command, ...args] = browser(address, profile);
  const child = start(command, args, { cwd: folder, env: { HOME: profile, XDG_RUNTIME_DIR: profile } });
  try {
    return await Promise.race([report, ended(child), late()]);
  } finally {
    child.end();
    close();
  }
}

function serve(folder) {
  const report = Promise.withResolvers?.() ?? deferred();
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      let body = "";
      for await (const piece of request.setEncoding("utf8")) body += piece;
      response.end();
      if (body.startsWith("{")) report.resolve(JSON.parse(body));
      else report.reject(new Error(body));
      return;
    }
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const type = TYPES[path === "/" ? ".html" : extname(path)];
    const content = path === "/" ? PAGE : await readFile(join(folder, path)).catch(() => undefined);
    if (type === undefined || content === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": type }).end(content);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      resolve({ address: `http://127.0.0.1:${server.address().port}/`, report: report.promise, close });
    });
  });
}

function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

function ended(child) {
  return new Promise((_, reject) => {
    child.process.on("error", reject);
    child.process.on("close", (code) =>
      reject(new Error(`the browser ended (${code}): ${child.stderr().slice(-500)}`)),
    );
  });
}

function late() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no report within ${PATIENCE_MS} ms`)), PATIENCE_MS).unref();
  });
}
