// Users who enrolled while the application used otplib keep their phones and their backup codes.
import { parseTotpKey } from "otp-core";
import type { Accounts } from "otp-core/account";

export interface UserRow {
  readonly id: number;
  readonly email: string;
  readonly otp_secret: string | null;
  readonly backup_codes: readonly string[];
}

/**
 * Your own UPDATE that sets `otp_secret` and `backup_codes` of a row to NULL. Without it, a user who turns the second factor off, or whom
 * support lets start again, would get the old key back: also if the phone was stolen.
 */
export type Erase = (id: number) => Promise<void>;

/** All users. It may run twice, and while users log in. */
export async function migrate(
  accounts: Accounts,
  rows: AsyncIterable<UserRow> | Iterable<UserRow>,
  erase: Erase,
): Promise<number> {
  let migrated = 0;
  for await (const row of rows) {
    if (await adopt(accounts, row, erase)) migrated++;
  }
  return migrated;
}

/** Or one user at the first log-in, without a migration of all users. Read the row for each log-in. */
export async function logIn(accounts: Accounts, row: UserRow, erase: Erase, code: unknown): Promise<boolean> {
  await adopt(accounts, row, erase);
  return accounts.verify({ subject: String(row.id), code });
}

/** Resolves to `false` if the user has no secret, or is here already. */
async function adopt(accounts: Accounts, row: UserRow, erase: Erase): Promise<boolean> {
  if (row.otp_secret === null) return false;
  const subject = String(row.id);
  const isNew = (await accounts.status(subject)).authenticators.length === 0;
  if (isNew) {
    const key = parseTotpKey({ secret: row.otp_secret, issuer: "Shop", account: row.email });
    // The key comes last: a run that was interrupted does both again.
    if (row.backup_codes.length > 0) await accounts.adoptRecoveryCodes({ subject, codes: row.backup_codes });
    await accounts.adopt({ subject, authenticator: "otplib", key, label: "Authenticator app" });
  }
  await erase(row.id);
  return isNew;
}
