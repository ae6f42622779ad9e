// The main job, as it goes between a server and the phone of its user. `npm run demo` runs it; the assertions say what holds.
import assert from "node:assert/strict";
import { attemptTotp, createTotpKey, totp, verifyTotp } from "otp-core";

const say = (what, value) => console.log(`${what.padEnd(what.startsWith("\n") ? 25 : 24)}${value}`);

// ENROLMENT. The server creates a key, stores it as the JSON that it is, and shows the secret to its user once.
const key = createTotpKey({ issuer: "Example", account: "alice" });
say("A key for", `${key.account} at ${key.issuer}`);
say("its secret, to type off", key.secret.match(/.{4}/g).join(" "));

// A CODE, as the phone shows it. The default of `now` is Date.now(). Here it is fixed, so that no step ends during the demo.
const now = Date.now();
const code = totp(key, { now });
say("\nThe phone shows", code);

// A LOGIN. `after` is the last step that was accepted, out of the user's row: nothing yet.
let after = null;
const first = verifyTotp(key, code, { after, now });
assert.ok(first);
say("The server says", `accepted, step ${first.step}`);

// Before it answers, the server stores the step. A code is good for one login, so the same one is refused now.
after = first.step;
refused("The same code again", code, "replayed");

// WRONG: a code that none of the three steps of the window has.
const window = [-30_000, 0, 30_000].map((ms) => totp(key, { now: now + ms }));
const wrong = ["000000", "111111", "222222", "333333"].find((guess) => !window.includes(guess));
refused("A wrong code", wrong, "mismatch");

// OLD: right some minutes ago. (One of these is none of the window's by chance.)
const past = [5, 6, 7, 8].map((minutes) => totp(key, { now: now - minutes * 60_000 }));
const old = past.find((code) => !window.includes(code));
refused("A code of minutes ago", old, "mismatch");

// MALFORMED: no code of this key at all. A user's typing is never an exception, and need not count as a guess.
refused("No code", "12 34 5x", "malformed");

// The next code, half a minute later, is accepted again; spaces do not count.
const later = now + 30_000;
const next = totp(key, { now: later });
const second = verifyTotp(key, `${next.slice(0, 3)} ${next.slice(3)}`, { after, now: later });
assert.equal(second?.step, first.step + 1);
say("\nHalf a minute later", `${next} is accepted, step ${second.step}`);

function refused(what, typed, reason) {
  // The reason is for the server's log. The user sees one message for every reason.
  assert.deepEqual(attemptTotp(key, typed, { after, now }), { ok: false, reason });
  say(what, `${typed.padEnd(10)}refused: ${reason}`);
}
