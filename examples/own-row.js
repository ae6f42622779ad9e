// State in the application's own user row and no store at all: PostgreSQL with pg, one conditional UPDATE per attempt.
// DATABASE_URL=postgres://... node examples/own-row.js
import { createTotpKey, parseKey, totp } from "otp-core";
import { createGuardMachine } from "otp-core/guard";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
// Without a listener, an idle connection that breaks ends the process.
pool.on("error", (error) => console.error(error.message));
await pool.query(`CREATE TABLE IF NOT EXISTS users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  otp_key jsonb NOT NULL,
  otp_state text COLLATE "C"
)`);

const machine = createGuardMachine();
const ROUNDS = 32;

/** On the pool, so that each statement commits at once: in the request's transaction a rollback would forget the guess. */
async function verify(userId, code) {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await pool.query("SELECT otp_key, otp_state FROM users WHERE id = $1", [userId]);
    if (found.rows.length !== 1) throw new Error("no such user");
    const [{ otp_key, otp_state }] = found.rows;

    const { state, outcome } = machine.attempt(otp_state, { key: parseKey(otp_key), code, now: Date.now() });
    if (state === otp_state) return outcome; // there is nothing to remember

    // Decided on what was read, so written only if it still stands; and no answer before it is written.
    const written = await pool.query(
      "UPDATE users SET otp_state = $1 WHERE id = $2 AND otp_state IS NOT DISTINCT FROM $3",
      [state, userId, otp_state],
    );
    if (written.rowCount === 1) return outcome;
    // Another request of this user was faster: decide again on what it left.
  }
  throw new Error("too many attempts at once");
}

const key = createTotpKey({ issuer: "Example", account: "alice" });
const enrolled = await pool.query("INSERT INTO users (otp_key) VALUES ($1) RETURNING id", [key]);
const alice = enrolled.rows[0].id;

// Two windows, a double click and an attacker who reads along: one of them gets in.
const code = totp(key);
const verdicts = await Promise.all(Array.from({ length: 8 }, () => verify(alice, code)));
console.log(verdicts.filter(({ ok }) => ok).length); // 1
console.log(verdicts.filter(({ reason }) => reason === "replayed").length); // 7

// Wrong codes are counted, all of them, and from the fifth on there is a wait.
const right = [-30_000, 0, 30_000].map((ms) => totp(key, { now: Date.now() + ms }));
const wrong = Array.from({ length: 11 }, (_, i) => String(123_450 + i)).filter((guess) => !right.includes(guess));
const guesses = await Promise.all(wrong.slice(0, 8).map((guess) => verify(alice, guess)));
console.log(guesses.filter(({ reason }) => reason === "mismatch").length); // 5
console.log(guesses.filter(({ reason }) => reason === "throttled").length); // 3

await pool.end();
