// The log-in on Next.js: a route handler that takes every path.
import { assets } from "../../../../login/assets.js";
import { createLogin } from "../../../../login/login.js";
import { openStore } from "../../../../login/store.js";

// `next build` loads this file without the environment of the server, so the first request creates the log-in.
let login;

async function createHandler() {
  const { store } = await openStore(process.env);
  return createLogin({ store, secret: process.env.OTP_SECRET, assets });
}

async function answer(request) {
  login ??= createHandler();
  const handle = await login;
  return handle(request, { address: request.headers.get("x-forwarded-for") ?? undefined });
}

export { answer as GET, answer as POST };
