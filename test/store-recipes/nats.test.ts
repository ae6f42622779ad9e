import { afterAll, beforeAll } from "vitest";
import { natsIsInstalled, privateNats } from "../servers/nats.ts";
import type { PrivateServer } from "../servers/private-server.ts";
import { describeRecipe, packageOf, recipe, recipeSuite } from "./recipe-suite.ts";

recipeSuite("the recipe for NATS", "nats-server", natsIsInstalled, () => {
  let server: PrivateServer;
  beforeAll(async () => {
    server = await privateNats();
  });
  afterAll(() => server?.remove());

  describeRecipe("nats.ts", async () => {
    const [{ natsStore }, { Kvm }] = [await recipe("nats.ts"), await packageOf("@nats-io/kv")];
    const connection = await (await packageOf("@nats-io/transport-node")).connect({ port: server.port });
    const bucket = await new Kvm(connection).create("otp", { history: 1 });
    return { store: natsStore(bucket), close: () => connection.close() };
  });
});
