// State in a column of your own table of users, through Prisma. Add `otp String?` to your model `User`.
import { rowStore, type Store } from "otp-core/store";

/** What the store needs of `prisma.user`. */
interface Users {
  findUnique(query: { where: { id: string }; select: { otp: true } }): PromiseLike<{ otp: string | null } | null>;
  updateMany(change: {
    where: { id: string; otp: string | null };
    data: { otp: string | null };
  }): PromiseLike<{ count: number }>;
}

/** Pass `prisma.user` and never `tx.user`: each statement must commit by itself. */
export function prismaUserStore(users: Users): Store {
  return rowStore({
    async read({ subject }) {
      return (await users.findUnique({ where: { id: subject }, select: { otp: true } }))?.otp;
    },
    // `updateMany` becomes one UPDATE with the comparison in it. `update` would not say whether it compared.
    async write({ subject }, expected, next) {
      const { count } = await users.updateMany({ where: { id: subject, otp: expected }, data: { otp: next } });
      return count === 1;
    },
  });
}
