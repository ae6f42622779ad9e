import { afterAll, beforeAll } from "vitest";
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
});
