// A log-in on the account with JSON endpoints and exactly one fault, to see that examples/attack names this fault and no other.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseUri, totp } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { memoryStore } from "otp-core/store";
import { onTestFinished } from "vitest";

export type Fault = "replay" | "budget" | "sends" | "malformed" | "password";

/** What a request holds, as far as the naive code of a fault assumes it. */
interface Body {
  readonly name?: string;
  readonly code?: unknown;
}

export async function startFaultyLogin(fault: Fault | null): Promise<string> {
  const bytes = new Uint8Array(32).fill(7);
  const accounts = createAccounts({
    store: memoryStore(),
    pepper: bytes,
    seal: createKeyBox([{ id: "a", bytes }]),
    attempts: fault === "budget" ? "host" : {},
  });

  async function register(subject: string) {
    const { authenticator, uri } = await accounts.propose({ subject, issuer: "Example", account: "alice" });
    const key = parseUri(uri);
    if (key.type !== "totp") throw new Error("not TOTP");
    // The code of the step before confirms the app, so that a code of today is still fresh.
    await accounts.confirm({ subject, authenticator, code: totp(key, { now: Date.now() - 30_000 }) });
    return { secret: key.secret };
  }

  async function send(subject: string) {
    const sent = await accounts.send({ subject, purpose: "login", deliver: () => {} });
    return { ok: sent.ok || fault === "sends" };
  }

  async function verify(subject: string, code: unknown) {
    if (fault === "malformed") (code as string).trim();
    const result = await accounts.attempt({ subject, code });
    const ok = result.ok || (fault === "replay" && result.reason === "replayed");
    return { ok, retryAfterMs: result.ok ? 0 : result.retryAfterMs };
  }

  async function answer(path: string, text: string, cookie: string): Promise<Readonly<Record<string, unknown>>> {
    const body = readBody(text, fault === "malformed");
    if (path === "/api/register") return register(String(body.name));
    if (path === "/api/login") return { session: body.name };
    const subject = /session=([\w-]{36})/.exec(cookie)?.[1];
    if (subject === undefined && fault !== "password") return { ok: false };
    if (subject === undefined) throw new TypeError("session is undefined");
    return path === "/api/send-otp" ? send(subject) : verify(subject, body.code);
  }

  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", async () => {
      try {
        const result = await answer(request.url ?? "", text, request.headers.cookie ?? "");
        response.writeHead(result.ok === false ? 401 : 200).end(JSON.stringify(result));
      } catch {
        response.writeHead(500).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function readBody(text: string, isNaive: boolean): Body {
  if (isNaive) return JSON.parse(text) as Body;
  try {
    return (JSON.parse(text) as Body | null) ?? {};
  } catch {
    return {};
  }
}
