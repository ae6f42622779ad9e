// `npm run demo -- --web`: the log-in on this machine, for this machine.
import { once } from "node:events";
import { assets } from "./assets.js";
import { createLogin } from "./login.js";
import { createNodeServer } from "./node-adapter.js";
import { openStore } from "./store.js";

const { name, store, close } = await openStore(process.env);
// Set OTP_SECRET for every store that outlives this process.
const secret = process.env.OTP_SECRET ?? "for this demonstration only: 32 characters or more";
const server = createNodeServer(createLogin({ store, secret, assets }));
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1");
await once(server, "listening");
console.log(
  `Log-in with a second factor, state in ${name}: http://127.0.0.1:${server.address().port} (Ctrl-C ends it)`,
);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    server.closeAllConnections();
    server.close();
    await close();
  });
}
