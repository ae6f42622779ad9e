// Eight clients in a process of their own. They do what the parent says, at the rate that it says, until it says something
// else, and then answer how often they did it.
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { createGuard } from "otp-core/guard";
import { KEY } from "../store/attempts.js";
import { PLACES } from "../store/places.js";

const [name, at, clients, perSecond] = process.argv.slice(2);
const connections = [];
for (let i = 0; i < Number(clients); i++) connections.push(await PLACES[name].connect(JSON.parse(at)));
const everyMs = (1000 * connections.length) / Number(perSecond);

const WORK = {
  // The real clock: a few guesses are compared, all the others meet a wait, as an attacker's do.
  attack: ({ store }, id) => {
    const guard = createGuard({ store });
    return () => guard.attempt({ subject: id, key: KEY, code: "000000" });
  },
  plain: ({ getAndSet }, id) => {
    return () => getAndSet(id);
  },
};

let current;

process.on("message", async ({ work, id }) => {
  const ended = await stop();
  if (work in WORK) current = begin(connections.map((connection) => WORK[work](connection, id)));
  process.send(ended);
});
// The channel closes when the parent has died.
process.on("disconnect", () => process.exit());
process.send({ ready: true });

function begin(calls) {
  const work = { done: 0, stopped: false, start: performance.now() };
  work.finished = Promise.all(calls.map((call, i) => keepUp(work, call, (i * everyMs) / calls.length)));
  return work;
}

async function stop() {
  if (current === undefined) return { perSecond: 0 };
  const { done, start } = current;
  const perSecond = (done * 1000) / (performance.now() - start);
  current.stopped = true;
  await current.finished;
  current = undefined;
  return { perSecond };
}

/** One call after the other, each at its time or as soon as possible afterwards. */
async function keepUp(work, call, afterMs) {
  for (let due = performance.now() + afterMs; !work.stopped; due += everyMs) {
    const early = due - performance.now();
    if (early >= 1) await setTimeout(early);
    await call();
    work.done++;
  }
}
