// What a send guard is asked, what it answers, and what it reports.
import type { Refused } from "../attempts/outcome.ts";

/** Why a code may not be sent. */
export type SendGuardReason =
  | "prefix-denied"
  | "prefix-not-allowed"
  /** Too few of the codes that were sent to this prefix were verified. */
  | "conversion"
  /** The address has asked for too many different destinations. */
  | "destinations"
  /** Neither a telephone number in E.164 nor a mail address. */
  | "malformed";

/** The result of an attempt to send. Test `.ok`: the outcome itself is always truthy. */
export type SendGuardOutcome =
  | { readonly ok: true /** The country code, or `@` and the domain. */; readonly prefix: string }
  | Refused<SendGuardReason>;

/** A decision. It does not hold the destination, which is personal data. */
export interface SendGuardEvent {
  readonly type: "send-allowed" | "send-refused" | "send-verified";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: SendGuardReason | null;
  /** The prefix that the decision is about. `null`: the destination is malformed. */
  readonly prefix: string | null;
  readonly mode: "record" | "refuse";
}

/** What a send guard is asked about: the destination of a code, and the address that asks for it. */
export interface SendRequest {
  /** A telephone number in E.164 (`+4930123456`) or a mail address. */
  readonly destination: unknown;
  /** The address that asks, for example `req.ip`. It is read by `addressKey`: all that are not addresses count as one. */
  readonly address: unknown;
}
