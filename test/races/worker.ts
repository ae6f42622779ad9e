// One process of a race, started by race.ts: `worker.ts <store> <where it is>`. It makes the calls of a job (calls.ts) on a store that
// all processes share, and reports how often each answer came.
import type { Store } from "otp-core/store";
import type { SqlDriver } from "../servers/sql-clients.ts";
import { type Job, run, type Tally } from "./calls.ts";

/** What race.ts sends. */
export type Order = { readonly type: "run"; readonly job: Job } | { readonly type: "start" | "end" };

/** What a process of the race sends. */
export type Message = { readonly type: "ready" | "at the start" } | { readonly type: "tally"; readonly tally: Tally };

interface OpenStore {
  readonly store: Store;
  close(): Promise<unknown>;
}

async function openRedis(url: string): Promise<OpenStore> {
  const { createClient } = await import("redis");
  const { redisStore } = await import("otp-core/store/redis");
  const client = await createClient({ url }).connect();
  return { store: redisStore((command) => client.sendCommand(command)), close: () => client.close() };
}

/** By the name of a driver, in a table that is there. */
async function openSql(driver: SqlDriver, url: string): Promise<OpenStore> {
  const { connect } = await import("../servers/sql-clients.ts");
  const { sqlStore } = await import("otp-core/store/sql");
  const { dialect, query, close } = await connect(driver, url);
  return { store: sqlStore(query, { dialect, table: "race" }), close };
}

const [name = "", place = ""] = process.argv.slice(2);
const { store, close } = await (name === "redis" ? openRedis(place) : openSql(name as SqlDriver, place));
let start = () => {};

const send = (message: Message) => process.send?.(message);

process.on("message", async (order: Order) => {
  if (order.type === "run") send({ type: "tally", tally: await run(order.job, waitingAtTheStart()) });
  if (order.type === "start") start();
  if (order.type === "end") {
    await close();
    process.disconnect();
  }
});
// The channel closes when the parent has died.
process.on("disconnect", () => process.exit());
send({ type: "ready" });

/** Between its first read and its first write each process waits for all the others: they race from the same record. */
function waitingAtTheStart(): Store {
  let waiting: Promise<void> | undefined;
  return {
    async get(...place) {
      const text = await store.get(...place);
      waiting ??= new Promise((resolve) => {
        start = resolve;
        send({ type: "at the start" });
      });
      await waiting;
      return text;
    },
    swap: (...swap) => store.swap(...swap),
  };
}
