// Runs a handler of web-standard requests on node:http. Hono, Next.js, Bun, Deno and workers call such a handler themselves.
import { createServer } from "node:http";
import { Readable } from "node:stream";

/** @param handle - `(request, { address }) => Promise<Response>`. */
export function createNodeServer(handle) {
  return createServer(async (incoming, outgoing) => {
    try {
      const response = await handle(toRequest(incoming), { address: incoming.socket.remoteAddress });
      const cookies = response.headers.getSetCookie();
      outgoing.writeHead(response.status, {
        ...Object.fromEntries(response.headers),
        ...(cookies.length > 0 && { "set-cookie": cookies }),
      });
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      console.error(error);
      outgoing.writeHead(500).end();
    }
  });
}

function toRequest(incoming) {
  // A request line such as `GET //` is a path and not another host.
  const url = `http://${incoming.headers.host ?? "localhost"}${incoming.url}`;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  const body = hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {};
  return new Request(url, { method: incoming.method, headers, ...body });
}
