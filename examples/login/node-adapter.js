// Runs a handler of web-standard requests on node:http. Hono, Next.js, Bun, Deno and workers call such a handler themselves.
import { createServer } from "node:http";
import { Readable } from "node:stream";

/** @param handle - `(request, { address }) => Promise<Response>`. */
export function createNodeServer(handle) {
  return createServer(async (incoming, outgoing) => {
    try {
      await sendResponse(outgoing, await handle(toRequest(incoming), { address: incoming.socket.remoteAddress }));
    } catch (error) {
      console.error(error);
      outgoing.writeHead(500).end();
    }
  });
}

/** The request of node:http, Express or Fastify as a web-standard request. */
export function toRequest(incoming) {
  // A request line such as `GET //` is a path and not another host.
  const url = `http://${incoming.headers.host ?? "localhost"}${incoming.url}`;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  const body = hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {};
  return new Request(url, { method: incoming.method, headers, ...body });
}

/** Sends a web-standard response through node:http or Express. */
export async function sendResponse(outgoing, response) {
  const cookies = response.headers.getSetCookie();
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    ...(cookies.length > 0 && { "set-cookie": cookies }),
  });
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
