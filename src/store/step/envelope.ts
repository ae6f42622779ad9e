// The text that a store holds: a machine's state under the nonces of the last writes.
import { randomBytes } from "../../encoding/random.ts";
import { OtpError } from "../../errors.ts";

/** How many of the last writes a record names. */
const NAMED_WRITES = 4;
const NONCE_LENGTH = 20;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const NONCES = /^[A-Z2-7]{20}(?: [A-Z2-7]{20}){0,3}$/;
/** The length of four nonces. */
const FULL_LENGTH = NAMED_WRITES * (NONCE_LENGTH + 1) - 1;

/** A record: a machine's state, and the nonces of the last writes that led to it. */
export interface StoredRecord {
  /** Up to four nonces, the newest first, separated by spaces. Empty for an absent record and for a state without an envelope. */
  readonly nonces: string;
  readonly state: string | null;
}

const ABSENT: StoredRecord = { nonces: "", state: null };

/** The text of a record after one more write. */
export function writeRecord({ nonces }: StoredRecord, nonce: string, state: string | null): string {
  // Joined and not concatenated: V8 keeps concatenated texts as trees, which take several times the memory.
  if (nonces === "") return [nonce, state ?? ""].join("\n");
  return [nonce, " ", nonces.slice(0, FULL_LENGTH - NONCE_LENGTH - 1), "\n", state ?? ""].join("");
}

/** What a state of otp-core begins with: its version. */
const VERSION = /^\d+,/;

/**
 * Reads the text of a record. A text of one line, and one that begins with a version, is a state without an envelope, which a
 * machine has written into the same column; the machine refuses a state that is not its own. Any other text that otp-core did not
 * write is an error and never an absent record.
 */
export function readRecord(text: string | null): StoredRecord {
  if (text === null) return ABSENT;
  const end = text.indexOf("\n");
  const nonces = text.slice(0, Math.max(end, 0));
  if (NONCES.test(nonces)) return { nonces, state: text.slice(end + 1) || null };
  if ((end < 0 && text !== "") || VERSION.test(nonces)) return { nonces: "", state: text };
  throw new OtpError("state-invalid", "the stored record was not written by otp-core");
}

/** What a decision on a row returns. */
interface Stateful {
  readonly state: string | null;
}

/**
 * Lets a machine decide on the text of a row, which is a state or a whole record of a store. The nonces of a record stay in front
 * of the new state. So a row may change hands between a store and a transaction of the host at any time: a call of the store whose
 * reply was lost still finds its write named.
 */
export function decideOnRow<Decided extends Stateful>(
  text: string | null,
  decide: (state: string | null) => Decided,
): Decided;
export function decideOnRow<Decided extends Stateful>(
  text: string | null,
  decide: (state: string | null) => Decided | Promise<Decided>,
): Decided | Promise<Decided>;
export function decideOnRow<Decided extends Stateful>(
  text: string | null,
  decide: (state: string | null) => Decided | Promise<Decided>,
): Decided | Promise<Decided> {
  const state = stateOfRow(text);
  const decided = decide(state);
  if (typeof text !== "string" || state === text) return decided;
  const nonces = text.slice(0, text.indexOf("\n") + 1);
  const keep = (result: Decided): Decided => ({ ...result, state: nonces + (result.state ?? "") });
  return decided instanceof Promise ? decided.then(keep) : keep(decided);
}

/** The state in the text of a row. What is neither a state nor a record is left to the machine, which refuses it. */
export function stateOfRow(text: string | null): string | null {
  if (typeof text !== "string") return text;
  const end = text.indexOf("\n");
  return end > 0 && NONCES.test(text.slice(0, end)) ? text.slice(end + 1) || null : text;
}

/** The nonce of the last write, or an empty text. */
export function newestNonce({ nonces }: StoredRecord): string {
  return nonces.slice(0, NONCE_LENGTH);
}

/** True when the record names this write. All nonces have one length, so a match never spans two of them. */
export function namesWrite({ nonces }: StoredRecord, nonce: string): boolean {
  return nonces.includes(nonce);
}

/**
 * True when the record `now` names every write since `before`. A write of ours that is not among them was never applied, and can
 * no longer be, because the record that it expects is gone.
 */
export function namesEveryWriteSince(before: StoredRecord, now: StoredRecord): boolean {
  const basis = newestNonce(before);
  return basis === "" ? now.nonces.length < FULL_LENGTH : namesWrite(now, basis);
}

export function isNonce(value: unknown): value is string {
  return typeof value === "string" && value.length === NONCE_LENGTH && NONCES.test(value);
}

// Nonces are drawn in blocks, because the generator needs as long for a thousand bytes as for one. A block is used only within
// the millisecond in which it was drawn. A process that starts from a snapshot of this one, or a clone of this machine that was
// taken while it was idle, finds a later time on the clock and draws its own.
const MAX_DRAWN = 64;
let block = "";
let used = 0;
let drawnAt = -1;
/** How many nonces were asked for in the millisecond of `drawnAt`. */
let demand = 0;

/** 100 random bits as 20 characters of base32. Two writers with one nonce would each take the other's write for their own. */
export function freshNonce(): string {
  const now = Date.now();
  if (now !== drawnAt || used === block.length) {
    // As many as the last busy millisecond needed, or as many again as this one has used.
    block = drawNonces(Math.min(Math.max(demand, 1), MAX_DRAWN));
    used = 0;
    if (now !== drawnAt) demand = 0;
    drawnAt = now;
  }
  demand++;
  used += NONCE_LENGTH;
  return block.slice(used - NONCE_LENGTH, used);
}

function drawNonces(count: number): string {
  const bytes = randomBytes(count * NONCE_LENGTH);
  // 256 is a multiple of 32, so the low five bits of a byte are uniform.
  for (let i = 0; i < bytes.length; i++) bytes[i] = ALPHABET.charCodeAt((bytes[i] as number) & 31);
  // An array-like is enough, whatever its type says.
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
