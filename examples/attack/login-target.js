// How the attacks reach the log-in of examples/login: by its forms. Write such a file for your own server.
import { timeStep, totp } from "otp-core";
import { createUser } from "./user.js";

const PASSWORD = "the password of an attacker";

/** Enrols a user. @returns what user.js describes. */
export async function enrol(url) {
  const name = `attack-${crypto.randomUUID()}`;
  const browser = createBrowser(url);
  await browser.post("/register", "/register", { name, password: PASSWORD });
  const secret = /class="secret">([A-Z2-7 ]+)</.exec(await browser.get("/enrol"))?.[1];
  if (secret === undefined) throw new Error("The server refused to register a user. Wait a minute and try again.");
  const usedStep = timeStep({ secret });
  await browser.post("/enrol", "/enrol", { code: totp({ secret }, { now: usedStep * 30_000 }) });
  return createUser({
    secret,
    usedStep,
    async openSession() {
      const session = createBrowser(url);
      await session.post("/login", "/login", { name, password: PASSWORD });
      return { cookie: session.cookie() };
    },
  });
}

function createBrowser(url) {
  let cookie = "";
  async function request(path, init = {}) {
    const response = await fetch(url + path, { ...init, headers: { cookie }, redirect: "manual" });
    cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
    return response.text();
  }
  return {
    get: (path) => request(path),
    /** Opens a page and sends its form. */
    async post(page, action, fields) {
      const csrf = /name="csrf" value="([^"]+)"/.exec(await request(page))?.[1] ?? "";
      return request(action, { method: "POST", body: new URLSearchParams({ csrf, ...fields }) });
    },
    cookie: () => cookie,
  };
}
