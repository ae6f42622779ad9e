// A gateway for text messages as many are: a POST of JSON over HTTP, and a key by which it knows a retry.
import { createServer } from "node:http";

export interface TextMessage {
  readonly to: string;
  readonly text: string;
}

export interface SmsGateway {
  readonly url: string;
  /** What has gone out. */
  readonly messages: readonly TextMessage[];
  /** How often it was asked. */
  readonly requests: number;
  /** The next so many requests are sent out, and answered as if they had failed. */
  loseReplies(times: number): void;
  /** From now on every request fails. */
  goDown(): void;
  close(): Promise<void>;
}

export async function smsGateway(): Promise<SmsGateway> {
  const messages: TextMessage[] = [];
  const known = new Set<unknown>();
  let [requests, lost, down] = [0, 0, false];

  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      requests++;
      const key = request.headers["idempotency-key"];
      if (!down && !known.has(key)) {
        known.add(key);
        messages.push(JSON.parse(body) as TextMessage);
      }
      response.statusCode = down || lost > 0 ? 503 : 202;
      lost = Math.max(0, lost - 1);
      response.end();
    });
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/messages`,
    messages,
    get requests() {
      return requests;
    },
    loseReplies(times) {
      lost = times;
    },
    goDown() {
      down = true;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
