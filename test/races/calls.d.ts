import type { TotpKey } from "otp-core";
import type { AttemptPolicy } from "otp-core/guard";
import type { Attempts, SentCodeTarget } from "otp-core/passcodes";
import type { Store } from "otp-core/store";

/** A call of an account. */
export type AccountCall =
  | { readonly act: "attempt"; readonly code: string }
  | { readonly act: "confirm"; readonly authenticator: string; readonly replaces: string; readonly code: string }
  | { readonly act: "trust" };

/** What each process does, all at once. It travels as JSON. */
export type Job = { readonly now: number } & (
  | {
      readonly kind: "guard";
      readonly subject: string;
      readonly key: TotpKey<string>;
      readonly codes: readonly string[];
      readonly attempts?: AttemptPolicy;
    }
  | {
      readonly kind: "send";
      readonly target: SentCodeTarget;
      readonly calls: number;
      readonly pepper: readonly number[];
    }
  | {
      readonly kind: "passcode";
      readonly target: SentCodeTarget;
      readonly codes: readonly string[];
      readonly attempts?: Attempts;
      readonly pepper: readonly number[];
    }
  | {
      readonly kind: "recover";
      readonly subject: string;
      readonly codes: readonly string[];
      readonly pepper: readonly number[];
    }
  | {
      readonly kind: "account";
      readonly subject: string;
      readonly calls: readonly AccountCall[];
      readonly attempts?: Attempts;
      readonly pepper: readonly number[];
    }
);

/** How often which answer came: `accepted`, `delivered`, a reason, or an error. */
export type Tally = Readonly<Record<string, number>>;

export function run(job: Job, store: Store): Promise<Tally>;
