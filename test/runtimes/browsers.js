// A browser opens a page of this process on the loopback interface, and the page sends its report back: no driver between them.
// The built files are served as they are, and an import map does what package.json does elsewhere.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { ofSystem } from "./find.js";
import { PATIENCE_MS, start, versionOf } from "./process.js";
import { entryPoints } from "./project.js";

const TYPES = { ".js": "text/javascript; charset=utf-8", ".html": "text/html; charset=utf-8" };
const imports = Object.fromEntries(
  [...entryPoints].map(([entry, file]) => [entry, join("/node_modules/otp-core", file)]),
);
const PAGE = `<!doctype html><title>otp-core</title>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script>
  const failed = ({ reason, message, type }) => fetch("report", { method: "POST", body: String(reason ?? message ?? type) });
  for (const type of ["error", "unhandledrejection"]) addEventListener(type, failed, true);
</script>
<script type="module" src="page.js"></script>`;

const browser = (name, find, open, version = versionOf) => ({
  name,
  has: ["random", "subtle"],
  version: () => version(find()),
  report: ({ folder }) => {
    const profile = join(folder, `profile-${name}`);
    mkdirSync(profile);
    return runInBrowser((address) => open(find(), address, profile), folder, profile);
  },
});

export const chromium = browser(
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

export const firefox = browser(
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

export const webkit = browser(
  "WebKitGTK",
  () => {
    ofSystem("/usr/bin/xvfb-run", "xvfb xauth");
    const folders = readdirSync("/usr/lib").map((triple) => `/usr/lib/${triple}/webkit2gtk-4.1/MiniBrowser`);
    return ofSystem(folders.find(existsSync), "webkit2gtk-driver");
  },
  (path, address) => ["/usr/bin/xvfb-run", "-a", path, address],
  (path) => versionOf("/usr/bin/xvfb-run", ["-a", path, "--version"]),
);

/** @param commandFor - from the page's address to a command and its arguments. */
async function runInBrowser(commandFor, folder, profile) {
  const { address, report, close } = await serve(folder);
  const [command, ...args] = commandFor(address);
  const child = start(command, args, { cwd: folder, env: { HOME: profile, XDG_RUNTIME_DIR: profile } });
  try {
    return await Promise.race([report, ended(child), late()]);
  } finally {
    child.end();
    close();
  }
}

function serve(folder) {
  const report = {};
  report.promise = new Promise((resolve, reject) => Object.assign(report, { resolve, reject }));
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
