// What next-action.ts takes from the application: the accounts, and the session of the request.
import { deriveBytes } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { memoryStore } from "otp-core/store";

const secret = process.env.OTP_SECRET;
if (secret === undefined) throw new Error("OTP_SECRET is not set");

export const accounts = createAccounts({
  store: memoryStore(), // with several processes: Redis or SQL
  pepper: deriveBytes(secret, "pepper"),
  seal: createKeyBox([{ id: "2026", bytes: deriveBytes(secret, "seal 2026") }]),
});

export interface Session {
  /** The user who gave the password and not yet the code. */
  pending: string | null;
  user: string | null;
}

/** In your application: the session that a cookie names. */
export const session: Session = { pending: null, user: null };

export async function readSession() {
  return {
    pending: session.pending,
    async logIn(): Promise<void> {
      session.user = session.pending;
      session.pending = null;
    },
  };
}
