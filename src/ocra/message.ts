// The bytes that are signed: RFC 6287 section 5.1, DataInput.

import { refuse } from "../check.ts";
import { type Bytes, isBytes } from "../encoding/bytes.ts";
import { utf8Length, writeUtf8 } from "../encoding/utf8.ts";
import type { Algorithm } from "../hmac/algorithm.ts";
import { digest, toBytes } from "../hmac/hash/hash.ts";
import { hashOf } from "../hmac/hash/hashes.ts";
import { highWord, lowWord } from "../otp/counter.ts";
import type { Position } from "./positions.ts";
import type { OcraSuite } from "./suite.ts";

/** What is signed apart from the counter and the time. */
export interface FixedInput {
  /** One challenge, or both challenges joined for mutual authentication: first the other party's, then the signer's own. */
  readonly challenge: string;
  /** Required if the suite has `P`: the PIN itself, 1 to 1024 characters. It is hashed as the suite says. */
  readonly pin?: string | undefined;
  /** Required if the suite has `S`: text or bytes. A shorter value is filled up with zero bytes in front. */
  readonly session?: string | Uint8Array | undefined;
}

/** A message whose counter and time step are still zero. */
export interface MessageTemplate {
  readonly bytes: Bytes;
  /** Where the counter stands, or -1. */
  readonly counterAt: number;
  /** Where the time step stands, or -1. */
  readonly stepAt: number;
}

/** Two challenges of the longest kind fit. */
const CHALLENGE_BYTES = 128;
/** A counter or a time step. */
const WORD_BYTES = 8;
const MAX_PIN_LENGTH = 1024;
const EMPTY = /* @__PURE__ */ new Uint8Array(0);

const FORMATS = {
  A: { pattern: /^[A-Za-z0-9]+$/, expected: "letters A-Z, a-z and digits" },
  N: { pattern: /^[0-9]+$/, expected: "digits" },
  H: { pattern: /^[0-9A-Fa-f]+$/, expected: "hexadecimal digits" },
} as const;

/** Suite, zero byte, counter, challenge, PIN, session, time step: in this order, without those that the suite does not have. */
export function messageTemplate(text: string, suite: OcraSuite, input: FixedInput): MessageTemplate {
  const challenge = challengeBytes(input.challenge, suite);
  const pin = pinBytes(input.pin, suite.pin);
  const session = sessionBytes(input.session, suite.session);

  const counterAt = text.length + 1;
  const challengeAt = counterAt + (suite.counter ? WORD_BYTES : 0);
  const pinAt = challengeAt + CHALLENGE_BYTES;
  const sessionAt = pinAt + pin.length;
  const stepAt = sessionAt + session.length;

  const bytes = new Uint8Array(stepAt + (suite.period === null ? 0 : WORD_BYTES));
  writeUtf8(text, bytes, 0);
  bytes.set(challenge, challengeAt);
  bytes.set(pin, pinAt);
  bytes.set(session, sessionAt);
  return { bytes, counterAt: suite.counter ? counterAt : -1, stepAt: suite.period === null ? -1 : stepAt };
}

/** A copy of the template with the counter and the time step: a signer may keep what it gets. */
export function messageAt({ bytes, counterAt, stepAt }: MessageTemplate, { counter, step }: Position): Bytes {
  const message = bytes.slice();
  if (counter !== null) writeWord(message, counterAt, counter);
  if (step !== null) writeWord(message, stepAt, step);
  return message;
}

/** Eight bytes, the highest first. */
function writeWord(message: Bytes, at: number, value: number | bigint): void {
  const high = highWord(value);
  const low = lowWord(value);
  for (let i = 0; i < 4; i++) {
    message[at + i] = high >>> (24 - 8 * i);
    message[at + 4 + i] = low >>> (24 - 8 * i);
  }
}

/** Whether this is a challenge of the suite: of one party, or of both joined. */
export function isChallenge(value: unknown, { challenge }: OcraSuite, parties: 1 | 2): value is string {
  const { format, length } = challenge;
  return typeof value === "string" && value.length <= parties * length && FORMATS[format].pattern.test(value);
}

/** The challenge that the host chose, of one party. */
export function checkQuestion(question: unknown, suite: OcraSuite): string {
  const { format, length } = suite.challenge;
  if (!isChallenge(question, suite, 1)) refuse("question", `1 to ${length} ${FORMATS[format].expected}`);
  return question;
}

function challengeBytes(challenge: unknown, suite: OcraSuite): Bytes {
  const { format, length } = suite.challenge;
  if (!isChallenge(challenge, suite, 2)) {
    refuse("challenge", `1 to ${length} ${FORMATS[format].expected}, or two of them joined`);
  }
  if (format === "A") return utf8(challenge);
  // RFC 6287 section 5.1 and appendix A: a decimal challenge is a number, which is written in hexadecimal without leading zeros.
  return leftHex(format === "H" ? challenge : BigInt(challenge).toString(16));
}

/** Hexadecimal digits as bytes. The first digit is the high half of the first byte, also if their number is odd. */
function leftHex(digits: string): Bytes {
  const bytes = new Uint8Array((digits.length + 1) >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2).padEnd(2, "0"), 16);
  return bytes;
}

function pinBytes(pin: unknown, algorithm: Algorithm | null): Uint8Array {
  if (algorithm === null) {
    if (pin !== undefined) refuse("pin", "left out: the suite has no P");
    return EMPTY;
  }
  if (typeof pin !== "string" || pin.length > MAX_PIN_LENGTH || utf8Length(pin) <= 0) {
    refuse("pin", `the PIN, well-formed text of 1 to ${MAX_PIN_LENGTH} characters`);
  }
  const hash = hashOf(algorithm);
  const words = new Int32Array(hash.initial.length);
  digest(hash, hash.initial, 0, utf8(pin), words);
  return toBytes(words);
}

function sessionBytes(session: unknown, length: number | null): Uint8Array {
  if (length === null) {
    if (session !== undefined) refuse("session", "left out: the suite has no S");
    return EMPTY;
  }
  const expected = `well-formed text or a Uint8Array of 1 to ${length} bytes`;
  const given = typeof session === "string" && utf8Length(session) > 0 ? utf8(session) : session;
  if (!isBytes(given) || given.length < 1 || given.length > length) refuse("session", expected);
  // Appendix A fills a shorter value up in front.
  const bytes = new Uint8Array(length);
  bytes.set(given, length - given.length);
  return bytes;
}

/** The UTF-8 of a well-formed text. */
function utf8(text: string): Bytes {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(text, bytes, 0);
  return bytes;
}
