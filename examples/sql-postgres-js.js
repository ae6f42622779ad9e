// State in PostgreSQL, with postgres.js. DATABASE_URL=postgres://... node examples/sql-postgres-js.js
import { createTotpKey, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { sqlStore } from "otp-core/store/sql";
import postgres from "postgres";

// Else it prints that the table is there already.
const sql = postgres(process.env.DATABASE_URL, { onnotice: () => {} });

// Never use the `sql` of a transaction: each statement must commit by itself. `unsafe` is safe here, because all values are parameters.
const query = async (text, params) => {
  const rows = await sql.unsafe(text, params);
  return { rows, affected: rows.count };
};
const store = sqlStore(query, { dialect: "postgres", table: "otp" });
await sql.unsafe(store.schema()); // belongs into a migration
const guard = createGuard({ store });

// The subject is your own id of the user.
const factor = { subject: crypto.randomUUID(), key: createTotpKey({ issuer: "Example", account: "alice" }) };

const code = totp(factor.key); // what the phone shows
console.log(await guard.verify({ ...factor, code })); // true
console.log(await guard.verify({ ...factor, code })); // false

await sql.end();
