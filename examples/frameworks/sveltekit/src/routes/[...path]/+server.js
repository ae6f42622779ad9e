// The log-in on SvelteKit: an endpoint that takes every path and every method.
import { env } from "$env/dynamic/private";
import { createLogin } from "../../../../../login/login.js";
import script from "../../../../../login/page.js?raw";
import { openStore } from "../../../../../login/store.js";
import style from "../../../../../login/style.css?raw";

const assets = {
  "/style.css": { type: "text/css", body: style },
  "/page.js": { type: "text/javascript", body: script },
};

// `vite build` loads this file without the environment of the server, so the first request creates the log-in.
let login;

async function createHandler() {
  const { store } = await openStore(env);
  return createLogin({ store, secret: env.OTP_SECRET, assets });
}

export async function fallback({ request, getClientAddress }) {
  login ??= createHandler();
  const handle = await login;
  return handle(request, { address: getClientAddress() });
}
