"use server";
// A server action of Next.js that receives the code. The page shows what it returns.
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { accounts, readSession } from "./next-session.ts";

export interface Refusal {
  readonly error: string;
  /** How long the page disables its button. */
  readonly retryAfterMs: number;
}

export async function logIn(_previous: Refusal | null, form: FormData): Promise<Refusal> {
  const session = await readSession();
  if (session.pending === null) redirect("/login");
  const jar = await cookies();
  const result = await accounts.attempt({
    subject: session.pending,
    code: form.get("code"),
    deviceToken: jar.get("device")?.value,
  });
  if (result.ok) {
    await session.logIn();
    redirect("/");
  }
  if (result.retryAfterMs === null) return { error: "Contact support.", retryAfterMs: Number.POSITIVE_INFINITY };
  return { error: "That code can't be used. Wait for the next code.", retryAfterMs: result.retryAfterMs };
}
