// Several processes, state in Redis, with node-redis. The server needs `maxmemory-policy noeviction` and `appendonly yes`.
import { createTotpKey, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { redisStore } from "otp-core/store/redis";
import { createClient } from "redis";

const client = createClient({ url: process.env.REDIS_URL });
client.on("error", (error) => console.error(error.message));
await client.connect();

const guard = createGuard({ store: redisStore((command) => client.sendCommand(command)) });

// The subject is your own id of the user.
const factor = { subject: crypto.randomUUID(), key: createTotpKey({ issuer: "Example", account: "alice" }) };

const code = totp(factor.key); // what the phone shows
console.log(await guard.verify({ ...factor, code })); // true
console.log(await guard.verify({ ...factor, code })); // false

await client.close();
