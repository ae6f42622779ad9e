// The state of the guard in the application's own user row: PostgreSQL with pg, one column and no other table.
// DATABASE_URL=postgres://... node examples/own-row.js
import { createTotpKey, parseKey, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { rowStore } from "otp-core/store";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
// Without a listener, an idle connection that breaks ends the process.
pool.on("error", (error) => console.error(error.message));
await pool.query(`CREATE TABLE IF NOT EXISTS users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  otp_key jsonb NOT NULL,
  otp_state text COLLATE "C"
)`);

// On the pool, so that each statement commits by itself: in the request's transaction a rollback would forget the guess.
const store = rowStore({
  async read({ subject }) {
    const { rows } = await pool.query("SELECT otp_state FROM users WHERE id = $1", [subject]);
    return rows[0]?.otp_state;
  },
  async write({ subject }, expected, next) {
    const { rowCount } = await pool.query(
      "UPDATE users SET otp_state = $3 WHERE id = $1 AND otp_state IS NOT DISTINCT FROM $2",
      [subject, expected, next],
    );
    return rowCount === 1;
  },
});
const guard = createGuard({ store });

async function attempt(userId, code) {
  const { rows } = await pool.query("SELECT otp_key FROM users WHERE id = $1", [userId]);
  return guard.attempt({ subject: userId, key: parseKey(rows[0].otp_key), code });
}

const key = createTotpKey({ issuer: "Example", account: "alice" });
const enrolled = await pool.query("INSERT INTO users (otp_key) VALUES ($1) RETURNING id", [key]);
const alice = enrolled.rows[0].id;

// Two tabs, a double click and an attacker who sees the code: one of them gets in.
const code = totp(key);
const verdicts = await Promise.all(Array.from({ length: 8 }, () => attempt(alice, code)));
console.log(verdicts.filter(({ ok }) => ok).length); // 1
console.log(verdicts.filter(({ reason }) => reason === "replayed").length); // 7

// All wrong codes are counted. From the fifth on there is a wait.
const right = [-30_000, 0, 30_000].map((ms) => totp(key, { now: Date.now() + ms }));
const wrong = Array.from({ length: 11 }, (_, i) => String(123_450 + i)).filter((guess) => !right.includes(guess));
const guesses = await Promise.all(wrong.slice(0, 8).map((guess) => attempt(alice, guess)));
console.log(guesses.filter(({ reason }) => reason === "mismatch").length); // 5
console.log(guesses.filter(({ reason }) => reason === "throttled").length); // 3

await pool.end();
