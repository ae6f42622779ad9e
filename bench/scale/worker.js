// One process of the scale study: log-ins at a store until it is told to stop. It prints one line of JSON. Each subject's code is typed in
// two processes at the same time, so that a second acceptance would show.
import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { connect } from "./places.js";

const [place, address, seconds, clients, subjects, firstRound, pair] = process.argv.slice(2);
const { store, close } = await connect(place, JSON.parse(address), Number(clients));
const NOW = 1_900_000_000_000;
const key = { type: "totp", secret: hmac("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") };
let round = Number(firstRound);
const guard = createGuard({ store, clock: () => NOW + round * 30_000, timeoutMs: 60_000 });

const latencies = [];
const accepted = [];
let attempts = 0;
let errors = 0;
let isOver = false;

/** Subjects are drawn from all that there are, in an order that the two processes of a pair share. */
function subjectAt(i) {
  const drawn = Math.imul((i + 1) * 2_654_435_761 + Number(pair) * 40_503, 2_246_822_519) >>> 0;
  return drawn % Number(subjects);
}

let next = 0;
async function client() {
  while (!isOver) {
    const i = next++;
    const subject = `user-${subjectAt(i)}`;
    // The round of the code: another one may begin before the answer is here.
    const typedIn = round;
    const now = NOW + typedIn * 30_000;
    const code = totp(key, { now });
    const start = performance.now();
    try {
      const { ok } = await guard.attempt({ subject, key, code });
      if (ok) accepted.push(`${subject} ${typedIn}`);
    } catch {
      errors++;
    }
    latencies.push(performance.now() - start);
    attempts++;
    // Now and then the next step begins, so that a subject that comes again is not refused for ever.
    if (i % 5000 === 4999) round++;
  }
}

const cpu = process.cpuUsage();
const begin = performance.now();
setTimeout(() => {
  isOver = true;
}, Number(seconds) * 1000);
await Promise.all(Array.from({ length: Number(clients) }, client));
const elapsed = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(cpu);
await close();
latencies.sort((a, b) => a - b);
const quantile = (q) => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))];
console.log(
  JSON.stringify({
    attempts,
    errors,
    perSecond: attempts / elapsed,
    p50: quantile(0.5),
    p99: quantile(0.99),
    cpuUs: (user + system) / attempts,
    accepted,
  }),
);
