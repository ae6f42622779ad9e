// Users who enrolled while the application used otplib keep their phones and their backup codes.
import { parseTotpKey } from "otp-core";
import type { Accounts } from "otp-core/account";

export interface UserRow {
  readonly id: number;
  readonly email: string;
  readonly otp_secret: string | null;
  readonly backup_codes: readonly string[];
}

/** All users. It may run twice, and while users log in. */
export async function migrate(accounts: Accounts, rows: AsyncIterable<UserRow> | Iterable<UserRow>): Promise<number> {
  let migrated = 0;
  for await (const row of rows) {
    if (await adopt(accounts, row)) migrated++;
  }
  return migrated;
}

/** Or one user at the first log-in, without a migration of all users. */
export async function logIn(accounts: Accounts, row: UserRow, code: unknown): Promise<boolean> {
  await adopt(accounts, row);
  return accounts.verify({ subject: String(row.id), code });
}

/** Resolves to `false` if the user has no secret, or is here already. */
async function adopt(accounts: Accounts, row: UserRow): Promise<boolean> {
  if (row.otp_secret === null) return false;
  const subject = String(row.id);
  if ((await accounts.status(subject)).authenticators.length > 0) return false;
  const key = parseTotpKey({ secret: row.otp_secret, issuer: "Shop", account: row.email });
  await accounts.adopt({ subject, authenticator: "otplib", key, label: "Authenticator app" });
  if (row.backup_codes.length > 0) await accounts.adoptRecoveryCodes({ subject, codes: row.backup_codes });
  return true;
}
