// State in Redis over HTTP, with Upstash's own client.
import { Redis } from "@upstash/redis";
import type { Store } from "otp-core/store";
import { redisStore } from "otp-core/store/redis";

/** The address and the token of the REST interface. */
export function upstashStore(url: string, token: string): Store {
  // By default the client reads a record as JSON and returns an object.
  const redis = new Redis({ url, token, automaticDeserialization: false });
  return redisStore(([name, ...args]) => {
    if (name === "GET") return redis.get(args[0] as string);
    const [script, , key, ...values] = args as [string, string, string, ...string[]];
    return redis.eval(script, [key], values);
  });
}
