// A login with a second factor on node:http: which page answers what. The interesting part is second-factor.js.
import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { smsMessage } from "otp-core/passcodes";
import { createAccounts } from "./accounts.js";
import { answer, createSessions, readForm } from "./http.js";
import * as pages from "./pages.js";
import { createSecondFactor } from "./second-factor.js";

/** Whatever was wrong, whoever asks is told this and no more: the reason is in the audit. */
const REFUSED = "That was not right. Check it and try again.";

const FILES = {
  "/style.css": { type: "text/css", body: readFileSync(new URL("./style.css", import.meta.url)) },
  "/countdown.js": { type: "text/javascript", body: readFileSync(new URL("./countdown.js", import.meta.url)) },
};

/** @param settings - the `store`, and for tests a `clock` that can be moved. */
export function createLoginServer({ store, clock = Date.now }) {
  const accounts = createAccounts();
  const sessions = createSessions();
  /** What happened, by user; a real one goes to a table, and to the user when it matters. */
  const audit = new Map();
  const onEvent = (userId, event) => audit.set(userId, [event, ...(audit.get(userId) ?? [])].slice(0, 100));
  // In an application 32 random bytes out of the environment, the same on every machine.
  const factor = createSecondFactor({ store, clock, pepper: randomBytes(32), onEvent });

  const routes = {
    "GET /": async ({ session, view }) => {
      if (session.candidate) return { location: "/challenge" };
      if (!view.user) return { body: pages.welcome(view) };
      return { body: await accountPage(view) };
    },

    "GET /register": ({ view }) => ({ body: pages.credentials(view, "register") }),
    "POST /register": async ({ session, view, form }) => {
      const user = await accounts.register(form.name ?? "", form.password ?? "");
      if (user) return enter(session, user);
      const problem = "Choose another name, and a password of 8 characters or more.";
      return { status: 400, body: pages.credentials({ ...view, problem }, "register") };
    },

    "GET /login": ({ view }) => ({ body: pages.credentials(view, "login") }),
    "POST /login": async ({ session, view, form }) => {
      const user = await accounts.check(form.name ?? "", form.password ?? "");
      if (!user) return { status: 401, body: pages.credentials({ ...view, problem: REFUSED }, "login") };
      if (!user.factor) return enter(session, user);
      // Half in: what was sent for this login is good for no other one.
      return { session: sessions.renew(session, { candidate: user.id, login: randomUUID() }), location: "/challenge" };
    },
    "POST /logout": ({ session }) => ({ session: sessions.renew(session, {}), location: "/" }),

    "GET /challenge": ({ session, view, way }) =>
      session.candidate ? { body: challengePage(session, view, way) } : { location: "/login" },
    "POST /challenge": async ({ session, view, way, form }) => {
      const user = accounts.find(session.candidate);
      if (!user) return { location: "/login" };
      const verdict = await {
        app: () => factor.verify(user, form.code),
        sent: () => factor.redeem(user, session.login, form.code),
        paper: () => factor.recover(user, form.code),
      }[way]();
      if (verdict.ok) return enter(session, user);
      return { status: 401, body: challengePage(session, refused(view, verdict), way) };
    },
    "POST /send": async ({ session }) => {
      const user = accounts.find(session.candidate);
      if (!user) return { location: "/login" };
      const text = "is your code to log in at Example.";
      const issued = await factor.send(user, session.login, (code) => {
        session.outbox = [
          smsMessage({ text: `${code} ${text}`, code, host: "example.com" }),
          ...(session.outbox ?? []),
        ];
      });
      // Refused or sent, the page says when another one may be.
      session.resendAt = issued.ok ? issued.resendAt : clock() + (issued.retryAfterMs ?? 0);
      return { location: "/challenge?way=sent" };
    },

    // Whoever has a factor turns it off first, for which its code is asked.
    "GET /enrol": members(({ view }) =>
      view.user.factor ? { location: "/" } : { body: pages.enrol(view, factor.propose(view.user)) },
    ),
    "POST /enrol": members(async ({ view, form }) => {
      if (view.user.factor) return { location: "/" };
      const { verdict, codes } = await factor.confirm(view.user, form.code);
      if (verdict.ok) return { body: pages.recoveryCodes(view, codes) };
      return { status: 401, body: pages.enrol(refused(view, verdict), factor.propose(view.user)) };
    }),
    "POST /disable": members(async ({ view, form }) => {
      const verdict = await factor.verify(view.user, form.code);
      if (!verdict.ok) return { status: 401, body: await accountPage(refused(view, verdict)) };
      await factor.disable(view.user);
      return { location: "/" };
    }),
    "POST /recovery": members(async ({ view, form }) => {
      const verdict = await factor.verify(view.user, form["new-code"]);
      if (!verdict.ok) return { status: 401, body: await accountPage(refused(view, verdict)) };
      return { body: pages.recoveryCodes(view, await factor.newRecoveryCodes(view.user)) };
    }),
    "GET /audit": members(({ view }) => ({ body: pages.audit(view, audit.get(view.user.id) ?? []) })),
  };

  /** A page for whoever is in. */
  function members(handler) {
    return (context) => (context.view.user ? handler(context) : { location: "/login" });
  }

  const enter = (session, user) => ({ session: sessions.renew(session, { user: user.id }), location: "/" });

  const refused = (view, { retryAfterMs }) => ({ ...view, problem: REFUSED, waitMs: retryAfterMs ?? 0 });

  async function accountPage(view) {
    const enrolled = view.user.factor !== undefined;
    return pages.account(view, { enrolled, remaining: enrolled ? await factor.remaining(view.user) : 0 });
  }

  function challengePage(session, view, way) {
    const { outbox = [], resendAt } = session;
    return pages.challenge(view, way, {
      sent: resendAt !== undefined,
      resendMs: Math.max(0, (resendAt ?? 0) - clock()),
      outbox,
    });
  }

  async function respond(request) {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (FILES[pathname]) return FILES[pathname];
    const session = sessions.of(request);
    const view = { user: accounts.find(session.user), csrf: session.csrf };
    const handler = routes[`${request.method} ${pathname}`];
    if (!handler) return { status: 404, body: pages.message(view, "Not found", "There is no such page.") };
    const form = request.method === "POST" ? await readForm(request, session) : {};
    if (!form)
      return { session, status: 403, body: pages.message(view, "Not from here", "Open the page again and retry.") };
    const asked = searchParams.get("way");
    const way = asked === "sent" || asked === "paper" ? asked : "app";
    return { session, ...(await handler({ session, view, form, way })) };
  }

  return createServer(async (request, response) => {
    try {
      answer(response, await respond(request));
    } catch (error) {
      // The store is down, or worse: nobody gets in on a doubt. The error holds neither a secret nor a code.
      console.error(error);
      answer(response, { status: 503, type: "text/plain", body: "Something is broken here. Try again later.\n" });
    }
  });
}
