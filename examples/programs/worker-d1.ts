// A worker that keeps the account in a column of the user's own row in D1: ALTER TABLE users ADD COLUMN otp TEXT
import { deriveBytes } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { rowStore } from "otp-core/store";

export interface Env {
  readonly DB: D1Database;
  readonly OTP_SECRET: string;
  /** Your own service that knows the session of a request: the id of the user who gave the password. */
  readonly SESSIONS: { pendingUser(request: Request): Promise<string | null> };
}

export const accountsOf = ({ DB, OTP_SECRET }: Env) =>
  createAccounts({
    store: rowStore({
      read: ({ subject }) => DB.prepare("SELECT otp FROM users WHERE id = ?1").bind(subject).first<string>("otp"),
      async write({ subject }, expected, next) {
        const update = DB.prepare("UPDATE users SET otp = ?1 WHERE id = ?2 AND otp IS ?3");
        return (await update.bind(next, subject, expected).run()).meta.changes === 1;
      },
    }),
    pepper: deriveBytes(OTP_SECRET, "pepper"),
    seal: createKeyBox([{ id: "2026", bytes: deriveBytes(OTP_SECRET, "seal 2026") }]),
  });

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const subject = await env.SESSIONS.pendingUser(request);
    if (subject === null) return Response.json({ ok: false }, { status: 403 });
    const body = (await request.json().catch(() => null)) as { readonly code?: unknown } | null;
    const result = await accountsOf(env).attempt({ subject, code: body?.code });
    if (result.ok) return Response.json({ ok: true });
    return Response.json({ ok: false, retryAfterMs: result.retryAfterMs }, { status: 401 });
  },
};
