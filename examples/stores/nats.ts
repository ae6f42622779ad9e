// State in a key-value bucket of NATS JetStream.
import { JetStreamApiCodes, JetStreamApiError } from "@nats-io/jetstream";
import type { KV } from "@nats-io/kv";
import type { Store } from "otp-core/store";

/** What the server says if another write was faster. A cluster may use the second code. */
const LOST: readonly number[] = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
];

/** The bucket needs a history of 1 and no time to live: otherwise it forgets records. */
export function natsStore(bucket: KV): Store {
  // A bucket allows few characters in a key.
  const nameOf = (key: string) => Buffer.from(key).toString("base64url") || "_";
  async function read(key: string): Promise<{ value: string | null; revision: number }> {
    const entry = await bucket.get(nameOf(key));
    // A removed record leaves a marker, whose revision the next write must name.
    return { value: entry?.operation === "PUT" ? entry.string() : null, revision: entry?.revision ?? 0 };
  }
  return {
    get: async (key) => (await read(key)).value,
    async swap(key, expected, next) {
      const { value, revision: previousSeq } = await read(key);
      if (value !== expected) return false;
      try {
        if (next !== null) await bucket.put(nameOf(key), next, { previousSeq });
        else if (expected !== null) await bucket.delete(nameOf(key), { previousSeq });
        return true;
      } catch (error) {
        if (error instanceof JetStreamApiError && LOST.includes(error.code)) return false;
        throw error;
      }
    },
  };
}
