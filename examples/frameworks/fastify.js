// The log-in on Fastify: OTP_SECRET=... node examples/frameworks/fastify.js
import fastify from "fastify";
import { assets } from "../login/assets.js";
import { createLogin } from "../login/login.js";
import { toRequest } from "../login/node-adapter.js";
import { openStore } from "../login/store.js";

const { store } = await openStore(process.env);
const handle = createLogin({ store, secret: process.env.OTP_SECRET, assets });

// Behind a proxy: fastify({ trustProxy: 1 })
const app = fastify();
// The log-in reads bodies itself, and has a limit for their size.
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", (_request, body, done) => done(null, body));
app.all("/*", (request) => handle(toRequest(request.raw), { address: request.ip }));

console.log(await app.listen({ host: "127.0.0.1", port: process.env.PORT ?? 3000 }));
