// `npm run soak -- [--minutes 60] [--seed N] [--report] [--broken]`: mixed traffic of several processes on a Redis and a PostgreSQL
// of its own, with processes and servers killed and clocks that jump, and a ledger that knows nothing of how a guard works.
// `--report` writes the guide; `--broken` writes blindly, and then the ledger has to find something.
import { setPriority } from "node:os";
import { parseArgs } from "node:util";
import { postgresIsInstalled, privatePostgres, privateRedis, redisIsInstalled } from "../servers/index.js";
import { audit } from "./audit.js";
import { Clients } from "./clients.js";
import { drawsOf, monotonicMs, PLACES } from "./factors.js";
import { Ledger } from "./ledger.ts";
import { openPlaces } from "./places.js";
import { writeReport } from "./report.js";
import { Sampler } from "./sampler.js";
import { summaryOf } from "./summary.js";

const CLIENTS = 4;
const KILL_CLIENT_MS = [3000, 9000];
const KILL_SERVER_MS = [20_000, 40_000];
const SETTLE_MS = 1000;
const SAMPLES = 180;
const PATIENCE_MS = 60_000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    report: { type: "boolean", default: false },
    broken: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes >= 0.2 && minutes <= 600 && Number.isSafeInteger(seed))) {
  console.error("--minutes is 0.2 to 600, --seed an integer");
  process.exit(2);
}
if (!redisIsInstalled || !postgresIsInstalled) {
  console.error("redis-server and PostgreSQL have to be installed");
  process.exit(2);
}

// Whatever else this machine does goes first. The servers and the clients inherit it.
setPriority(15);
console.log(`${minutes} minutes with seed ${seed}, from ${new Date().toISOString()}`);
const draw = drawsOf(seed);
const servers = { redis: await privateRedis(), postgres: await privatePostgres() };
const urls = { redis: servers.redis.url, postgres: servers.postgres.url };
const own = await openPlaces(urls);
await own.createTable();

const ledger = new Ledger();
const clients = new Clients(ledger, { seed: seed * 1000, origin: monotonicMs(), urls, broken: values.broken });
const startedAt = new Date();
const startMs = monotonicMs();
const endMs = startMs + minutes * 60_000;
for (let slot = 0; slot < CLIENTS; slot++) clients.start(slot);

const done = { killedClients: 0, restarts: [] };
const timers = [];
let working = Promise.resolve();

/** One thing after the other, each again and again after a while that is drawn, until the time is over. */
function nowAndThen([low, high], what) {
  const again = () => {
    const waitMs = low + draw() * (high - low);
    if (monotonicMs() + waitMs >= endMs) return;
    timers.push(
      setTimeout(() => {
        working = working.then(what);
        working.then(again);
      }, waitMs),
    );
  };
  again();
}

// The first process is never killed: whether memory grows shows in one that lives long.
nowAndThen(KILL_CLIENT_MS, async () => {
  const slot = 1 + Math.floor(draw() * (CLIENTS - 1));
  await clients.kill(slot);
  done.killedClients++;
  clients.start(slot);
});
nowAndThen(KILL_SERVER_MS, async () => {
  const place = PLACES[Math.floor(draw() * PLACES.length)];
  await servers[place].kill();
  await servers[place].start();
  done.restarts.push({ place, atMs: monotonicMs() - startMs });
});

const settling = setInterval(() => ledger.settle(clients.heardUntil()), SETTLE_MS);
const sampler = new Sampler({ clients, servers, own, startMs });
const sampling = setInterval(() => sampler.sample(), Math.max(1000, (minutes * 60_000) / SAMPLES));

await new Promise((resolve) => setTimeout(resolve, endMs - monotonicMs()));
for (const timer of timers) clearTimeout(timer);
await working;
clearInterval(sampling);
const stuck = await clients.end(PATIENCE_MS);
clearInterval(settling);
ledger.settle(Number.POSITIVE_INFINITY);
if (stuck > 0) ledger.violations.push(`${stuck} processes did not come to an end`);
const audited = await audit(ledger, own, startMs);
await own.close();
for (const server of Object.values(servers)) await server.remove();

const run = { minutes, seed, startedAt, ...done, jumps: clients.jumps, samples: sampler.samples, ledger, audited };
const summary = summaryOf(run);
console.log(summary.text);
if (values.report) writeReport(run, summary);
process.exitCode = summary.holds ? 0 : 1;
