// What an account answers, and what it reports.

import type { AttemptEvent, EventBase, WithoutSubject } from "../attempts/events.ts";
import type { Refused } from "../attempts/outcome.ts";
import type { AttemptStatus } from "../attempts/status.ts";
import type { KeyDifference } from "../diagnosis/variants.ts";
import type { SentCodeEvent, SentCodeReason } from "../passcodes/outcome.ts";
import type { Transition } from "../store/step/machine.ts";

/** How a code was accepted. */
export type AccountMethod = "totp" | "hotp" | "recovery" | "sent";

/** A code was accepted, and this is stored. */
export type AccountAccepted =
  | {
      readonly ok: true;
      readonly method: "totp" | "hotp";
      /** The authenticator whose code it was. */
      readonly authenticator: string;
      readonly at: number;
    }
  | {
      readonly ok: true;
      readonly method: "recovery";
      /** Recovery codes left. */
      readonly remaining: number;
      readonly at: number;
    }
  | { readonly ok: true; readonly method: "sent"; readonly purpose: string; readonly at: number };

/** Why a code was refused. Show the user the same text for every reason; the reason is for your log. */
export type AccountReason = SentCodeReason;

/** What became of an attempt. Test `.ok`: the outcome itself is always truthy. */
export type AccountOutcome = AccountAccepted | Refused<AccountReason>;

/** Keep `authenticator` in the user's session. Show `uri` as a QR code and `secret` as text. */
export interface Proposal {
  readonly authenticator: string;
  /** The key URI: the text of the QR code. */
  readonly uri: string;
  /** Base32 text, for users who cannot scan. */
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** An authenticator was confirmed. */
export interface Confirmed {
  readonly authenticator: string;
  /** With `detect`: which parameters the app ignored. */
  readonly differs: readonly KeyDifference[];
}

/** A device that was trusted just now. */
export interface TrustedDevice {
  /** The id of the device, for `revoke`. */
  readonly device: string;
  /** The cookie: `HttpOnly`, `Secure`, `SameSite=Lax`. It is shown once. */
  readonly deviceToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A device that was trusted before. */
export interface RecognisedDevice {
  readonly device: string;
  readonly label: string | null;
  /** A new cookie that replaces the old one: the same for all requests until it is seen. `null`: leave the cookie as it is. */
  readonly deviceToken: string | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What is known of an authenticator. Moments are milliseconds since 1970. */
export interface AuthenticatorStatus {
  readonly authenticator: string;
  readonly method: "totp" | "hotp";
  readonly label: string | null;
  readonly confirmedAt: number;
  readonly acceptedAt: number | null;
  /** Steps by which the clock was ahead at the last success. 0 for HOTP. */
  readonly drift: number;
}

/** What is known of a trusted device. Moments are milliseconds since 1970. */
export interface DeviceStatus {
  readonly device: string;
  readonly label: string | null;
  readonly trustedAt: number;
  /** When it was seen last, to the hour. */
  readonly seenAt: number | null;
  readonly expiresAt: number;
}

/** What is known of a user. Moments are milliseconds since 1970. */
export interface AccountStatus extends AttemptStatus {
  /** How the user can log in without a sent code. Empty: no second factor. */
  readonly methods: readonly ("totp" | "hotp" | "recovery")[];
  readonly authenticators: readonly AuthenticatorStatus[];
  readonly recoveryCodes: { readonly remaining: number; readonly generatedAt: number | null };
  readonly devices: readonly DeviceStatus[];
  /** Authenticators that wait for their first code. */
  readonly proposals: readonly {
    readonly authenticator: string;
    readonly label: string | null;
    readonly expiresAt: number;
  }[];
  /** Sent codes that can still be accepted. */
  readonly sent: readonly {
    readonly purpose: string;
    readonly expiresAt: number;
    readonly resendAt: number | null;
  }[];
  /** Whether a secret is sealed under an old key: call `reseal`. */
  readonly needsReseal: boolean;
}

/** What happened to a user's second factor. No event holds a code, a secret or a token. */
export type AccountEvent =
  | (EventBase<"accepted"> & {
      readonly method: AccountMethod;
      /** `null` for recovery codes and sent codes. */
      readonly authenticator: string | null;
      /** The trusted device that the attempt came from. */
      readonly device: string | null;
      /** Failures since the last success: tell the owner when it is not 0 (OWASP ASVS 5.0, 6.3.5). */
      readonly failures: number;
      /** Recovery codes left, if one was used. */
      readonly remaining: number | null;
      readonly drift: number;
    })
  | (EventBase<"proposed"> & { readonly authenticator: string })
  | (EventBase<"confirmed"> & {
      readonly authenticator: string;
      readonly label: string | null;
      /** The authenticator that ended in the same write. */
      readonly replaced: string | null;
      readonly differs: readonly KeyDifference[];
    })
  | (EventBase<"confirm-refused"> & {
      readonly authenticator: string;
      readonly reason: "malformed" | "mismatch" | "expired" | "absent" | "exhausted" | "full";
    })
  | (EventBase<"adopted"> & { readonly authenticator: string; readonly label: string | null })
  | (EventBase<"removed"> & { readonly authenticator: string; readonly label: string | null })
  | (EventBase<"resynced"> & { readonly authenticator: string; readonly drift: number })
  | (EventBase<"recovery-codes-generated" | "recovery-codes-adopted"> & { readonly count: number })
  | (EventBase<"device-trusted"> & { readonly device: string; readonly label: string | null })
  | (EventBase<"device-ended"> & {
      readonly device: string;
      readonly label: string | null;
      readonly reason: "revoked" | "stolen" | "failures" | "replaced";
    })
  | (EventBase<"resealed"> & { readonly count: number })
  | (EventBase<"weak-secret"> & { readonly authenticator: string; readonly bytes: number })
  | SentCodeEvent
  | AttemptEvent<"malformed" | "mismatch" | "expired" | "exhausted" | "absent">;

/** An event of a machine: the state belongs to one user, so it has no `subject`. */
export type AccountMachineEvent = WithoutSubject<AccountEvent>;

/** What an account machine decided. */
export type AccountTransition<Outcome> = Transition<Outcome, AccountMachineEvent>;

/** A decision on the state as an object; the machine writes it as text. */
export interface AccountDecision<State, Outcome> {
  /** If nothing changed, the same object as before or an equal one. */
  readonly account: State;
  readonly outcome: Outcome;
  readonly events: readonly AccountMachineEvent[];
}
