// A strategy for Passport that checks the second factor: passport.use(otpStrategy({ accounts, findSubject })).
import type { Accounts } from "otp-core/account";

export interface OtpStrategyOptions<Req> {
  readonly accounts: Accounts;
  /** Your id of the user who gave the password, from the session of the request. `null`: the password is missing. */
  readonly findSubject: (request: Req) => string | null;
  /** The cookie of a trusted device. Default: none. */
  readonly findDeviceToken?: (request: Req) => unknown;
}

/** What Passport adds to a strategy for each request. */
export interface PassportActions {
  success(user: { readonly id: string }): void;
  /** @param info - what your own callback of `passport.authenticate` receives. */
  fail(info: { readonly message: string; readonly retryAfterMs: number | null }, status: number): void;
  error(error: unknown): void;
}

export function otpStrategy<Req>(options: OtpStrategyOptions<Req>) {
  const { accounts, findSubject, findDeviceToken } = options;
  return {
    name: "otp",
    async authenticate(this: PassportActions, request: Req): Promise<void> {
      try {
        const subject = findSubject(request);
        if (subject === null)
          return this.fail({ message: "Log in with your password first.", retryAfterMs: null }, 401);
        const { body } = request as { readonly body?: { readonly code?: unknown } | null };
        const result = await accounts.attempt({ subject, code: body?.code, deviceToken: findDeviceToken?.(request) });
        if (result.ok) return this.success({ id: subject });
        return this.fail({ message: "That code can't be used.", retryAfterMs: result.retryAfterMs }, 401);
      } catch (error) {
        // The store is down. Nothing is accepted.
        return this.error(error);
      }
    },
  };
}
