// Offers the store on Deno KV to remote-store.ts: `deno run ... deno-program.ts <file of the database>`. It prints its address, and ends
// with its standard input.
import { denoKvStore } from "../../examples/stores/deno-kv.ts";
import { serveStore } from "./serve-store.ts";

const store = denoKvStore(await Deno.openKv(Deno.args[0]));
const onListen = ({ port }: { readonly port: number }) => console.log(`http://127.0.0.1:${port}`);
Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, (request) => serveStore(request, store));

await Deno.stdin.readable.pipeTo(new WritableStream());
Deno.exit();
