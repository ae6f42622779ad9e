// The attacks. Each takes a user of its own and resolves to what got through: `{ name, throughs, fault }`.
import { MALFORMED_BODIES, MALFORMED_CODES } from "./malformed.js";

const SESSIONS = 10;
const GUESSES = 100;
const GUESSING_SESSIONS = 4;
const SENDS = 30;
/** More codes than this in a burst cost money and annoy the owner of the phone. */
const MAX_SENDS = 3;

const verify = (client, session, code) => client.post("/api/verify-otp", session, JSON.stringify({ code }));
const isAccepted = ({ status, json }) => status >= 200 && status < 300 && json?.ok !== false;

/** The attacker has the password and sees a code. Each of several sessions enters it at the same time as the owner. */
async function replayInParallel(user, client) {
  const sessions = await openSessions(user, SESSIONS);
  const code = user.freshCode();
  const answers = await Promise.all(sessions.map((session) => verify(client, session, code)));
  const throughs = answers.filter(isAccepted).length;
  const fault =
    throughs > 1 ? "A code logged in more than once." : throughs === 0 ? "A valid code was refused." : undefined;
  return { name: "a code, 10 times in parallel", throughs, fault };
}

/** The attacker enters a code after the owner. */
async function replayLater(user, client) {
  const [first, second] = await openSessions(user, 2);
  const code = user.freshCode();
  await verify(client, first, code);
  const throughs = isAccepted(await verify(client, second, code)) ? 1 : 0;
  return { name: "a used code", throughs, fault: throughs > 0 ? "A used code logged in." : undefined };
}

/** The attacker has the password and guesses. If a valid code is accepted afterwards, a guess would have been accepted too. */
async function guess(user, client) {
  const sessions = await openSessions(user, GUESSING_SESSIONS);
  const guesses = user.wrongCodes(GUESSES).map((code, i) => verify(client, sessions[i % GUESSING_SESSIONS], code));
  const answers = await Promise.all(guesses);
  const throughs = answers.filter(({ status, json }) => status < 429 && !json?.retryAfterMs).length;
  const [session] = sessions;
  const isOpen = isAccepted(await verify(client, session, user.freshCode()));
  const fault = isOpen ? `${GUESSES} wrong codes did not lead to a wait.` : undefined;
  return { name: "guesses without a wait", throughs, fault };
}

/** The attacker makes the server send messages. */
async function sendInParallel(user, client) {
  const [session] = await openSessions(user, 1);
  const sends = Array.from({ length: SENDS }, () => client.post("/api/send-otp", session, "{}"));
  const throughs = (await Promise.all(sends)).filter(isAccepted).length;
  return { name: "codes sent in a burst", throughs, fault: throughs > MAX_SENDS ? "Sends have no limit." : undefined };
}

/** Bodies and codes that no page sends. An answer of 500 and more is an exception that the server did not expect. */
async function sendMalformed(user, client) {
  const [session] = await openSessions(user, 1);
  const bodies = [...MALFORMED_BODIES, ...MALFORMED_CODES.map((code) => JSON.stringify({ code }))];
  const posts = bodies.map((body) => client.post("/api/verify-otp", session, body));
  posts.push(...MALFORMED_BODIES.map((body) => client.post("/api/send-otp", session, body)));
  posts.push(client.post("/api/verify-otp", session, "code=1", { "content-type": "text/plain" }));
  const answers = await Promise.all(posts);
  const broken = answers.filter(({ status }) => status === 0 || status >= 500).length;
  // A send with a malformed body may be answered with a sent code, so only the answers to codes are counted.
  const throughs = answers.slice(0, bodies.length).filter(isAccepted).length + broken;
  const fault =
    broken > 0 ? "Malformed input caused exceptions." : throughs > 0 ? "Malformed input logged in." : undefined;
  return { name: "malformed input", throughs, fault };
}

/** The attacker has no session. */
async function skipPassword(user, client) {
  const answers = [
    await verify(client, {}, user.freshCode()),
    await verify(client, { cookie: "session=x; sid=x" }, user.freshCode()),
    await client.post("/api/send-otp", {}, "{}"),
  ];
  const throughs = answers.filter((answer) => isAccepted(answer) || answer.status === 0 || answer.status >= 500).length;
  const fault = throughs > 0 ? "Requests without a password were not refused." : undefined;
  return { name: "no password", throughs, fault };
}

export const ATTACKS = [replayInParallel, replayLater, guess, sendInParallel, sendMalformed, skipPassword];

/** One after another, because a log-in limits how many passwords an address may try at the same time. */
async function openSessions(user, count) {
  const sessions = [];
  while (sessions.length < count) sessions.push(await user.openSession());
  return sessions;
}
