// State in PostgreSQL through Drizzle. The table is part of your schema, so that drizzle-kit creates it.
import { and, eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { bigint, pgTable, text } from "drizzle-orm/pg-core";
import type { Store } from "otp-core/store";

export const otp = pgTable("otp", {
  key: text().primaryKey(),
  value: text().notNull(),
  expiresAt: bigint("expires_at", { mode: "number" }),
});

/** Pass `db` and never the `tx` of a transaction: each statement must commit by itself. */
export function drizzleStore(db: NodePgDatabase): Store {
  async function get(key: string): Promise<string | null> {
    const [row] = await db.select({ value: otp.value }).from(otp).where(eq(otp.key, key));
    return row?.value ?? null;
  }
  return {
    get,
    async swap(key, expected, value, expiresAt) {
      if (expected === null) {
        if (value === null) return (await get(key)) === null;
        const { rowCount } = await db.insert(otp).values({ key, value, expiresAt }).onConflictDoNothing();
        return rowCount === 1;
      }
      const same = and(eq(otp.key, key), eq(otp.value, expected));
      const { rowCount } = await (value === null
        ? db.delete(otp).where(same)
        : db.update(otp).set({ value, expiresAt }).where(same));
      return rowCount === 1;
    },
  };
}
