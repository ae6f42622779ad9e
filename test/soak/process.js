// One process of a soak: `node --expose-gc process.js <options as JSON>`. It calls accounts on both stores until its input ends. Before
// each call it notes what it is about to do, and afterwards the answer. The notes survive when this process is killed. A line of its
// input is what the users were given elsewhere, or the address of the new primary Redis.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { isOtpError } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { nextCall } from "./calls/next-call.js";
import { Dice } from "./dice.js";
import { Knowledge } from "./knowledge.js";
import { blind, openPlaces } from "./places.js";
import { monotonicMs, PLACES, policyOf, SPEED, START_MS, subjects } from "./subjects.js";

const NOTES = 3;
const HEARTBEAT_MS = 250;
const MEMORY_MS = 5000;
/** After a rejection a server has a rest too, or the ledger would be about nothing else. */
const REST_MS = 100;
/** All processes begin their calls in the same milliseconds, so that they meet. */
const PACE_MS = 20;
/** For so long a third of all calls concern one subject. */
const HOT_MS = 1000;
/** Calls from one jump of the clock to the next, on average. */
const CALLS_PER_JUMP = 100;

const { seed, origin, urls, replicaMs, broken, skewMs } = JSON.parse(process.argv[2]);
const dice = new Dice(seed);
const note = (...fields) => writeSync(NOTES, `${JSON.stringify(fields)}\n`);

let jumpMs = 0;
const clock = () => Math.floor(START_MS + (monotonicMs() - origin) * SPEED + skewMs + jumpMs);

/** Mostly by about one step, now and then far back, and seldom far ahead, because then all other processes are late for a while. */
function jump() {
  const far = dice.draw();
  if (far < 0.02) jumpMs = dice.between(0, 600_000);
  else if (far < 0.2) jumpMs = dice.between(-600_000, 0);
  else jumpMs = dice.between(-45_000, 45_000);
  note("jump", monotonicMs());
}

const places = await openPlaces(urls, replicaMs);
const known = new Knowledge();
/** By place, and by policy: subjects that are guessed at have another one. */
const services = Object.fromEntries(
  PLACES.map((place) => {
    const store = broken ? blind(places.stores[place]) : places.stores[place];
    const kinds = new Map(subjects.map((subject) => [subject.kind, subject]));
    const services = [...kinds].map(([kind, subject]) => [
      kind,
      createAccounts({ ...policyOf(subject, createKeyBox), store, clock }),
    ]);
    return [place, Object.fromEntries(services)];
  }),
);

let calls = 0;

async function act(place) {
  if (dice.draw() * CALLS_PER_JUMP < 1) jump();
  const hot = subjects[Math.floor(monotonicMs() / HOT_MS) % subjects.length];
  const subject = dice.draw() < 0.35 ? hot : dice.pick(subjects);
  const name = `${place} ${subject.id}`;
  const { claim, make, learn = [] } = nextCall({ dice, clock }, subject, known.of(name));
  const call = ++calls;
  note("begin", monotonicMs(), call, place, name, claim);
  try {
    const { answer, told, learn: learnt = answer === "ok" ? learn : [] } = await make(services[place][subject.kind]);
    note("end", monotonicMs(), call, answer, told);
    for (const what of learnt) {
      known.learn(name, ...what);
      note("learnt", monotonicMs(), name, ...what);
    }
  } catch (error) {
    note("end", monotonicMs(), call, `!${isOtpError(error) ? error.code : error}`);
    await setTimeout(REST_MS);
  }
}

let ending = false;
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  const { knowledge, primary, learnt } = JSON.parse(line);
  if (knowledge !== undefined) known.restore(knowledge);
  else if (primary !== undefined) places.primary.moveTo(primary);
  else known.learn(...learnt);
});
// The input ends when the parent has died, and when the parent ends it because the time is over.
input.on("close", () => {
  ending = true;
});

const heartbeat = setInterval(() => note("alive", monotonicMs()), HEARTBEAT_MS);
const sample = setInterval(() => {
  // What is left after a collection is what is held on to.
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  note("memory", monotonicMs(), heapUsed, rss);
}, MEMORY_MS);

async function work(place) {
  while (!ending) {
    await act(place);
    await setTimeout(PACE_MS - (monotonicMs() % PACE_MS));
  }
}
await Promise.all(PLACES.map(work));
clearInterval(heartbeat);
clearInterval(sample);
await places.close();
process.exit();
