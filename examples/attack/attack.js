// Attacks the endpoints of a log-in of your own, and reports what got through and how long the answers took.
// node examples/attack/attack.js http://127.0.0.1:3000 [--target ./login-target.js] [--i-own-this-server]
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ATTACKS } from "./attacks.js";
import { createClient } from "./client.js";

const OPTIONS = { target: { type: "string" }, "i-own-this-server": { type: "boolean", default: false } };
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const { url, target } = await readArguments();
let faults = 0;
console.log(row("attack", "requests", "got through", "p50", "p99", ""));
for (const attack of ATTACKS) {
  const client = createClient(url);
  const { name, throughs, fault } = await attack(await target(url), client);
  const { count, p50, p99 } = client.latency();
  console.log(row(name, count, throughs, `${p50} ms`, `${p99} ms`, fault ?? "no fault"));
  if (fault) faults++;
}
console.log(faults === 0 ? "No fault was found." : `${faults} of ${ATTACKS.length} attacks found a fault.`);
process.exitCode = faults === 0 ? 0 : 1;

async function readArguments() {
  try {
    const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
    const { origin, hostname } = new URL(positionals[0] ?? "http://127.0.0.1:3000");
    if (!LOOPBACK.test(hostname) && !values["i-own-this-server"]) {
      throw new Error(`${hostname} is not this machine. Add --i-own-this-server if the server is yours.`);
    }
    const file = values.target ? pathToFileURL(resolve(values.target)) : new URL("./login-target.js", import.meta.url);
    return { url: origin, target: (await import(file.href)).enrol };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

function row(name, count, throughs, p50, p99, verdict) {
  const cells = [
    name.padEnd(28),
    String(count).padStart(8),
    String(throughs).padStart(12),
    p50.padStart(8),
    p99.padStart(8),
  ];
  return `${cells.join(" ")}  ${verdict}`.trimEnd();
}
