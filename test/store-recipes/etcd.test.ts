import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { etcdIsInstalled, privateEtcd } from "../servers/etcd.ts";
import type { PrivateServer } from "../servers/private-server.ts";
import { describeRecipe, packageOf, recipe, recipeSuite } from "./recipe-suite.ts";

recipeSuite("the recipe for etcd", "etcd", etcdIsInstalled, () => {
  let server: PrivateServer;
  beforeAll(async () => {
    server = await privateEtcd();
  });
  afterAll(() => server?.remove());

  describeRecipe("etcd.ts", async () => {
    const [{ etcdStore }, { Etcd3 }] = [await recipe("etcd.ts"), await packageOf("etcd3")];
    const etcd = new Etcd3({ hosts: `127.0.0.1:${server.port}` });
    return { store: etcdStore(etcd.namespace("otp/")), close: () => etcd.close() };
  });

  describe("a lease", () => {
    const open = async () => {
      const [{ etcdStore }, { Etcd3 }] = [await recipe("etcd.ts"), await packageOf("etcd3")];
      const etcd = new Etcd3({ hosts: `127.0.0.1:${server.port}` });
      const leases = async (): Promise<number> => (await etcd.leaseClient.leaseLeases()).leases.length;
      return { etcd, etcdStore, leases };
    };
    const expiresAt = () => Date.now() + 60_000;

    it("is revoked after a lost race, and kept by a record", async () => {
      const { etcd, etcdStore, leases } = await open();
      const store = etcdStore(etcd.namespace("leases/"));
      const before = await leases();
      expect(await store.swap("key", null, "first", expiresAt())).toBe(true);
      expect(await leases()).toBe(before + 1);
      expect(await store.swap("key", null, "second", expiresAt())).toBe(false);
      expect(await store.swap("key", "another", "second", expiresAt())).toBe(false);
      expect(await leases()).toBe(before + 1);
      expect(await store.get("key")).toBe("first");
      etcd.close();
    });

    it("is not revoked if the client repeated a call whose reply was lost: the record would end with it", async () => {
      const { etcd, etcdStore } = await open();
      const namespace = etcd.namespace("repeated/");
      const { ID } = await etcd.leaseClient.leaseGrant({ TTL: 3600, ID: 0 });
      const leaseGrant = async () => ({ ID });
      const leaseRevoke = etcd.leaseClient.leaseRevoke.bind(etcd.leaseClient);
      // The second call is what the client sends after it has lost the reply to the first one.
      const store = etcdStore(
        Object.assign(Object.create(namespace), { leaseClient: { leaseGrant, leaseRevoke } }) as typeof namespace,
      );
      expect(await store.swap("key", null, "first", expiresAt())).toBe(true);
      expect(await store.swap("key", null, "first", expiresAt())).toBe(false);
      expect(await store.get("key")).toBe("first");
      etcd.close();
    });
  });
});
