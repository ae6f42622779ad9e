// The log-in on Express: OTP_SECRET=... node examples/frameworks/express.js
import express from "express";
import { assets } from "../login/assets.js";
import { createLogin } from "../login/login.js";
import { sendResponse, toRequest } from "../login/node-adapter.js";
import { openStore } from "../login/store.js";

const { store } = await openStore(process.env);
const handle = createLogin({ store, secret: process.env.OTP_SECRET, assets });

const app = express();
// Behind a proxy: app.set("trust proxy", 1)
app.use(async (req, res) => {
  await sendResponse(res, await handle(toRequest(req), { address: req.ip }));
});

const server = app.listen(process.env.PORT ?? 3000, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
