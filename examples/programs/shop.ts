// The accounts of a shop: where they are kept, and which events become a mail to the owner. The other programs use them.
import { deriveBytes } from "otp-core";
import { type AccountEvent, type Accounts, createAccounts, createKeyBox } from "otp-core/account";
import type { Store } from "otp-core/store";

export interface Shop {
  readonly store: Store;
  /** 32 random characters or more, the same in every process: OTP_SECRET. */
  readonly secret: string;
  /** Sends a mail to the user. */
  readonly mail: (subject: string, text: string) => void;
  readonly clock?: () => number;
}

export function openAccounts({ store, secret, mail, clock = Date.now }: Shop): Accounts {
  return createAccounts({
    store,
    clock,
    pepper: deriveBytes(secret, "pepper"),
    seal: createKeyBox([{ id: "2026", bytes: deriveBytes(secret, "seal 2026") }]),
    onEvent(event) {
      const text = mailText(event);
      if (text !== null) mail(event.subject, text);
    },
  });
}

function mailText(event: AccountEvent): string | null {
  switch (event.type) {
    case "confirmed":
      return event.replaced === null ? "An authenticator app was added." : "Your phone was changed.";
    case "removed":
      return "An authenticator app was removed.";
    case "accepted":
      // OWASP ASVS 5.0, 6.3.5: a success after failures.
      if (event.failures > 3)
        return "You logged in after several failed attempts. Another person may have your password.";
      return event.method === "recovery" ? `A recovery code was used. You have ${event.remaining} left.` : null;
    case "device-ended":
      return event.reason === "stolen" ? "The cookie of a trusted device was copied. The device has ended." : null;
    default:
      return null;
  }
}
