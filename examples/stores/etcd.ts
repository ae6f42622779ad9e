// State in etcd.
import type { Namespace } from "etcd3";
import type { Store } from "otp-core/store";

/** How long a record is kept after it has expired, because clocks differ. */
const MARGIN_SECONDS = 3600;

/** Pass `etcd.namespace("otp/")`, so that the keys stay together. */
export function etcdStore(etcd: Namespace): Store {
  const get = (key: string) => etcd.get(key).string();

  /** A lease that ends by itself. `etcd.lease()` would keep it alive. */
  async function leaseUntil(expiresAt: number): Promise<string> {
    const seconds = Math.ceil(Math.max(expiresAt - Date.now(), 0) / 1000) + MARGIN_SECONDS;
    return (await etcd.leaseClient.leaseGrant({ TTL: seconds, ID: 0 })).ID;
  }

  /** Ends the lease of a lost race. If that fails, the lease ends by itself. */
  async function revokeUnused(lease: string, record: { readonly lease: string } | undefined): Promise<void> {
    // If the client has repeated a call whose reply was lost, the record is the one that was written, and would end with its lease.
    if (record?.lease !== lease) await etcd.leaseClient.leaseRevoke({ ID: lease }).catch(() => {});
  }

  return {
    get,
    async swap(key, expected, next, expiresAt) {
      const same = expected === null ? etcd.if(key, "Version", "==", 0) : etcd.if(key, "Value", "==", expected);
      if (next === null) return (await same.then(etcd.delete().key(key)).commit()).succeeded;
      if (expiresAt === null) return (await same.then(etcd.put(key).value(next)).commit()).succeeded;
      const lease = await leaseUntil(expiresAt);
      const write = same.then(etcd.put(key).value(next).lease(lease)).else(etcd.get(key));
      const { succeeded, responses } = await write.commit();
      if (!succeeded) await revokeUnused(lease, responses[0]?.response_range.kvs[0]);
      return succeeded;
    },
  };
}
