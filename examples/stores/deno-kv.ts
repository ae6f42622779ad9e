// State in Deno KV.
import type { Store } from "otp-core/store";

/** How long a record is kept after it has expired, because clocks differ. */
const MARGIN_MS = 3_600_000;

export function denoKvStore(kv: Deno.Kv): Store {
  // "strong" is the default. It must stay: with "eventual" a read may be old.
  const read = (key: string) => kv.get<string>(["otp", key], { consistency: "strong" });
  return {
    get: async (key) => (await read(key)).value,
    async swap(key, expected, next, expiresAt) {
      const entry = await read(key);
      if (entry.value !== expected) return false;
      const write = kv.atomic().check(entry);
      if (next === null) write.delete(entry.key);
      else if (expiresAt === null) write.set(entry.key, next);
      else write.set(entry.key, next, { expireIn: Math.max(expiresAt - Date.now(), 0) + MARGIN_MS });
      return (await write.commit()).ok;
    },
  };
}
