// An authentication adapter for parse-server: auth: { otp: { enabled: true, module: otpAdapter(accounts) } }. The adapter `mfa` of
// parse-server accepts a code again within its window, does not limit guesses, and keeps secrets in the user's row as they are. This one
// keeps them sealed in the account.
import type { Accounts } from "otp-core/account";

/** What a client sends as `authData.otp`. */
export interface OtpAuthData {
  /** The code of the app, or a recovery code. */
  readonly token?: unknown;
  /** Only for a new app: the id that `proposeOtp` returned. */
  readonly authenticator?: unknown;
  /** Only for a change of the app: a code of the old app. */
  readonly old?: unknown;
}

/** The part of a request of parse-server that the adapter reads. */
export interface ParseRequest {
  /** The user as stored. Absent while a user signs up. */
  readonly original?: { readonly id: string } | undefined;
}

const INVALID = "Invalid OTP token";

export function otpAdapter(accounts: Accounts) {
  async function confirm(subject: string, { authenticator, token: code }: OtpAuthData, replaces?: string) {
    if (typeof authenticator !== "string") throw new Error("Call the cloud function proposeOtp first");
    if ((await accounts.confirm({ subject, authenticator, code, replaces })) === null) throw new Error(INVALID);
    // The row of the user says only that there is a second factor.
    return { save: { status: "enabled" } };
  }

  return {
    /** A user who has this second factor logs in with the password and a code. */
    policy: "additional" as const,

    validateAppId: async () => {},

    /** A logged-in user adds the first app. */
    validateSetUp(data: OtpAuthData, _options: unknown, request: ParseRequest) {
      return confirm(subjectOf(request), data);
    },

    async validateLogin({ token: code }: OtpAuthData, _options: unknown, request: ParseRequest) {
      if (!(await accounts.verify({ subject: subjectOf(request), code }))) throw new Error(INVALID);
      return { doNotSave: true };
    },

    /** A logged-in user changes the app. The old app ends in the same write. */
    async validateUpdate(data: OtpAuthData, _options: unknown, request: ParseRequest) {
      const subject = subjectOf(request);
      const [old] = (await accounts.status(subject)).authenticators;
      if (!(await accounts.verify({ subject, code: data.old }))) throw new Error(INVALID);
      return confirm(subject, data, old?.authenticator);
    },
  };
}

/** For Parse.Cloud.define("proposeOtp", ({ user }) => ...): what the page shows as a QR code, and the id to send back. */
export async function proposeOtp(accounts: Accounts, user: { readonly id: string } | undefined) {
  if (user === undefined) throw new Error("Log in first");
  const { authenticator, uri } = await accounts.propose({ subject: user.id, issuer: "Example", account: user.id });
  return { authenticator, uri };
}

/** A user of parse-server in a trigger. */
interface ParseUser {
  get(name: "authData"): Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * For Parse.Cloud.beforeSave("_User", refuseUnlink). Without it, parse-server lets a session remove the second factor without a code.
 * To turn it off, ask for a code in a cloud function, call `accounts.forget`, and save with the master key.
 */
export function refuseUnlink(request: {
  readonly object: ParseUser;
  readonly original?: ParseUser;
  readonly master?: boolean;
}): void {
  const { object, original, master } = request;
  const hadOtp = Boolean(original?.get("authData")?.otp);
  if (hadOtp && !object.get("authData")?.otp && !master) throw new Error("The second factor cannot be removed here");
}

function subjectOf({ original }: ParseRequest): string {
  if (original === undefined) throw new Error("Sign up first, and add the app afterwards");
  return original.id;
}
