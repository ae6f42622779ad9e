// One process, state in memory: the smallest login that lets every code pass once and not too many guesses.
import { createTotpKey, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { memoryStore } from "otp-core/store";

const guard = createGuard({
  store: memoryStore(),
  onEvent: (event) => console.log(`  event: ${event.type}`),
});

// Enrolment: the key is stored with the user. The subject is your own id of the user.
const factor = { subject: "user-7", key: createTotpKey({ issuer: "Example", account: "alice" }) };

async function login(code) {
  const verdict = await guard.attempt({ ...factor, code });
  // Show the user one message for every reason. The reason belongs in the log, and the wait in the Retry-After header.
  console.log(verdict.ok ? "welcome" : `refused (${verdict.reason}, again in ${verdict.retryAfterMs} ms)`);
}

const code = totp(factor.key); // what the phone shows
await login(code);
await login(code);
await login("12 34");

const others = Array.from({ length: 10 }, (_, i) => String(i).repeat(6)).filter((guess) => guess !== code);
for (const guess of others.slice(0, 5)) await login(guess);
await login(code);
