// Runs a worker with D1 and Durable Objects. The worker is read from standard input, and the address is sent to the parent. It ends when
// the parent disconnects or ends.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { Miniflare } = createRequire(new URL("../../examples/stores/", import.meta.url))("miniflare");

const miniflare = new Miniflare({
  modules: true,
  script: await text(process.stdin),
  compatibilityDate: "2026-04-01",
  d1Databases: ["DB"],
  durableObjects: { OTP: { className: "OtpRecord", useSQLite: true } },
  host: "127.0.0.1",
  port: 0,
});
process.on("disconnect", () => miniflare.dispose());
process.send?.(String(await miniflare.ready));
