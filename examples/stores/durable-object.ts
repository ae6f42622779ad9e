// State in Cloudflare Durable Objects with SQLite: each record is an object of its own.

import { DurableObject } from "cloudflare:workers";
import type { DurableObjectNamespace } from "@cloudflare/workers-types";
import type { Store } from "otp-core/store";

/** How long a record is kept after it has expired, because clocks differ. */
const MARGIN_MS = 3_600_000;

/** Export this class from the worker, and name it in the configuration under `new_sqlite_classes`. */
export class OtpRecord extends DurableObject {
  read(): string | null {
    return this.ctx.storage.kv.get<string>("record") ?? null;
  }

  /** Nothing else runs in this object between the comparison and the write, because no `await` stands between them. */
  async swap(expected: string | null, next: string | null, expiresAt: number | null): Promise<boolean> {
    const { kv } = this.ctx.storage;
    if ((kv.get<string>("record") ?? null) !== expected) return false;
    if (next === null) kv.delete("record");
    else kv.put("record", next);
    if (next === null || expiresAt === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(Math.max(expiresAt, Date.now()) + MARGIN_MS);
    return true;
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}

/** Pass the binding, for example `env.OTP`. */
export function durableObjectStore(namespace: DurableObjectNamespace<OtpRecord>): Store {
  const recordOf = (key: string) => namespace.get(namespace.idFromName(key));
  return {
    get: async (key) => recordOf(key).read(),
    swap: async (key, expected, next, expiresAt) => recordOf(key).swap(expected, next, expiresAt),
  };
}
