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
  // The last address is what the proxy saw. A client can write the others.
  const address = request.headers.get("x-forwarded-for")?.split(",").at(-1).trim();
  return handle(request, { address });
}

export { answer as GET, answer as POST };
