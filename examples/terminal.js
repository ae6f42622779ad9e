// `npm run demo`: a user's second factor from enrolment to a stolen password, in the terminal. The assertions say what holds.
import assert from "node:assert/strict";
import { deriveBytes } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { memoryStore } from "otp-core/store";
import { createAuthenticator, exhaust, fakeClock } from "otp-core/testing";

const say = (what, value) => console.log(`${what.padEnd(26)}${value}`);
const chapter = (title) => console.log(`\n${title}`);

const server = process.env.OTP_SECRET ?? "for this demonstration only: 32 characters or more";
// A clock that this program moves, so that it never waits. A server leaves `clock` out and has the real one.
const clock = fakeClock(Date.now());
const accounts = createAccounts({
  store: memoryStore({ clock }), // a server has Redis or SQL here
  pepper: deriveBytes(server, "pepper"),
  seal: createKeyBox([{ id: "2026", bytes: deriveBytes(server, "seal 2026") }]),
  clock,
});
const subject = "user-1";

chapter("Enrolment");
const { authenticator, secret, uri } = await accounts.propose({ subject, issuer: "Example", account: "alice" });
const phone = createAuthenticator(uri, { clock }); // stands for the app that scans the QR code
say("A secret for the app", secret.match(/.{4}/g).join(" "));
assert.ok(await accounts.confirm({ subject, authenticator, code: phone.code() }));
say("First code of the app", `${"confirmed".padEnd(22)}${phone.code()}`);
const [recoveryCode] = await accounts.generateRecoveryCodes(subject);
say("One of ten recovery codes", `${"".padEnd(22)}${recoveryCode}`);

chapter("Log-in. The app shows another code in each step of 30 seconds.");
await attempt("The code of this step", await phone.freshCode(), "totp");
await attempt("The same code again", phone.replayed(), "replayed");
await attempt("Half a minute later", await phone.freshCode(), "totp");
await attempt("A wrong code", phone.wrong(), "mismatch");
await attempt("A code of long ago", phone.expired(), "mismatch");
await attempt("No code at all", "12 34 5x", "malformed");
await attempt("The recovery code", recoveryCode, "recovery");
await attempt("The recovery code again", recoveryCode, "replayed");

chapter("A device that is trusted");
await attempt("The next code", await phone.freshCode(), "totp");
const { deviceToken } = await accounts.trust({ subject, label: "Firefox" });
assert.ok(await accounts.recognise({ subject, deviceToken }));
say("It shows its cookie", `${"no code is needed".padEnd(22)}${deviceToken.slice(0, 12)}...`);

chapter("An attacker has the password and guesses");
const guesses = await exhaust(() => accounts.attempt({ subject, code: phone.wrong() }));
const { retryAt } = await accounts.status(subject);
say(`After ${guesses - 1} wrong codes`, `each log-in waits for ${(retryAt - clock()) / 1000} seconds`);
await attempt("Even a valid code", phone.next(), "throttled");
await attempt("On the known device", phone.replayed(), "totp", deviceToken);
console.log();

async function attempt(what, code, expected, deviceToken) {
  const outcome = await accounts.attempt({ subject, code, deviceToken });
  // The reason is for the server's log. The page says the same after each refusal.
  const is = outcome.ok ? outcome.method : outcome.reason;
  assert.equal(is, expected);
  say(what, `${`${outcome.ok ? "accepted" : "refused"} (${is})`.padEnd(22)}${code}`);
}
