// State in PostgreSQL through Prisma. The model is in schema.prisma, so that `prisma migrate` creates the table.
import { type SqlStore, sqlStore } from "otp-core/store/sql";

/** What the store needs of your generated `PrismaClient`. */
interface RawQueries {
  $queryRawUnsafe(text: string, ...params: unknown[]): PromiseLike<unknown>;
  $executeRawUnsafe(text: string, ...params: unknown[]): PromiseLike<number>;
}

/** Pass `prisma` and never the `tx` of `$transaction`: each statement must commit by itself. */
export function prismaStore(prisma: RawQueries): SqlStore {
  return sqlStore(
    async (text, params, wants) =>
      wants === "rows"
        ? { rows: (await prisma.$queryRawUnsafe(text, ...params)) as unknown[] }
        : { affected: await prisma.$executeRawUnsafe(text, ...params) },
    { dialect: "postgres", table: "otp" },
  );
}
