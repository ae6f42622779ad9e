// State in DynamoDB: a table with the partition key `key`, a text, and the time to live in `expires_at`.
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Store } from "otp-core/store";

/** How long a record is kept after it has expired, because clocks differ. */
const MARGIN_SECONDS = 3600;

export function dynamoStore(client: DynamoDBClient, table: string): Store {
  async function get(key: string): Promise<string | null> {
    // Without ConsistentRead a read may be old.
    const query = { TableName: table, Key: { key: { S: key } }, ConsistentRead: true };
    const { Item } = await client.send(new GetItemCommand(query));
    return Item?.value?.S ?? null;
  }
  return {
    get,
    async swap(key, expected, next, expiresAt) {
      if (expected === null && next === null) return (await get(key)) === null;
      const condition = {
        TableName: table,
        ...(expected === null
          ? { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": "key" } }
          : {
              ConditionExpression: "#value = :expected",
              ExpressionAttributeNames: { "#value": "value" },
              ExpressionAttributeValues: { ":expected": { S: expected } },
            }),
      };
      const expiry = expiresAt === null ? {} : { expires_at: { N: `${Math.ceil(expiresAt / 1000) + MARGIN_SECONDS}` } };
      try {
        if (next === null) await client.send(new DeleteItemCommand({ ...condition, Key: { key: { S: key } } }));
        else
          await client.send(
            new PutItemCommand({ ...condition, Item: { key: { S: key }, value: { S: next }, ...expiry } }),
          );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
