// `npm run soak -- [--minutes 60] [--seed N] [--report] [--broken] [--asynchronous]`: mixed traffic of several processes through the account, on a Redis
// with a replica and a PostgreSQL of its own, with processes and servers killed, failovers and clocks that jump, and a ledger that knows
// nothing of how an account works. `--report` writes the guide. With `--broken` (writes blindly) and with `--asynchronous`
// (does not wait for the replica) the ledger has to find something.
import { setPriority } from "node:os";
import { parseArgs } from "node:util";
import { createAccounts, createKeyBox } from "otp-core/account";
import { postgresIsInstalled, redisIsInstalled } from "../servers/index.js";
import { audit } from "./audit.js";
import { adopt } from "./calls/support.js";
import { Dice } from "./dice.js";
import { Ledger } from "./ledger/ledger.ts";
import { openPlaces } from "./places.js";
import { Processes } from "./processes.js";
import { writeReport } from "./report/report.js";
import { Sampler } from "./report/sampler.js";
import { summaryOf } from "./report/summary.js";
import { openServers } from "./servers.js";
import { FIRST_AUTHENTICATORS, monotonicMs, PLACES, policyOf, START_MS, subjects } from "./subjects.js";

const PROCESSES = 4;
/** How long a write may wait for the replica. */
const REPLICA_MS = 200;
const KILL_PROCESS_MS = [8000, 16_000];
const FAULT_MS = [12_000, 25_000];
const SETTLE_MS = 1000;
const SAMPLES = 180;
const PATIENCE_MS = 60_000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    report: { type: "boolean", default: false },
    broken: { type: "boolean", default: false },
    asynchronous: { type: "boolean", default: false },
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

// Whatever else this machine does goes first. The servers and the processes inherit it.
setPriority(15);
console.log(`${minutes} minutes with seed ${seed}, from ${new Date().toISOString()}`);
const dice = new Dice(seed);
const servers = await openServers();
// What happens before the traffic and after it has time.
const own = await openPlaces(servers.urls, 5000);
await own.createTable();
const ledger = new Ledger();
await adoptFirst();

const startedAt = new Date();
const startMs = monotonicMs();
const endMs = startMs + minutes * 60_000;
const { broken, asynchronous } = values;
const replicaMs = asynchronous ? null : REPLICA_MS;
const options = { seed: seed * 1000, origin: startMs, urls: servers.urls, replicaMs, broken };
const processes = new Processes(ledger, options);
for (let slot = 0; slot < PROCESSES; slot++) processes.start(slot);

/** Every subject has an app and a token before the traffic begins. */
async function adoptFirst() {
  let calls = 0;
  for (const place of PLACES) {
    for (const subject of subjects) {
      const store = own.stores[place];
      const accounts = createAccounts({ ...policyOf(subject, createKeyBox), store, clock: () => START_MS });
      for (const authenticator of FIRST_AUTHENTICATORS) {
        const { claim, make } = adopt(subject.id, authenticator);
        ledger.begin(0, ++calls, monotonicMs(), `${place} ${subject.id}`, claim);
        const { answer, told } = await make(accounts);
        ledger.end(0, calls, monotonicMs(), answer, told);
      }
    }
  }
}

const done = { killedProcesses: 0, faults: [] };
const timers = [];
let working = Promise.resolve();

/** One thing after the other, each again and again after a while that is drawn, until the time is over. */
function nowAndThen(pauseMs, what) {
  const again = () => {
    const waitMs = dice.between(...pauseMs);
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
nowAndThen(KILL_PROCESS_MS, async () => {
  const slot = dice.between(1, PROCESSES - 1);
  await processes.kill(slot);
  done.killedProcesses++;
  processes.start(slot);
});

/** All processes hear where the primary Redis is now. */
function tell(primary) {
  options.urls = servers.urls;
  own.primary.moveTo(primary);
  processes.tell({ primary });
}
const FAULTS = [
  ["failover", () => servers.failOver(tell)],
  ["failover after a split", () => servers.failOverAfterSplit(tell, dice)],
  ["primary", () => servers.restartPrimary(tell)],
  ["replica", () => servers.restartReplica()],
  ["postgres", () => servers.restartPostgres()],
  ["postgres", () => servers.restartPostgres()],
];
nowAndThen(FAULT_MS, async () => {
  const [what, strike] = dice.pick(FAULTS);
  done.faults.push({ what, atMs: monotonicMs() - startMs });
  await strike();
});

const settling = setInterval(() => ledger.settle(processes.heardUntil()), SETTLE_MS);
const sampler = new Sampler({ processes, servers, own, startMs });
const sampling = setInterval(() => sampler.sample(), Math.max(1000, (minutes * 60_000) / SAMPLES));

await new Promise((resolve) => setTimeout(resolve, endMs - monotonicMs()));
for (const timer of timers) clearTimeout(timer);
await working;
clearInterval(sampling);
const stuck = await processes.end(PATIENCE_MS);
clearInterval(settling);
ledger.settle(Number.POSITIVE_INFINITY);
if (stuck > 0) ledger.violations.push(`${stuck} processes did not come to an end`);
const audited = await audit(ledger, own, startMs);
await own.close();
await servers.remove();

const run = { minutes, seed, startedAt, ...done, jumps: processes.jumps, samples: sampler.samples, ledger, audited };
const summary = summaryOf(run);
console.log(summary.text);
if (values.report) writeReport(run, summary);
process.exitCode = summary.holds ? 0 : 1;
