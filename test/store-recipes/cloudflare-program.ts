// A worker, which Miniflare runs. It offers the stores on D1 and on Durable Objects to remote-store.ts.
import { d1Store } from "../../examples/stores/d1.ts";
import { durableObjectStore, OtpRecord } from "../../examples/stores/durable-object.ts";
import { serveStore } from "./serve-store.ts";

export { OtpRecord };

interface Env {
  readonly DB: Parameters<typeof d1Store>[0];
  readonly OTP: Parameters<typeof durableObjectStore>[0];
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/schema") {
      await env.DB.exec(d1Store(env.DB).schema());
      return new Response();
    }
    return serveStore(request, pathname === "/d1" ? d1Store(env.DB) : durableObjectStore(env.OTP));
  },
};
