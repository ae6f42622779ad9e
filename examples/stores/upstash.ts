// State in Redis over HTTP, as Upstash offers it.
import type { Store } from "otp-core/store";
import { redisStore } from "otp-core/store/redis";

/** The address and the token of the REST interface. */
export function httpRedisStore(url: string, token: string): Store {
  return redisStore(async (command) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(command),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: string };
    if (error !== undefined || !response.ok) throw new Error(error ?? `status ${response.status}`);
    return result;
  });
}
