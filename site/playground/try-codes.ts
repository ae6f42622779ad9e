// A guard for one user, the user's phone, and a clock that both share.
import { diagnose, type Key } from "otp-core";
import { createGuard, type GuardOutcome } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { createAuthenticator } from "otp-core/testing";
import { explain } from "./explain.ts";

/** The kinds of code that the page offers. */
export type Kind = "valid" | "wrong" | "expired" | "early" | "replayed" | "malformed";

/** One attempt and its answer. */
export interface Attempt {
  readonly kind: Kind | "own";
  readonly code: string;
  readonly outcome: GuardOutcome;
  /** One sentence, or a few, for the reader. */
  readonly explanation: string;
}

const SUBJECT = "user-1";

/** Everything that belongs to one key. The clock runs with that of the computer, and can be moved ahead. */
export function createTrial(key: Key) {
  let ahead = 0;
  const clock = Object.assign(() => Date.now() + ahead, {
    advance(ms: number) {
      ahead += ms;
    },
    set(now: number) {
      ahead = now - Date.now();
    },
  });
  let moved = 0;
  const phone = createAuthenticator(key, { clock, onWait: (ms) => (moved += ms) });
  const guard = createGuard({ store: memoryStore({ clock }), clock, minSecretBytes: 1 });
  /** The first two malformed texts are empty, which shows little. */
  let malformed = 2;

  async function codeOf(kind: Exclude<Kind, "replayed">): Promise<string> {
    if (kind === "malformed") return phone.malformed()[malformed++ % phone.malformed().length] ?? "";
    if (kind !== "valid") return phone[kind]();
    // A new code may need another moment, and moving the clock would end a wait that the reader wants to see.
    const { retryAt } = await guard.status(SUBJECT);
    return retryAt === null ? phone.freshCode() : phone.next();
  }

  async function verify(kind: Kind | "own", code: string): Promise<Attempt> {
    const outcome = await guard.attempt({ subject: SUBJECT, key, code });
    const note =
      moved > 0 ? ` The clock was moved by ${Math.ceil(moved / 1000)} s first, to a code that is not used.` : "";
    moved = 0;
    return { kind, code, outcome, explanation: explain(key.type, kind, outcome) + note + hint(kind, code, outcome) };
  }

  /** Why a code of the reader's own app does not fit. */
  function hint(kind: Kind | "own", code: string, outcome: GuardOutcome): string {
    if (kind !== "own" || outcome.ok || outcome.reason !== "mismatch" || key.type !== "totp") return "";
    const diagnosis = diagnose(key, code, { now: clock() });
    if (diagnosis?.cause === "clock") {
      const seconds = Math.round(Math.abs(diagnosis.driftMs) / 1000);
      return ` The code fits another moment: the app's clock is ${seconds} s ${diagnosis.driftMs < 0 ? "behind" : "ahead"}.`;
    }
    if (diagnosis?.cause === "parameters") return ` The app ignores: ${diagnosis.differs.join(", ")}.`;
    if (diagnosis?.cause === "encoding") return ` The app read the secret as ${diagnosis.encoding} instead of base32.`;
    return " It fits no other moment within an hour and no usual mistake of an app.";
  }

  return {
    /** By how much the clock is ahead of the computer's, in milliseconds. */
    aheadMs: () => ahead,
    /** The attempts with a code of this kind: one, or two for a code that is used twice. */
    async try(kind: Kind): Promise<Attempt[]> {
      if (kind !== "replayed") return [await verify(kind, await codeOf(kind))];
      const code = await codeOf("valid");
      return [await verify("valid", code), await verify("replayed", code)];
    },
    tryOwn: async (code: string): Promise<Attempt[]> => [await verify("own", code)],
    /** Wrong codes until the guard does not look at one. */
    async exhaust(): Promise<Attempt[]> {
      const attempts: Attempt[] = [];
      do attempts.push(await verify("wrong", phone.wrong()));
      while (attempts.at(-1)?.outcome.ok === false && reasonOf(attempts) === "mismatch");
      return attempts;
    },
    /** Moves the clock to the end of a wait. */
    async endWait(): Promise<void> {
      const { retryAt } = await guard.status(SUBJECT);
      if (retryAt !== null) clock.set(retryAt);
    },
    status: () => guard.status(SUBJECT),
  };
}

export type Trial = ReturnType<typeof createTrial>;

function reasonOf(attempts: readonly Attempt[]): string | undefined {
  const outcome = attempts.at(-1)?.outcome;
  return outcome === undefined || outcome.ok ? undefined : outcome.reason;
}
