// A log-in on Express: password, code, trusted devices and enrolment. It expects a session and parsers for cookies and bodies.
import type { Express, Request } from "express";
import type { Accounts } from "otp-core/account";
import { addressKey, createLimiter } from "otp-core/limiter";
import type { Store } from "otp-core/store";

export interface LogInOptions {
  readonly app: Express;
  readonly accounts: Accounts;
  readonly store: Store;
  /** Your own check of name and password: your id of the user, or `null`. */
  readonly checkPassword: (body: unknown) => Promise<string | null>;
  /** Your own start of a session that is logged in. Its id must be new, so that an id that an attacker planted is worthless. */
  readonly startSession: (req: Request, subject: string) => Promise<void>;
  readonly clock?: () => number;
}

const COOKIE = { httpOnly: true, secure: true, sameSite: "lax" } as const;

export function addLogIn(options: LogInOptions): void {
  const { app, accounts, store, checkPassword, startSession, clock = Date.now } = options;
  const limiter = createLimiter({ store, clock, name: "login", limit: 20, perMs: 60_000 });

  app.post("/password", async (req, res) => {
    if (!(await limiter.take(addressKey(req.ip)))) return res.status(429).json({ error: "Too many attempts." });
    const subject = await checkPassword(req.body);
    if (subject === null) return res.status(401).json({ error: "The name or the password is wrong." });
    const { methods } = await accounts.status(subject);
    const device = await accounts.recognise({ subject, deviceToken: req.cookies.device });
    if (device?.deviceToken)
      res.cookie("device", device.deviceToken, { ...COOKIE, expires: new Date(device.expiresAt) });
    if (methods.length === 0 || device !== null) {
      await startSession(req, subject);
      return res.redirect("/");
    }
    req.session.pending = subject;
    return res.render("code", { methods });
  });

  app.post("/code", async (req, res) => {
    const subject = req.session.pending;
    if (subject === undefined) return res.redirect("/login");
    const result = await accounts.attempt({ subject, code: req.body?.code, deviceToken: req.cookies.device });
    if (!result.ok) {
      if (result.retryAfterMs === null) return res.status(403).json({ error: "Contact support." });
      res.set("Retry-After", String(Math.ceil(result.retryAfterMs / 1000)));
      return res.status(401).json({ error: "That code can't be used. Wait for the next code." });
    }
    if (req.body?.remember === "on") {
      const device = await accounts.trust({ subject, label: "This browser" });
      if (device !== null) res.cookie("device", device.deviceToken, { ...COOKIE, expires: new Date(device.expiresAt) });
    }
    await startSession(req, subject);
    return res.redirect("/");
  });

  app.get("/enrol", async (req, res) => {
    const { subject, proposal: authenticator } = req.session;
    if (subject === undefined) return res.redirect("/login");
    // A stolen session must not add an authenticator: change-of-phone.ts asks for a code first.
    if ((await accounts.status(subject)).methods.length > 0) return res.redirect("/change-phone");
    const open = authenticator === undefined ? null : await accounts.proposal({ subject, authenticator });
    const proposal = open ?? (await accounts.propose({ subject, issuer: "Shop", account: subject }));
    req.session.proposal = proposal.authenticator;
    return res.render("enrol", { uri: proposal.uri, secret: proposal.secret });
  });

  app.post("/enrol", async (req, res) => {
    const { subject, proposal: authenticator } = req.session;
    if (subject === undefined || authenticator === undefined) return res.redirect("/enrol");
    // An attacker with the password may have opened the page before the owner added an authenticator.
    if ((await accounts.status(subject)).methods.length > 0) return res.redirect("/change-phone");
    const confirmed = await accounts.confirm({ subject, authenticator, code: req.body?.code });
    if (confirmed === null) return res.redirect("/enrol");
    delete req.session.proposal;
    return res.render("recovery-codes", { codes: await accounts.generateRecoveryCodes(subject) });
  });
}
