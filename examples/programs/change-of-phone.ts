// A user changes the phone. The old phone ends in the same write that adds the new phone, so the account is never without a second factor.
import type { Accounts } from "otp-core/account";

export interface Session {
  readonly subject: string;
  proposal?: string;
}

/** The first page: a code of the old phone, then the QR code for the new phone. `null`: the code was refused. */
export async function startChange(accounts: Accounts, session: Session, code: unknown) {
  const { subject } = session;
  if (!(await accounts.verify({ subject, code }))) return null;
  const { authenticator, uri, secret } = await accounts.propose({
    subject,
    issuer: "Shop",
    account: subject,
    label: "New phone",
  });
  session.proposal = authenticator;
  return { uri, secret };
}

/** The second page: a code of the new phone. */
export async function finishChange(accounts: Accounts, session: Session, oldPhone: string, code: unknown) {
  const { subject, proposal: authenticator } = session;
  if (authenticator === undefined) return "start again";
  if (await accounts.confirm({ subject, authenticator, code, replaces: oldPhone })) {
    delete session.proposal;
    return "changed";
  }
  return (await accounts.proposal({ subject, authenticator })) === null ? "start again" : "wrong code";
}
