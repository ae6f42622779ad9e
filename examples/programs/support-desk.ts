// What a support desk sees and does. Each action comes after the desk has verified the user's identity.
import type { Accounts } from "otp-core/account";

export function openSupportDesk(accounts: Accounts) {
  return {
    /** The lines that the desk reads. */
    async show(subject: string): Promise<string[]> {
      const { state, failures, authenticators, recoveryCodes, devices } = await accounts.status(subject);
      return [
        `state: ${state}, ${failures} failures`,
        ...authenticators.map(({ label, method, drift }) => `${label ?? method}: clock off by ${drift} steps`),
        `${recoveryCodes.remaining} recovery codes, ${devices.length} trusted devices`,
      ];
    },

    /** "My codes are refused": why, in one sentence. The code that the user reads out is never accepted here. */
    async explain(subject: string, authenticator: string, code: unknown): Promise<string> {
      const found = await accounts.diagnose({ subject, authenticator, code });
      if (found === null) return "The code belongs to another key, or it is old.";
      if (found.cause === "clock") {
        const minutes = Math.round(found.driftMs / 60_000);
        return `The clock of the phone is ${Math.abs(minutes)} minutes ${minutes < 0 ? "behind" : "ahead"}.`;
      }
      if (found.cause === "parameters") return `The app ignores ${found.differs.join(" and ")}.`;
      return `Cause: ${found.cause}.`;
    },

    /** Ends the wait of a user who is locked out. */
    unlock: (subject: string) => accounts.unlock(subject),

    /** The user lost the phone and all recovery codes: the next log-in asks for no code, and the user enrols again. */
    startAgain: (subject: string) => accounts.forget(subject),
  };
}
