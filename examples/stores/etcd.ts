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
  return {
    get,
    async swap(key, expected, next, expiresAt) {
      const same = expected === null ? etcd.if(key, "Version", "==", 0) : etcd.if(key, "Value", "==", expected);
      if (next === null) return (await same.then(etcd.delete().key(key)).commit()).succeeded;
      if (expiresAt === null) return (await same.then(etcd.put(key).value(next)).commit()).succeeded;
      const lease = await leaseUntil(expiresAt);
      return (await same.then(etcd.put(key).value(next).lease(lease)).commit()).succeeded;
    },
  };
}
