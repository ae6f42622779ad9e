// State in MySQL or MariaDB, with mysql2. DATABASE_URL=mysql://... node examples/sql-mysql2.js
import mysql from "mysql2/promise";
import { createTotpKey, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { sqlStore } from "otp-core/store/sql";

const pool = mysql.createPool(process.env.DATABASE_URL);

// Use the pool and never the connection of a transaction: each statement must commit by itself.
const query = async (text, params, wants) => {
  const [result] = await pool.execute(text, params);
  return wants === "rows" ? { rows: result } : { affected: result.affectedRows };
};
const store = sqlStore(query, { dialect: "mysql", table: "otp" });
await pool.query(store.schema()); // belongs into a migration
const guard = createGuard({ store });

// The subject is your own id of the user.
const factor = { subject: crypto.randomUUID(), key: createTotpKey({ issuer: "Example", account: "alice" }) };

const code = totp(factor.key); // what the phone shows
console.log(await guard.verify({ ...factor, code })); // true
console.log(await guard.verify({ ...factor, code })); // false

await pool.end();
