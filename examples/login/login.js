// A log-in with a second factor: which request gets which answer. Everything that it does with otp-core is in this file.
import { deriveBytes } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { addressKey, createLimiter } from "otp-core/limiter";
import { smsMessage } from "otp-core/passcodes";
import { createDemoPhone } from "./demo-phone.js";
import * as pages from "./pages.js";
import { cookie, json, readCookie, readForm, readJson, respond } from "./requests.js";
import { createSessions } from "./sessions.js";
import { createUsers } from "./users.js";

/** True for every reason, and it says what to do. The reason itself is in the activity. */
const REFUSED = "That code can't be used. Wait for the next code in your app and try again.";
const WRONG_PASSWORD = "The name or the password is wrong.";

/**
 * A handler of web-standard requests, for node:http (`node-adapter.js`), Hono, Next.js, Bun, Deno and workers.
 *
 * @param options.store - where the accounts and the limits are kept.
 * @param options.secret - 32 random characters or more, the same in every process.
 * @param options.assets - files by path: `{ "/style.css": { type, body } }`.
 */
export function createLogin({ store, secret, clock = Date.now, assets = {}, iterations }) {
  const users = createUsers(iterations);
  const sessions = createSessions(clock);
  /** What happened, by user. An application writes this to a table, and mails the important events to the user. */
  const activity = new Map();
  const accounts = createAccounts({
    store,
    clock,
    pepper: deriveBytes(secret, "pepper"),
    seal: createKeyBox([{ id: "2026", bytes: deriveBytes(secret, "seal 2026") }]),
    onEvent: (event) => activity.set(event.subject, [event, ...(activity.get(event.subject) ?? [])].slice(0, 100)),
  });
  const byAddress = createLimiter({ store, clock, name: "address", limit: 100, perMs: 60_000 });
  const byName = createLimiter({ store, clock, name: "name", limit: 20, perMs: 900_000 });
  /** Shows the codes of the app and the sent messages, so that you can try this without a phone. */
  const phone = createDemoPhone(clock);

  const routes = {
    "GET /": async ({ session, view }) => {
      if (session.pending) return { location: "/challenge" };
      return view.user ? showAccount(view) : { body: pages.welcome(view) };
    },

    "GET /register": ({ view }) => ({ body: pages.credentials(view, "register") }),
    "POST /register": async ({ session, view, form, address }) => {
      if (!(await byAddress.take(addressKey(address)))) return tooMany(view, "register");
      const user = await users.register(form.name ?? "", form.password ?? "");
      if (user) return enter(session, user.id);
      const problem = "Choose another name, and a password of 8 characters or more.";
      return { status: 400, body: pages.credentials({ ...view, problem }, "register") };
    },

    "GET /login": ({ view }) => ({ body: pages.credentials(view, "login") }),
    "POST /login": async ({ session, view, form, address, deviceToken }) => {
      // By name too: an attacker has many addresses.
      const name = (form.name || "-").slice(0, 64);
      const turns = [await byAddress.take(addressKey(address)), await byName.take(name)];
      if (turns.includes(false)) return tooMany(view, "login");
      const user = await users.check(form.name ?? "", form.password ?? "");
      if (!user) return { status: 401, body: pages.credentials({ ...view, problem: WRONG_PASSWORD }, "login") };
      const { methods } = await accounts.status(user.id);
      if (methods.length === 0) return enter(session, user.id);
      const device = await accounts.recognise({ subject: user.id, deviceToken });
      if (device) return enter(session, user.id, device);
      return { session: sessions.wait(session, user.id), location: "/challenge" };
    },
    "POST /logout": ({ session }) => ({ session: sessions.renew(session, {}), location: "/" }),

    "GET /challenge": pending(({ session, view, way }) => ({ body: challengePage(session, view, way) })),
    "POST /challenge": pending(async ({ session, view, way, form, deviceToken }) => {
      const { user } = session.pending;
      const result = await attempt(session, form.code, way === "sent", deviceToken);
      if (!result.ok) return { status: 401, body: challengePage(session, refuse(view, result), way) };
      const device = form.remember ? await accounts.trust({ subject: user, label: "This browser" }) : null;
      return enter(session, user, device);
    }),
    "POST /send": pending(async ({ session }) => {
      await send(session);
      return { location: "/challenge?way=sent" };
    }),

    "GET /enrol": members(async ({ session, view }) => {
      const { methods } = await accounts.status(view.user.id);
      // To change the phone, a code of the old one is asked for first: see "POST /replace".
      if (methods.length > 0 && !session.replaces) return { location: "/" };
      return { body: pages.enrol(view, await proposalOf(session, view.user)) };
    }),
    "POST /enrol": members(async ({ session, view, form }) => {
      const subject = view.user.id;
      const { proposal: authenticator, replaces } = session;
      const confirmed =
        authenticator && (await accounts.confirm({ subject, authenticator, code: form.code, replaces }));
      if (!confirmed) {
        const problem = "That code doesn't match. Enter the code that your app shows now.";
        return { status: 401, body: pages.enrol({ ...view, problem }, await proposalOf(session, view.user)) };
      }
      Object.assign(session, { proposal: undefined, replaces: undefined });
      // Sessions that were opened with the password alone end now.
      sessions.endOthers(subject, session);
      if (replaces) return { location: "/" };
      return { body: pages.recoveryCodes(view, await accounts.generateRecoveryCodes(subject)) };
    }),
    "POST /replace": members(async ({ session, view, form }) => {
      const result = await accounts.attempt({ subject: view.user.id, code: form["replace-code"] });
      if (!result.ok) return showAccount(refuse(view, result), 401);
      const [old] = (await accounts.status(view.user.id)).authenticators;
      Object.assign(session, { proposal: undefined, replaces: old?.authenticator });
      return { location: "/enrol" };
    }),
    "POST /turn-off": members(async ({ view, form }) => {
      const subject = view.user.id;
      const result = await accounts.attempt({ subject, code: form["off-code"] });
      if (!result.ok) return showAccount(refuse(view, result), 401);
      for (const { authenticator } of (await accounts.status(subject)).authenticators)
        await accounts.remove({ subject, authenticator });
      return { location: "/" };
    }),
    "POST /recovery": members(async ({ view, form }) => {
      const result = await accounts.attempt({ subject: view.user.id, code: form["recovery-code"] });
      if (!result.ok) return showAccount(refuse(view, result), 401);
      return { body: pages.recoveryCodes(view, await accounts.generateRecoveryCodes(view.user.id)) };
    }),
    "POST /revoke": members(async ({ view, form }) => {
      await accounts.revoke({ subject: view.user.id, device: form.device ?? "" });
      return { location: "/" };
    }),
    "GET /activity": members(({ view }) => ({ body: pages.activity(view, activity.get(view.user.id) ?? []) })),

    // The same for a page that is made of scripts. The password was given before; its session names the user.
    "POST /api/send-otp": api(async ({ session, address }) => {
      if (!(await byAddress.take(addressKey(address)))) return json(429, { ok: false, retryAfterMs: 60_000 });
      const sent = await send(session);
      if (sent.ok) return json(200, { ok: true, expiresAt: sent.expiresAt, resendAt: sent.resendAt });
      return json(429, { ok: false, retryAfterMs: sent.retryAfterMs });
    }),
    "POST /api/verify-otp": api(async ({ session, body, deviceToken }) => {
      const result = await attempt(session, body.code, body.sent === true, deviceToken);
      if (!result.ok) return json(401, { ok: false, error: REFUSED, retryAfterMs: result.retryAfterMs });
      const { location: _, ...entered } = await enter(session, session.pending.user);
      return { ...entered, ...json(200, { ok: true, method: result.method }) };
    }),
  };

  /** A page for users who have the password and not yet a code. */
  function pending(handler) {
    return (context) => (context.session.pending ? handler(context) : { location: "/login" });
  }

  /** A page for users who are logged in. */
  function members(handler) {
    return (context) => (context.view.user ? handler(context) : { location: "/login" });
  }

  /** An endpoint for JSON, for users who have the password and not yet a code. */
  function api(handler) {
    const answer = ({ session, body, ...context }) => {
      if (body === undefined) return json(400, { ok: false, error: "Send an object as JSON from our own page." });
      if (!session.pending) return json(401, { ok: false, error: "Log in with your password first." });
      return handler({ session, body, ...context });
    };
    return Object.assign(answer, { isApi: true });
  }

  function attempt({ pending: { user, login } }, code, sent, deviceToken) {
    const purpose = sent ? { purpose: "login", context: login } : {};
    return accounts.attempt({ subject: user, code, deviceToken, ...purpose });
  }

  /** Sends a code that is valid for this log-in only. */
  async function send(session) {
    const { user, login } = session.pending;
    const result = await accounts.send({
      subject: user,
      purpose: "login",
      context: login,
      deliver: (code) =>
        phone.receive(login, smsMessage({ text: `${code} is your code for Example.`, code, host: "example.com" })),
    });
    session.resendAt = result.ok ? result.resendAt : clock() + (result.retryAfterMs ?? 0);
    return result;
  }

  /** The proposal of this session. It is the same after a reload, and no other session sees it. */
  async function proposalOf(session, { id: subject, name }) {
    const authenticator = session.proposal;
    const open = authenticator && (await accounts.proposal({ subject, authenticator }));
    const proposal = open || (await accounts.propose({ subject, issuer: "Example", account: name, label: "Phone" }));
    session.proposal = proposal.authenticator;
    phone.scan(subject, proposal.uri);
    return { ...proposal, shown: phone.show(subject) };
  }

  function enter(session, user, device) {
    const renewed = sessions.renew(session, { user });
    return { session: renewed, location: "/", ...(device && { device }) };
  }

  function refuse(view, { retryAfterMs, reason }) {
    if (retryAfterMs === null) return { ...view, problem: "Too many attempts. Please contact support." };
    const waiting = reason === "throttled" || retryAfterMs > 0;
    return waiting && reason !== "replayed" ? { ...view, waitMs: retryAfterMs } : { ...view, problem: REFUSED };
  }

  function tooMany(view, page) {
    const problem = "Too many attempts. Try again in a few minutes.";
    return { status: 429, body: pages.credentials({ ...view, problem }, page) };
  }

  async function showAccount(view, status = 200) {
    const state = await accounts.status(view.user.id);
    return { status, body: pages.account(view, { ...state, shown: phone.show(view.user.id) }) };
  }

  function challengePage(session, view, way) {
    const { user, login } = session.pending;
    const resendMs = Math.max(0, (session.resendAt ?? 0) - clock());
    const demo = { shown: phone.show(user), messages: phone.messages(login) };
    return pages.challenge(view, way, { sent: session.resendAt !== undefined, resendMs, ...demo });
  }

  async function answer(request, address) {
    const { pathname, searchParams } = new URL(request.url);
    if (assets[pathname]) return assets[pathname];
    const session = sessions.open(readCookie(request, "session"));
    const view = { user: users.find(session.user), pending: session.pending !== undefined, csrf: session.csrf };
    const handler = routes[`${request.method} ${pathname}`];
    if (!handler) return { status: 404, body: pages.message(view, "Page not found", "This address does not exist.") };
    const asked = searchParams.get("way");
    const way = asked === "sent" || asked === "recovery" ? asked : "app";
    const context = { session, view, way, address, deviceToken: readCookie(request, "device") };
    if (handler.isApi) return { session, ...(await handler({ ...context, body: await readJson(request) })) };
    const form = request.method === "POST" ? await readForm(request, session) : {};
    if (!form)
      return { status: 403, body: pages.message(view, "This form has expired", "Open the page again and retry.") };
    return { session, ...(await handler({ ...context, form })) };
  }

  return async function handle(request, { address = "unknown" } = {}) {
    try {
      const { session, device, ...rest } = await answer(request, address);
      const cookies = [];
      if (session) cookies.push(cookie(request, "session", session.id));
      if (device?.deviceToken) cookies.push(cookie(request, "device", device.deviceToken, device.expiresAt));
      return respond({ ...rest, cookies });
    } catch (error) {
      // The store is down, or something else broke. No login succeeds. The error holds neither a secret nor a code.
      console.error(error);
      return respond({ status: 503, type: "text/plain", body: "Something went wrong. Try again later.\n" });
    }
  };
}
