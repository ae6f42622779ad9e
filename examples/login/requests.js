// What every server with forms needs: cookies, forms that only its own pages can send, and safe headers.
const MAX_BODY = 10_000;

const HEADERS = {
  // Nothing inline: a script or a style that an attacker smuggled into a page is not run.
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  // With "no-referrer", browsers hide the origin of a form even from its own server.
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

export function readCookie(request, name) {
  const cookies = request.headers.get("cookie") ?? "";
  return new RegExp(`(?:^|; )${name}=([\\w.-]+)`).exec(cookies)?.[1];
}

/** A `Set-Cookie` header. @param expires - milliseconds since 1970. Default: when the browser is closed. */
export function cookie(request, name, value, expires) {
  // Behind a proxy that ends TLS, the address of the request says http.
  const isSecure = new URL(request.url).protocol === "https:" || request.headers.get("x-forwarded-proto") === "https";
  const secure = isSecure ? "; Secure" : "";
  const end = expires === undefined ? "" : `; Expires=${new Date(expires).toUTCString()}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${end}`;
}

/** The fields of a form of one of our own pages, or `undefined` for every other form. */
export async function readForm(request, session) {
  const body = await readBody(request);
  if (body === undefined) return undefined;
  const fields = Object.fromEntries(new URLSearchParams(body));
  return isEqual(fields.csrf ?? "", session.csrf) ? fields : undefined;
}

/** The JSON of a request of one of our own pages, or `undefined`. Other sites cannot send this content type. */
export async function readJson(request) {
  if (!/^application\/json\b/.test(request.headers.get("content-type") ?? "")) return undefined;
  const body = await readBody(request);
  try {
    const value = JSON.parse(body ?? "");
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

async function readBody(request) {
  const origin = request.headers.get("origin");
  // The address of the request may be that behind a proxy, and Next.js replaces 127.0.0.1 in it. The host is what the browser asked for.
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (origin !== null && origin.replace(/^https?:\/\//, "") !== host) return undefined;
  let body = "";
  const decoder = new TextDecoder();
  for await (const chunk of request.body ?? []) {
    body += decoder.decode(chunk, { stream: true });
    if (body.length > MAX_BODY) return undefined;
  }
  return body;
}

function isEqual(a, b) {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

export function respond({ status = 200, type = "text/html; charset=utf-8", body = "", location, cookies = [] }) {
  const headers = new Headers({ ...HEADERS, "content-type": type });
  if (location !== undefined) headers.set("location", location);
  for (const each of cookies) headers.append("set-cookie", each);
  return new Response(body, { status: location === undefined ? status : 303, headers });
}

export const json = (status, value) => ({ status, type: "application/json", body: JSON.stringify(value) });
