// One process of a soak: `node --expose-gc client.js <options as JSON>`. It calls guards on both stores at the same time, without a
// pause, until its input ends. Before each call it notes what it is about to do, and afterwards the answer. The notes survive when
// this process is killed.
import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { isOtpError } from "otp-core";
import { createGuard } from "otp-core/guard";
import {
  codeAt,
  drawsOf,
  factors,
  keyOf,
  monotonicMs,
  PERIOD_MS,
  PLACES,
  SPEED,
  START_MS,
  wrongCode,
} from "./factors.js";
import { blind, openPlaces } from "./places.js";

const LEDGER = 3;
const HEARTBEAT_MS = 250;
const MEMORY_MS = 5000;
/** After a rejection a server has a rest too, or the ledger would be about nothing else. */
const REST_MS = 100;
/** Calls from one jump of the clock to the next, on average. */
const CALLS_PER_JUMP = 200;

const { seed, origin, urls, broken } = JSON.parse(process.argv[2]);
const draw = drawsOf(seed);
const pick = (list) => list[Math.floor(draw() * list.length)];
const between = (low, high) => low + Math.floor(draw() * (high - low + 1));

const note = (...fields) => writeSync(LEDGER, `${fields.join(" ")}\n`);

let jumpMs = 0;
const clock = () => Math.floor(START_MS + (monotonicMs() - origin) * SPEED + jumpMs);

/** Mostly by about one step, now and then far back, and seldom far ahead, because then all other processes are late for a while. */
function jump() {
  const far = draw();
  if (far < 0.02) jumpMs = between(0, 600_000);
  else if (far < 0.2) jumpMs = between(-600_000, 0);
  else jumpMs = between(-45_000, 45_000);
  note("jump", monotonicMs());
}

const places = await openPlaces(urls);
const guards = Object.fromEntries(
  PLACES.map((place) => {
    const store = broken ? blind(places.stores[place]) : places.stores[place];
    return [place, new Map(factors.map((factor) => [factor, createGuard({ ...factor.policy, store, clock })]))];
  }),
);
/** What the last status of a subject has shown: users know their tokens, and the attacker knows as much as possible. */
const known = new Map(PLACES.flatMap((place) => factors.map(({ id }) => [`${place} ${id}`, {}])));

const USER = { right: 50, again: 12, wrong: 15, resync: 4, status: 13, unlock: 6 };
const GUESSER = { wrong: 88, status: 10, unlock: 2 };

function kindFrom(weights) {
  let left = draw() * Object.values(weights).reduce((a, b) => a + b);
  for (const [kind, weight] of Object.entries(weights)) {
    left -= weight;
    if (left < 0) return kind;
  }
}

/** The position is that of the last code that is presented: a step or a counter. */
function plan(kind, factor, { position = -1, drift = 0 }) {
  const hotp = factor.type === "hotp";
  const due = hotp ? position + 1 : Math.floor(clock() / PERIOD_MS) + drift;
  if (kind === "right") return due + (hotp ? between(0, 2) : between(-1, 1));
  if (kind === "again") return Math.max(0, hotp ? position - between(0, 1) : Math.min(position, due + 1));
  if (kind === "resync") return due + 1 + between(0, 3);
  return -1;
}

const presenting = {
  unlock: async (guard, { id }) => {
    await guard.unlock(id);
    return ["done"];
  },
  status: async (guard, { id, type }, _position, seen) => {
    const { keys, failures } = await guard.status(id);
    const { step, counter, drift = 0 } = keys.default ?? {};
    seen.drift = drift;
    seen.position = (type === "hotp" ? counter && counter - 1 : step) ?? -1;
    return ["status", seen.position, failures];
  },
  resync: async (guard, factor, position) => {
    const codes = [codeAt(factor, position - 1), codeAt(factor, position)];
    return (await guard.resync({ subject: factor.id, key: keyOf(factor), codes })) ? ["ok"] : ["refused"];
  },
  wrong: async (guard, factor) =>
    verdictOf(await guard.attempt({ subject: factor.id, key: keyOf(factor), code: wrongCode(draw) })),
};

async function presentCode(guard, factor, position, seen) {
  const verdict = await guard.attempt({ subject: factor.id, key: keyOf(factor), code: codeAt(factor, position) });
  if (verdict.ok) seen.position = Math.max(seen.position ?? -1, position);
  return verdictOf(verdict);
}

const verdictOf = ({ ok, reason }) => [ok ? "ok" : reason];

let calls = 0;

async function act(place) {
  if (draw() * CALLS_PER_JUMP < 1) jump();
  // A third of all calls concern one subject, so that the processes meet there. It changes every two seconds.
  const hot = factors[Math.floor(monotonicMs() / 2000) % factors.length];
  const factor = draw() < 0.35 ? hot : pick(factors);
  const kind = kindFrom(factor.guessed ? GUESSER : USER);
  const seen = known.get(`${place} ${factor.id}`);
  const position = plan(kind, factor, seen);
  const present = presenting[kind] ?? presentCode;
  const call = ++calls;
  note("begin", monotonicMs(), call, place, factor.id, kind, position);
  try {
    const answer = await present(guards[place].get(factor), factor, position, seen);
    note("end", monotonicMs(), call, ...answer);
  } catch (error) {
    note("end", monotonicMs(), call, isOtpError(error) ? `!${error.code}` : `!${String(error).replaceAll(/\s/g, "_")}`);
    await setTimeout(REST_MS);
  }
}

let ending = false;
// The input ends when the parent has died, and when the parent ends it because the time is over.
process.stdin.on("end", () => {
  ending = true;
});
process.stdin.resume();

const heartbeat = setInterval(() => note("alive", monotonicMs()), HEARTBEAT_MS);
const sample = setInterval(() => {
  // What is left after a collection is what is held on to.
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  note("memory", monotonicMs(), heapUsed, rss);
}, MEMORY_MS);

async function work(place) {
  while (!ending) await act(place);
}
await Promise.all(PLACES.map(work));
clearInterval(heartbeat);
clearInterval(sample);
await places.close();
process.exit();
