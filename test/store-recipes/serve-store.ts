// The half of remote-store.ts that runs in the other runtime: one call of a store as one request.
import type { Store } from "otp-core/store";

type Swap = Parameters<Store["swap"]>;

export async function serveStore(request: Request, store: Store): Promise<Response> {
  try {
    const [method, ...args] = (await request.json()) as ["get", string] | ["swap", ...Swap];
    const answer = method === "get" ? await store.get(args[0]) : await store.swap(...(args as Swap));
    return Response.json(answer ?? null);
  } catch (error) {
    return new Response(String(error), { status: 500 });
  }
}
