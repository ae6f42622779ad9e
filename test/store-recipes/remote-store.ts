// A store that another runtime offers over HTTP, so that the tests of Node reach it. The other half is in serve-store.ts.
import type { Store } from "otp-core/store";

export function remoteStore(url: string): Store {
  async function call(body: readonly unknown[]): Promise<unknown> {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }
  return {
    get: async (key) => (await call(["get", key])) as string | null,
    swap: async (...args) => (await call(["swap", ...args])) as boolean,
  };
}
