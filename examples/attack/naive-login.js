// A log-in as many tutorials have it. DO NOT COPY IT: attack.js finds its faults. PORT=3001 node examples/attack/naive-login.js
import { randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import { generateSecret, totp } from "otp-core";
import { createNodeServer } from "../login/node-adapter.js";

const users = new Map();
const sessions = new Map();
const sentMessages = [];

const routes = {
  "/api/register": ({ name, password }) => {
    const secret = generateSecret();
    users.set(name, { password, secret });
    return { secret };
  },
  "/api/login": ({ name, password }) => {
    if (users.get(name)?.password !== password) return null;
    const session = randomUUID();
    sessions.set(session, { name });
    return { session };
  },
  // Fault: no limit. Each call costs the price of a message.
  "/api/send-otp": (_body, session) => {
    session.sent = String(randomInt(1_000_000)).padStart(6, "0");
    sentMessages.push(session.sent);
    return { ok: true };
  },
  "/api/verify-otp": ({ code }, session) => {
    const { secret } = users.get(session.name);
    // Fault: a code that is not text throws.
    const typed = code.trim();
    // Fault: a used code is accepted again within 90 seconds, and wrong codes are not counted.
    const isValid = [-1, 0, 1].some((step) => totp({ secret }, { now: Date.now() + step * 30_000 }) === typed);
    return isValid || typed === session.sent ? { ok: true } : null;
  },
};

async function handle(request) {
  const { pathname } = new URL(request.url);
  const session = sessions.get(/session=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1]);
  // Fault: malformed JSON throws.
  const result = routes[pathname](await request.json(), session);
  return Response.json(result ?? { ok: false }, { status: result === null ? 401 : 200 });
}

const server = createNodeServer((request) =>
  // The default of many frameworks: an exception becomes an answer of 500.
  handle(request).catch(() => new Response("Internal Server Error", { status: 500 })),
);
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1");
await once(server, "listening");
console.log(`A naive log-in: http://127.0.0.1:${server.address().port}`);
