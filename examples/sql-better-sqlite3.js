// State in a SQLite file, with better-sqlite3. DATABASE_FILE=otp.db node examples/sql-better-sqlite3.js
import Database from "better-sqlite3";
import { createTotpKey, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { sqlStore } from "otp-core/store/sql";

// Waits up to five seconds for another process that writes.
const database = new Database(process.env.DATABASE_FILE, { timeout: 5000 });
database.pragma("journal_mode = WAL");

// Never call it inside `database.transaction`: each statement must commit by itself.
const query = (text, params, wants) => {
  const statement = database.prepare(text);
  return wants === "rows" ? { rows: statement.all(params) } : { affected: statement.run(params).changes };
};
const store = sqlStore(query, { dialect: "sqlite", table: "otp" });
database.exec(store.schema()); // belongs into a migration
const guard = createGuard({ store });

// The subject is your own id of the user.
const factor = { subject: crypto.randomUUID(), key: createTotpKey({ issuer: "Example", account: "alice" }) };

const code = totp(factor.key); // what the phone shows
console.log(await guard.verify({ ...factor, code })); // true
console.log(await guard.verify({ ...factor, code })); // false

database.close();
