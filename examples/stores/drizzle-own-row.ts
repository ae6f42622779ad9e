// State in a column of your own table of users, through Drizzle.
import { and, eq, isNull } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { rowStore, type Store } from "otp-core/store";

export const users = pgTable("users", {
  id: text().primaryKey(),
  otp: text(),
});

/** Pass `db` and never the `tx` of a transaction: each statement must commit by itself. */
export function drizzleUserStore(db: NodePgDatabase): Store {
  return rowStore({
    async read({ subject }) {
      const [row] = await db.select({ otp: users.otp }).from(users).where(eq(users.id, subject));
      return row?.otp;
    },
    async write({ subject }, expected, next) {
      // In SQL nothing equals NULL.
      const same = expected === null ? isNull(users.otp) : eq(users.otp, expected);
      const { rowCount } = await db
        .update(users)
        .set({ otp: next })
        .where(and(eq(users.id, subject), same));
      return rowCount === 1;
    },
  });
}
