// The log-in on Hono and Node: OTP_SECRET=... node examples/frameworks/hono.js
import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import { assets } from "../login/assets.js";
import { createLogin } from "../login/login.js";
import { openStore } from "../login/store.js";

const { store } = await openStore(process.env);
const handle = createLogin({ store, secret: process.env.OTP_SECRET, assets });

const app = new Hono();
app.all("*", (c) => handle(c.req.raw, { address: getConnInfo(c).remote.address }));

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`http://127.0.0.1:${port}`);
});
