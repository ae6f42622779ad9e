// One walk through the log-in of the examples, over HTTP and without a browser: what every host has to answer in the same way.
import { createAuthenticator } from "otp-core/testing";
import { expect } from "vitest";

/** A visitor with cookies and forms, and without scripts. The visitor sends the header `origin` as browsers do. */
export function visitor(url: string) {
  const cookies = new Map<string, string>();
  let page = "";

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const origin = init.method === "POST" ? { origin: url } : {};
    const response = await fetch(url + path, {
      ...init,
      headers: { cookie, ...origin, ...init.headers },
      redirect: "manual",
    });
    for (const each of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (each.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    return response;
  }

  async function go(path: string, init?: RequestInit): Promise<string> {
    const response = await request(path, init);
    page = await response.text();
    const location = response.headers.get("location");
    return location === null ? page : go(new URL(location, url).pathname + new URL(location, url).search);
  }

  function send(path: string, fields: Record<string, string>): Promise<string> {
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
    return go(path, { method: "POST", body: new URLSearchParams({ csrf, ...fields }) });
  }

  async function api(path: string, body: string | object) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const headers = { "content-type": "application/json" };
    const response = await request(path, { method: "POST", headers, body: text });
    return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
  }

  return { cookies, request, go, send, api };
}

type Visitor = ReturnType<typeof visitor>;

const CREDENTIALS = { name: "alice", password: "correct horse battery" };
const REFUSED = "That code can&#39;t be used";

async function logInAgain({ go, send }: Visitor): Promise<void> {
  await go("/");
  await send("/logout", {});
  await go("/login");
  expect(await send("/login", CREDENTIALS)).toContain("Two-factor authentication");
}

/** Enrolment, log-in, the refusal of a used code, and the endpoints for scripts. */
export async function walk(url: string): Promise<void> {
  const alice = visitor(url);
  const { go, send, api, request, cookies } = alice;

  const style = await request("/style.css");
  expect([style.status, style.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/css")]);
  await style.arrayBuffer();

  // Enrolment. The server's clock is the real one: the codes of this step and of the next are both within its window.
  await go("/register");
  expect(await send("/register", CREDENTIALS)).toContain("Welcome, alice");
  const phone = createAuthenticator({ secret: /class="secret">([A-Z2-7 ]+)</.exec(await go("/enrol"))?.[1] ?? "" });
  const used = phone.code();
  expect(await send("/enrol", { code: used })).toContain("Your recovery codes");

  // Log-in, and the refusal of a used code.
  await logInAgain(alice);
  expect(await send("/challenge?way=app", { code: used })).toContain(REFUSED);
  expect(await send("/challenge?way=app", { code: phone.next(), remember: "on" })).toContain("Welcome, alice");
  // Two cookies in one answer are two headers.
  expect([...cookies.keys()].sort()).toEqual(["device", "session"]);
  cookies.delete("device");

  // The endpoints for scripts.
  await logInAgain(alice);
  expect(await api("/api/verify-otp", { code: used })).toMatchObject({ status: 401, ok: false });
  expect(await api("/api/verify-otp", "{")).toMatchObject({ status: 400, ok: false });
  expect(await api("/api/send-otp", {})).toMatchObject({ status: 200, ok: true, resendAt: expect.any(Number) });
  expect(await api("/api/send-otp", {})).toMatchObject({ status: 429, ok: false, retryAfterMs: expect.any(Number) });
  const sent = /(\d{6}) is your code/.exec(await go("/challenge?way=sent"))?.[1] ?? "";
  expect(await api("/api/verify-otp", { code: sent })).toMatchObject({ status: 401, ok: false });
  expect(await api("/api/verify-otp", { code: sent, sent: true })).toMatchObject({ status: 200, method: "sent" });
  expect(await go("/")).toContain("Welcome, alice");
  // The log-in is over, and so is its code.
  expect(await api("/api/verify-otp", { code: sent, sent: true })).toMatchObject({ status: 401, ok: false });
  expect(await visitor(url).api("/api/send-otp", {})).toMatchObject({ status: 401, ok: false });

  // Behind a proxy that ends TLS.
  const behindProxy = await request("/login", { headers: { "x-forwarded-proto": "https" } });
  expect(behindProxy.headers.getSetCookie().every((each) => each.endsWith("; Secure"))).toBe(true);
  await behindProxy.arrayBuffer();

  // A form of another site is refused.
  const foreign = await request("/logout", { method: "POST", headers: { origin: "https://evil.example" } });
  expect(foreign.status).toBe(403);
  await foreign.arrayBuffer();
  expect((await request("/nowhere")).status).toBe(404);
}
