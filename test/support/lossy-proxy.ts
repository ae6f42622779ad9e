// A TCP proxy that loses one request or one reply when it is told to: what a network does to a driver, done on purpose.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The request is not passed on; or it is, and the reply is not. Hanging connections stay open and say nothing more. */
export type Loss = "request lost" | "reply lost" | "request hangs" | "reply hangs";

export interface LossyProxy {
  readonly port: number;
  /** Once: for the next request that has this text in it. */
  lose(loss: Loss, text: string): void;
  /** Breaks every connection; new ones break at once, until it is up again. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

export async function lossyProxy(target: number): Promise<LossyProxy> {
  const sockets = new Set<Socket>();
  let armed: { readonly loss: Loss; readonly text: string } | null = null;
  let isUp = true;

  function pair(client: Socket): void {
    const server = connect(target, "127.0.0.1");
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", end).on("close", end);
      socket.on("close", () => sockets.delete(socket));
    }
    if (!isUp) end();
    let silent = false;
    let replyIsLost: Loss | null = null;
    client.on("data", (request) => {
      if (silent) return;
      const loss = armed !== null && request.includes(armed.text) ? armed.loss : null;
      if (loss !== null) armed = null;
      if (loss === "request lost") return end();
      if (loss === "request hangs") {
        silent = true;
        return;
      }
      replyIsLost = loss;
      server.write(request);
    });
    server.on("data", (reply) => {
      if (replyIsLost === "reply lost") return end();
      if (replyIsLost === "reply hangs") silent = true;
      if (!silent) client.write(reply);
    });
  }

  const listener = createServer(pair);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const down = () => {
    isUp = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    lose(loss, text) {
      armed = { loss, text };
    },
    down,
    up() {
      isUp = true;
    },
    async close() {
      down();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
