// From `npm install otp-core express express-session pg` to a log-in with a second factor on Express and PostgreSQL, in 40 lines of code.
// OTP_SECRET=... DATABASE_URL=postgres://... node newcomer.js
import express from "express";
import session from "express-session";
import { deriveBytes } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { sqlStore } from "otp-core/store/sql";
import pg from "pg";

const { DATABASE_URL, OTP_SECRET, PORT = 3000 } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL });
const query = (text, params) => pool.query(text, params).then(({ rows, rowCount }) => ({ rows, affected: rowCount }));
const store = sqlStore(query, { dialect: "postgres", table: "otp" });
await pool.query(store.schema());
const seal = createKeyBox([{ id: "2026", bytes: deriveBytes(OTP_SECRET, "seal 2026") }]);
const accounts = createAccounts({ store, pepper: deriveBytes(OTP_SECRET, "pepper"), seal });
const app = express().use(express.json(), session({ secret: OTP_SECRET, resave: false, saveUninitialized: false }));
// A step of the log-in starts a new session, so that an id that an attacker planted is worthless.
const enter = (req, res, content) => req.session.regenerate(() => res.json(Object.assign(req.session, content)));

// Limit how many passwords an address may try: `createLimiter` of otp-core/limiter.
app.post("/login", async (req, res) => {
  const { name, password } = req.body ?? {};
  // The table `users` holds hashes of `crypt(password, gen_salt('bf', 12))`, from the extension pgcrypto.
  const check = "SELECT id FROM users WHERE name = $1 AND hash = crypt($2, hash)";
  const { id: subject } = (await pool.query(check, [name, password])).rows[0] ?? {};
  if (!subject) return res.status(401).json({});
  const { methods } = await accounts.status(subject);
  return enter(req, res, methods.length === 0 ? { subject } : { pending: subject });
});
app.post("/code", async (req, res) => {
  const { pending: subject } = req.session;
  const result = subject && (await accounts.attempt({ subject, code: req.body?.code }));
  return result?.ok ? enter(req, res, { subject }) : res.status(401).json({ retryAfterMs: result?.retryAfterMs });
});
// Only the first app is added without a code. An attacker with the password may have proposed an app before the owner added one.
const isFirst = async (subject) => subject && (await accounts.status(subject)).methods.length === 0;
app.post("/enrol", async ({ session, session: { subject } }, res) => {
  if (!(await isFirst(subject))) return res.status(401).json({});
  const { authenticator, uri } = await accounts.propose({ subject, issuer: "Example", account: subject });
  session.proposal = { subject, authenticator };
  return res.json({ uri });
});
app.post("/confirm", async ({ session: { subject, proposal }, body }, res) => {
  const confirmed = proposal && (await isFirst(subject)) && (await accounts.confirm({ ...proposal, code: body?.code }));
  return confirmed ? res.json(await accounts.generateRecoveryCodes(subject)) : res.status(401).json({});
});
const server = app.listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
