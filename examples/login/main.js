// `npm run demo -- --web`: the login server on this machine, for this machine.
import { once } from "node:events";
import { createLoginServer } from "./server.js";
import { openStore } from "./store.js";

const { name, store, close } = await openStore(process.env);
const server = createLoginServer({ store });
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1");
await once(server, "listening");
console.log(
  `A login with a second factor, state in ${name}: http://127.0.0.1:${server.address().port} (Ctrl-C ends it)`,
);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    server.closeAllConnections();
    server.close();
    await close();
  });
}
