// Redis over HTTP as Upstash documents it: a command, or a pipeline of commands, is the JSON body of a POST with a token.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "redis";

export interface RedisOverHttp {
  readonly url: string;
  readonly token: string;
  /** How many commands have come, pipelines counted by their commands. */
  readonly commands: number;
  /** The next write is carried out, and its reply is lost. */
  loseReply(): void;
  close(): Promise<void>;
}

type Reply = { readonly result: unknown } | { readonly error: string };

/** @param redisUrl - a Redis, to which every command goes. */
export async function redisOverHttp(redisUrl: string): Promise<RedisOverHttp> {
  const client = await createClient({ url: redisUrl, RESP: 2 }).connect();
  const token = "a token of the tests";
  let [commands, loses] = [0, false];

  async function replyTo(command: readonly unknown[], encode: (reply: unknown) => unknown): Promise<Reply> {
    commands++;
    try {
      return { result: encode(await client.sendCommand(command.map(String))) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  }

  async function answer(
    path: string,
    body: string,
    inBase64: boolean,
  ): Promise<readonly [status: number, reply: unknown]> {
    const encode = inBase64 ? encodeBase64 : (reply: unknown) => reply;
    const command = JSON.parse(body);
    if (path === "/pipeline") return [200, await Promise.all(command.map((each: unknown[]) => replyTo(each, encode)))];
    const reply = await replyTo(command, encode);
    return ["error" in reply ? 400 : 200, reply];
  }

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    const [status, reply] =
      request.headers.authorization === `Bearer ${token}`
        ? await answer(request.url ?? "/", body, request.headers["upstash-encoding"] === "base64")
        : [401, { error: "Unauthorized" }];
    if (loses && /"eval"/i.test(body)) {
      loses = false;
      request.socket.destroy();
      return;
    }
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(reply));
  });
  // Otherwise it closes idle connections, and a request may come just then.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    get commands() {
      return commands;
    },
    loseReply() {
      loses = true;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      client.destroy();
    },
  };
}

/** Text is encoded wherever it is, apart from the status of a command. */
function encodeBase64(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.map(encodeBase64);
  return typeof reply === "string" && reply !== "OK" ? Buffer.from(reply).toString("base64") : reply;
}
