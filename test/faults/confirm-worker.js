// A process that dies while it replaces a phone: `node confirm-worker.js <url of Redis> <moment> <request as JSON>`.
import { createAccounts, createKeyBox } from "otp-core/account";
import { redisStore } from "otp-core/store/redis";
import { createClient } from "redis";

const [url, moment, request] = process.argv.slice(2);
const { now, ...confirm } = JSON.parse(request);
const client = await createClient({ url }).connect();
const die = () => process.kill(process.pid, "SIGKILL");

const store = redisStore(async (command) => {
  if (command[0] !== "EVAL") return client.sendCommand(command);
  if (moment === "before the write") die();
  const reply = client.sendCommand(command);
  // The command leaves before the process ends, and the reply may still be on its way.
  if (moment === "after the write was sent") setImmediate(die);
  await reply;
  return die();
});
const bytes = new Uint8Array(32).fill(7);
const seal = createKeyBox([{ id: "a", bytes }]);
await createAccounts({ store, clock: () => now, pepper: bytes, seal }).confirm(confirm);
