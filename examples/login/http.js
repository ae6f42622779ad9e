// What any server with forms has to do: sessions in a cookie, forms that only our own pages can send, headers.
import { randomBytes, timingSafeEqual } from "node:crypto";

const COOKIE = "session";
const MAX_FORM = 10_000;
const IDLE_MS = 30 * 60_000;

const HEADERS = {
  // Nothing inline: neither a script nor a style that somebody smuggled into a page is run.
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  // Under "no-referrer" browsers hide the origin of a form even from us.
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

const token = () => randomBytes(24).toString("base64url");

export function createSessions() {
  const sessions = new Map();

  /** The session of a request, or a new one. */
  function of(request) {
    const id = new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? "")?.[1];
    const session = sessions.get(id);
    if (session === undefined || session.usedAt < Date.now() - IDLE_MS) return start({});
    session.usedAt = Date.now();
    return session;
  }

  function start(content) {
    for (const [id, { usedAt }] of sessions) {
      if (usedAt < Date.now() - IDLE_MS) sessions.delete(id);
      else break;
    }
    const session = { ...content, id: token(), csrf: token(), usedAt: Date.now() };
    sessions.set(session.id, session);
    return session;
  }

  /** Another id whenever somebody becomes more than he was, so that one that was planted is worth nothing. */
  function renew(session, content) {
    sessions.delete(session.id);
    return start(content);
  }

  return { of, renew };
}

/** The fields of a form that one of our pages sent; undefined for any other. */
export async function readForm(request, session) {
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) return undefined;
  let body = "";
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_FORM) return undefined;
  }
  const fields = Object.fromEntries(new URLSearchParams(body));
  return same(fields.csrf ?? "", session.csrf) ? fields : undefined;
}

function same(a, b) {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export function answer(response, { status = 200, type = "text/html; charset=utf-8", body = "", location, session }) {
  response.writeHead(location === undefined ? status : 303, {
    ...HEADERS,
    "content-type": type,
    ...(location && { location }),
    // Over https add Secure, and the prefix __Host- to the name.
    ...(session && { "set-cookie": `${COOKIE}=${session.id}; Path=/; HttpOnly; SameSite=Lax` }),
  });
  response.end(body);
}
