// One process of a race, started by race.ts: `node worker.js <store> <where it is>`. It does what
// calls.js says on a store that all share, and says how often which answer came.
import { run } from "./calls.js";

/** How each store is opened. */
const STORES = {
  async redis(url) {
    const { createClient } = await import("redis");
    const { redisStore } = await import("otp-core/store/redis");
    const client = await createClient({ url }).connect();
    return { store: redisStore((command) => client.sendCommand(command)), close: () => client.close() };
  },
};

/** Or by the name of a driver for SQL, in a table that is there. */
async function sqlStoreOf(driver, url) {
  const { connect } = await import("../servers/sql-clients.ts");
  const { sqlStore } = await import("otp-core/store/sql");
  const { dialect, query, close } = await connect(driver, url);
  return { store: sqlStore(query, { dialect, table: "race" }), close };
}

const [name, place] = process.argv.slice(2);
const { store, close } = await (name in STORES ? STORES[name](place) : sqlStoreOf(name, place));
let start = () => {};

process.on("message", async (message) => {
  if (message.type === "run") process.send({ type: "tally", tally: await run(message.job, waitingAtTheStart()) });
  if (message.type === "start") start();
  if (message.type === "end") {
    await close();
    process.disconnect();
  }
});
// The channel closes when the parent has died.
process.on("disconnect", () => process.exit());
process.send({ type: "ready" });

/** Between its first read and its first write each process waits for all the others: they race from the same record. */
function waitingAtTheStart() {
  let waiting;
  return {
    async get(key) {
      const text = await store.get(key);
      waiting ??= new Promise((resolve) => {
        start = resolve;
        process.send({ type: "at the start" });
      });
      await waiting;
      return text;
    },
    swap: (...swap) => store.swap(...swap),
  };
}
