// What an audit can find: for each trap, which library sets it, and what to change.

/** "convert", "repair" and "enrol again" have to be done. "check" is a risk, and "keep" needs no change. */
export type Action = "convert" | "repair" | "enrol again" | "check" | "keep";

export interface Trap {
  readonly action: Action;
  /** Sentences for people. They hold nothing of an entry. */
  readonly text: string;
}

const FUNCTIONS = "The functions are in guides/moving.md.";

/** In the order of the report. Problems of key URIs are added under `uri-` and their code. */
export const TRAPS = {
  text: {
    action: "convert",
    text: `Not base32. speakeasy with encoding "ascii" (its default), notp, and totp and hotp of otplib 12 take the characters themselves as the key: fromText(secret, "ascii") or "utf8". With otplib 12, fewer than 20 characters were repeated: fromOtplib12. ${FUNCTIONS}`,
  },
  hexadecimal: {
    action: "convert",
    text: `Hexadecimal. speakeasy, otpauth and otplib 12 read it with encoding "hex": fromText(secret, "hex"). ${FUNCTIONS}`,
  },
  base64: {
    action: "convert",
    text: `Base64. speakeasy and otplib 12 read it with encoding "base64": fromText(secret, "base64"). ${FUNCTIONS}`,
  },
  "spare-bits": {
    action: "convert",
    text: `Base32 with bits that fill no byte. Apps, otplib 12 and otpauth drop them: droppingSpareBits(secret). speakeasy begins one more byte: keepingSpareBits(secret), if only speakeasy made the codes. ${FUNCTIONS}`,
  },
  lookalikes: {
    action: "repair",
    text: "0, 1, 8 or 9 in base32. speakeasy reads 0 as O and 1 as I, otplib 12 sets all bits, and apps refuse the secret. If speakeasy made the secret work, write O and I. Otherwise enrol the user again.",
  },
  unreadable: {
    action: "repair",
    text: "Neither text nor a key: control characters, or bytes in a column of text. Store bytes as base32: encodeBase32(bytes).",
  },
  "invalid-key": { action: "repair", text: "JSON that is not a key. parseKey says what is wrong with it." },
  transfer: {
    action: "repair",
    text: "A transfer of Google Authenticator, which holds several keys: otp-core migrate.",
  },
  "unreadable-uri": { action: "repair", text: "A key URI from which no key can be read. otp-core inspect says why." },
  published: {
    action: "enrol again",
    text: "A secret from the documentation of a library or a standard. Any attacker can make its codes.",
  },
  predictable: {
    action: "enrol again",
    text: "At most three different bytes. An attacker can guess the secret.",
  },
  duplicate: {
    action: "enrol again",
    text: "The secret of an earlier line. Two users with one secret can log in as each other, and one of them may have an old copy.",
  },
  "too-short": {
    action: "enrol again",
    text: "Fewer than 10 bytes, which otp-core refuses. Until the user is enrolled again, lower minSecretBytes. otplib 12 repeated such a secret, so that no app agreed with the server: with the secret as it is, the user can log in.",
  },
  weak: {
    action: "check",
    text: "10 to 15 bytes. RFC 4226 asks for 16. otplib 12 and some others make such secrets. otp-core accepts them and emits weak-secret. Enrol these users again when you can.",
  },
  repeated: {
    action: "check",
    text: "Fewer than 16 bytes for SHA-256 or 32 for SHA-512. otplib 12 repeated such a secret, so that no app agreed with the server. With the secret as it is, these users can log in for the first time.",
  },
  "seven-bits": {
    action: "check",
    text: "No byte has its highest bit. generateSecret of otplib 12 drops it, so that one bit in eight is known. Enrol these users again when you can.",
  },
  "maybe-hexadecimal": {
    action: "check",
    text: "Reads as base32 and as hexadecimal. The two have different codes. Compare one with the app.",
  },
  "maybe-text": {
    action: "check",
    text: "Reads as base32, but mixes capital and small letters, as the text of speakeasy does. The two have different codes. Compare one with the app.",
  },
  separators: {
    action: "check",
    text: "Spaces or dashes in base32. otplib 12 and speakeasy read each as the letter A, so that no app agreed with the server. otp-core ignores them, as apps do, and these users can log in.",
  },
  "algorithm-ignored": {
    action: "check",
    text: "SHA-256 or SHA-512. Some apps ignore it and show codes of SHA-1, as older versions of Google Authenticator do. diagnose and detectKey recognise such codes.",
  },
  "digits-ignored": {
    action: "check",
    text: "Not 6 digits. Some apps always show 6. diagnose and detectKey recognise such codes.",
  },
  "period-ignored": {
    action: "check",
    text: "Not 30 seconds. Google Authenticator and other apps always count 30. diagnose and detectKey recognise such codes.",
  },
  "ascii-bytes": {
    action: "keep",
    text: 'Base32 of printable characters, as speakeasy makes it, with about 6 random bits in each byte. If the program called speakeasy without encoding "base32", the letters of the base32 are the key: fromText(secret, "ascii").',
  },
  "lower-case": { action: "keep", text: "Lower case, which all libraries read. Some apps want upper case typed." },
  padding: { action: "keep", text: "Padded base32, which all libraries read. Some apps refuse it in a key URI." },
} as const satisfies Readonly<Record<string, Trap>>;

export type TrapName = keyof typeof TRAPS;
