// State in SQL through Prisma. The model is in schema.prisma, so that `prisma migrate` creates the table.
import { type SqlDialect, type SqlStore, sqlStore } from "otp-core/store/sql";

/** What the store needs of your generated `PrismaClient`. */
interface RawQueries {
  $queryRawUnsafe(text: string, ...params: unknown[]): PromiseLike<unknown>;
  $executeRawUnsafe(text: string, ...params: unknown[]): PromiseLike<number>;
}

/** Pass `prisma` and never the `tx` of `$transaction`: each statement must commit by itself. */
export function prismaStore(prisma: RawQueries, dialect: SqlDialect): SqlStore {
  return sqlStore(
    async (text, params, wants) => {
      try {
        if (wants === "rows") return { rows: (await prisma.$queryRawUnsafe(text, ...params)) as unknown[] };
        return { affected: await prisma.$executeRawUnsafe(text, ...params) };
      } catch (error) {
        throw withCode(error);
      }
    },
    { dialect, table: "otp" },
  );
}

interface PrismaError {
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: string } } };
}

/** Prisma hides the code of the database, by which `sqlStore` recognises a lost race. */
function withCode(error: unknown): unknown {
  const code = (error as PrismaError).meta?.driverAdapterError?.cause?.originalCode;
  if (code === undefined) return error;
  return Object.assign(new Error("Prisma failed", { cause: error }), { code, errno: Number(code) });
}
