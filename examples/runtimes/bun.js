// The log-in on Bun: OTP_SECRET=... bun examples/runtimes/bun.js
import { memoryStore } from "otp-core/store";
import { assets } from "../login/assets.js";
import { createLogin } from "../login/login.js";

const handle = createLogin({ store: memoryStore(), secret: process.env.OTP_SECRET, assets });

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: process.env.PORT ?? 3000,
  fetch: (request, server) => handle(request, { address: server.requestIP(request)?.address }),
});
console.log(`http://127.0.0.1:${server.port}`);
