// The log-in on Deno: OTP_SECRET=... deno run --allow-net --allow-env --allow-read examples/runtimes/deno.js
import { memoryStore } from "otp-core/store";
import { assets } from "../login/assets.js";
import { createLogin } from "../login/login.js";

const handle = createLogin({ store: memoryStore(), secret: Deno.env.get("OTP_SECRET"), assets });

Deno.serve(
  {
    hostname: "127.0.0.1",
    port: Number(Deno.env.get("PORT") ?? 3000),
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  },
  (request, { remoteAddr }) => handle(request, { address: remoteAddr.hostname }),
);
