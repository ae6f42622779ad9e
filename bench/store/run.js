import { availableParallelism, loadavg } from "node:os";
import { commandsPerAttempt } from "./commands.js";
import { PLACES } from "./places.js";
import { roundTrip } from "./round-trip.js";
import { throughput } from "./throughput.js";

const CONNECTIONS = 8;

/** What a guard costs in each store, compared with what the store itself costs. */
export const store = () => withPlaces(measure);

/** Opens every store that is installed here, and closes all of them afterwards. */
export async function withPlaces(body) {
  const places = [];
  try {
    for (const [name, place] of Object.entries(PLACES)) {
      const missing = place.missing();
      if (missing === undefined) places.push(await open(name, place));
      else console.log(`not measured: ${place.name}: ${missing} is not installed`);
    }
    return await body(places);
  } finally {
    for (const { connections, stop } of places) {
      for (const connection of connections) await connection.close();
      await stop();
    }
  }
}

async function open(name, place) {
  const { at, stop } = await place.start();
  const connections = [];
  try {
    while (connections.length < CONNECTIONS) connections.push(await place.connect(at));
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, place, at, stop, connections };
}

async function measure(places) {
  const clients = places.map(({ place }) => `${place.name} through ${place.client}`);
  console.log(
    `Private servers: Redis with its append-only file, the others as after their installation. ${clients.join(", ")}.\n`,
  );
  // Other work on the machine influences every number below.
  console.log(`Load of the machine before: ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores.\n`);
  await throughput(places);

  const outside = places.filter(({ name }) => name !== "memory");
  const redis = places.find(({ name }) => name === "redis");
  const targets = [];
  for (const part of [() => roundTrip(redis?.connections[0]), () => commandsPerAttempt(outside)]) {
    console.log("");
    targets.push(...(await part()));
  }
  return targets;
}
