// A plugin for better-auth: its authenticator codes are accepted once. Without it, a code of the plugin `twoFactor` works again for 90 seconds.
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { symmetricDecrypt } from "better-auth/crypto";

/** What better-auth writes in front of secrets that were imported as base32 text. */
const IMPORTED = "base32:";

/**
 * Put it after `twoFactor`. It works with the challenge of a sign-in, and with the session that confirms a new app.
 *
 * @param guard - `createGuard({ store, attempts: "host" })` of otp-core/guard: better-auth counts wrong codes itself.
 * @param options.decodeBase32 - `decodeBase32` of otp-core, for imported secrets.
 */
export function acceptCodesOnce(guard, { decodeBase32 }) {
  return {
    id: "accept-codes-once",
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === "/two-factor/verify-totp",
          handler: createAuthMiddleware(async (ctx) => {
            const subject = await findUser(ctx);
            const key = subject && (await findKey(ctx, subject, decodeBase32));
            // Without a user or a key, better-auth refuses the request itself.
            if (!key) return undefined;
            const result = await guard.attempt({ subject, key, code: ctx.body?.code });
            if (result.ok) return undefined;
            if (result.reason === "replayed") {
              throw new APIError("UNAUTHORIZED", { code: "INVALID_CODE", message: "Invalid code" });
            }
            // better-auth counts the failure and answers. The code that it sees is never valid, whatever its window is.
            return { context: { body: { ...ctx.body, code: "" } } };
          }),
        },
      ],
    },
  };
}

/** The id of the user who is logged in, or who gave the password and not yet the code. */
async function findUser(ctx) {
  const session = await getSessionFromCtx(ctx);
  if (session) return session.user.id;
  const { name } = ctx.context.createAuthCookie("two_factor");
  const challenge = await ctx.getSignedCookie(name, ctx.context.secret);
  return challenge && (await ctx.context.internalAdapter.findVerificationValue(challenge))?.value;
}

async function findKey(ctx, userId, decodeBase32) {
  const where = [{ field: "userId", value: userId }];
  const row = await ctx.context.adapter.findOne({ model: "twoFactor", where });
  if (!row) return null;
  const text = await symmetricDecrypt({ key: ctx.context.secretConfig, data: row.secret });
  // better-auth signs with the letters of its own secrets, and not with what they would mean as base32.
  const secret = text.startsWith(IMPORTED) ? decodeBase32(text.slice(IMPORTED.length)) : new TextEncoder().encode(text);
  const { digits = 6, period = 30 } = ctx.context.getPlugin("two-factor").options?.totpOptions ?? {};
  return { type: "totp", secret, digits, period };
}
