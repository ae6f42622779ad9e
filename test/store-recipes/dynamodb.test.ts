import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";
import { describeRecipe, packageOf, recipe, recipeSuite } from "./recipe-suite.ts";

recipeSuite("the recipe for DynamoDB on dynalite", "dynalite", true, () => {
  let server: Server;
  // The client warns of old versions of Node, where it still runs.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

  async function connect() {
    const { DynamoDBClient } = await packageOf("@aws-sdk/client-dynamodb");
    return new DynamoDBClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "local",
      credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    });
  }

  beforeAll(async () => {
    server = (await packageOf("dynalite")).default({ createTableMs: 0 });
    // Otherwise it closes idle connections, and a request may come just then.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { CreateTableCommand, DescribeTableCommand } = await packageOf("@aws-sdk/client-dynamodb");
    const client = await connect();
    await client.send(
      new CreateTableCommand({
        TableName: "otp",
        KeySchema: [{ AttributeName: "key", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    const status = async () => (await client.send(new DescribeTableCommand({ TableName: "otp" }))).Table.TableStatus;
    while ((await status()) !== "ACTIVE");
    client.destroy();
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  describeRecipe("dynamodb.ts", async () => {
    const [{ dynamoStore }, client] = [await recipe("dynamodb.ts"), await connect()];
    return { store: dynamoStore(client, "otp"), close: () => client.destroy() };
  });
});
