// Several processes, state in Redis, with ioredis. The server needs `maxmemory-policy noeviction` and `appendonly yes`.
import { Redis } from "ioredis";
import { createTotpKey, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { redisStore } from "otp-core/store/redis";

const redis = new Redis(process.env.REDIS_URL ?? "redis://localhost:6379");
redis.on("error", (error) => console.error(error.message));

const guard = createGuard({ store: redisStore(([name, ...args]) => redis.call(name, ...args)) });

// The subject is your own id of the user.
const factor = { subject: crypto.randomUUID(), key: createTotpKey({ issuer: "Example", account: "alice" }) };

const code = totp(factor.key); // what the phone shows
console.log(await guard.verify({ ...factor, code })); // true
console.log(await guard.verify({ ...factor, code })); // false

await redis.quit();
