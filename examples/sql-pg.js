// State in PostgreSQL, with pg. DATABASE_URL=postgres://... node examples/sql-pg.js
import { createTotpKey, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { sqlStore } from "otp-core/store/sql";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
// Without a listener, an idle connection that breaks ends the process.
pool.on("error", (error) => console.error(error.message));

// Use the pool and never the client of a transaction: each statement must commit by itself.
const query = async (text, params) => {
  const { rows, rowCount } = await pool.query(text, params);
  return { rows, affected: rowCount };
};
const store = sqlStore(query, { dialect: "postgres", table: "otp" });
await pool.query(store.schema()); // belongs into a migration
const guard = createGuard({ store });

// The subject is your own id of the user.
const factor = { subject: crypto.randomUUID(), key: createTotpKey({ issuer: "Example", account: "alice" }) };

const code = totp(factor.key); // what the phone shows
console.log(await guard.verify({ ...factor, code })); // true
console.log(await guard.verify({ ...factor, code })); // false

await pool.end();
