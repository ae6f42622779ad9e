// A user's program with nothing but the language's own types: no DOM, no @types/node. Only its types count.
import {
  attemptHotp,
  createTotpKey,
  type HotpOutcome,
  isOtpError,
  type Key,
  parseKey,
  totp,
  verifyTotp,
} from "otp-core";
import { type AccountOutcome, createAccounts, createKeyBox } from "otp-core/account";
import { authenticator, type OtplibOptions } from "otp-core/compat/otplib";
import speakeasy, { type GeneratedSecret, onUnguarded } from "otp-core/compat/speakeasy";
import {
  createGuard,
  createGuardMachine,
  type Guard,
  type GuardEvent,
  type GuardReason,
  guessProbability,
} from "otp-core/guard";
import { hmac, type Signer } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { wasmHmac } from "otp-core/hmac/wasm";
import { webHmac } from "otp-core/hmac/web";
import { createLimiter } from "otp-core/limiter";
import {
  challenge,
  createOcraGuard,
  type OcraGuard,
  type OcraMatch,
  ocra,
  parseSuite,
  verifyOcra,
} from "otp-core/ocra";
import { createPasscodes, type PasscodeOutcome } from "otp-core/passcodes";
import { createRecoveryCodes, type RecoveryCodes } from "otp-core/recovery";
import { type Machine, memoryStore, type Store, transact } from "otp-core/store";
import { type RedisCommand, redisStore } from "otp-core/store/redis";
import { type SqlQuery, sqlStore } from "otp-core/store/sql";
import { fakeClock, type StoreRule, storeContract } from "otp-core/testing";
import { exportPskc, type ImportResult, importCsv, importPskc } from "otp-core/tokens";

export const key: Key = createTotpKey({ issuer: "Example", account: "alice" });
export const stored: Key = parseKey(JSON.parse(JSON.stringify(key)));
export const handles: readonly Signer[] = [
  hmac("GEZDGNBVGY3TQOJQ"),
  nodeHmac("GEZDGNBVGY3TQOJQ"),
  wasmHmac("GEZDGNBVGY3TQOJQ"),
];
export const code: string = totp({ secret: "GEZDGNBVGY3TQOJQ" });
export const later: Promise<string> = totp({ secret: webHmac("GEZDGNBVGY3TQOJQ") });
export const outcome: HotpOutcome = attemptHotp({ secret: "GEZDGNBVGY3TQOJQ" }, code, { counter: 0 });

const suite = "OCRA-1:HOTP-SHA1-6:QN08";
export const signing: OcraGuard = createOcraGuard({ store: memoryStore(), suite, pepper: new Uint8Array(32) });
export const challengeLength: number = parseSuite(suite).challenge.length;
export const response: Promise<string> = ocra(suite, webHmac("GEZDGNBVGY3TQOJQ"), { challenge: challenge(suite) });
export const answered: OcraMatch | null = verifyOcra(suite, "GEZDGNBVGY3TQOJQ", code, { challenge: "12345678" });

const login = verifyTotp({ secret: "GEZDGNBVGY3TQOJQ" }, code, { after: null });
export const step: number | null = login?.step ?? null;

// Stores: a function of the user's, not a driver.
const send = async (command: RedisCommand): Promise<unknown> => command.length;
const query: SqlQuery = (text, params, wants) => (wants === "rows" ? { rows: [text] } : { affected: params.length });
const sql = sqlStore(query, { dialect: "postgres", table: "otp" });
export const stores: readonly Store[] = [memoryStore(), redisStore(send), sql];
export const schema: string = sql.schema();
export const rules: readonly StoreRule[] = storeContract(() => memoryStore());

// The guard, with options that may be undefined under exactOptionalPropertyTypes.
const prefix: string | undefined = undefined;
const events: GuardEvent[] = [];
const clock = fakeClock(59_000);
export const guard: Guard = createGuard({
  store: memoryStore({ clock }),
  prefix,
  clock,
  attempts: { freeFailures: undefined, maxWaitMs: 60_000 },
  onEvent: (event) => events.push(event),
});
export const reason: Promise<GuardReason | undefined> = guard.attempt({ subject: "user-7", key, code }).then(
  (answer) => (answer.ok ? undefined : answer.reason),
  (error) => (isOtpError(error) ? undefined : Promise.reject(error)),
);
export const position = events.map((event) => (event.type === "accepted" ? event.position : event.at));

const attempt = { key: stored, code, now: 59_000 };
export const state: PromiseLike<string | null> = Promise.resolve(createGuardMachine().attempt(null, attempt)).then(
  (next) => next.state,
);
const counting: Machine<number> = (text) => ({ state: `${text}`, expiresAt: null, outcome: 1, events: [] });
export const counted: Promise<number> = transact(memoryStore(), "key", counting).then(({ outcome }) => outcome);
export const limited = createLimiter({ store: memoryStore(), name: "address", limit: 5, perMs: 60_000 }).take("::1/64");
export const risk: number = guessProbability({ days: 365, successesPerDay: undefined });

const passcodes = createPasscodes({ store: memoryStore(), pepper: new Uint8Array(32) });
export const tried: Promise<PasscodeOutcome> = passcodes.attempt({ subject: "user-1", purpose: "login", code });

export const recovery: RecoveryCodes = createRecoveryCodes({ store: memoryStore(), pepper: new Uint8Array(32) });

export const imported: Promise<ImportResult> = importPskc("<KeyContainer/>", { preSharedKey: undefined });
export const written: Promise<string> = importCsv("serial,seed\n").then(({ keys }) => exportPskc(keys));

const bytes = new Uint8Array(32);
const accounts = createAccounts({ store: memoryStore(), pepper: bytes, seal: createKeyBox([{ id: "a", bytes }]) });
export const isAccepted: Promise<boolean> = accounts.verify({ subject: "user-1", code: undefined as unknown });
export const became: Promise<AccountOutcome> = accounts.attempt({
  subject: "user-1",
  code: "287082",
  purpose: "login",
});

// The replacements of speakeasy and otplib 12, with what a request held.
const typed: unknown = "287082";
const generated: GeneratedSecret = speakeasy.generateSecret({ length: 20, name: "Shop (alice)" });
const spoken = { secret: generated.base32, encoding: "base32" } as const;
export const isSpoken: boolean = speakeasy.totp.verify({ ...spoken, token: typed, window: 1 });
export const spokenDelta: number | undefined = speakeasy.hotp.verifyDelta({
  ...spoken,
  token: typed,
  counter: 0,
})?.delta;
const otplibOptions: OtplibOptions = { window: [1, 0], algorithm: "sha1" };
authenticator.options = otplibOptions;
export const isChecked: boolean = authenticator.clone({ digits: 8 }).check(typed, generated.base32);
export const checkedDelta: number | null = authenticator.checkDelta(typed, generated.base32);
onUnguarded(({ call, stack }) => events.length > 0 && [call, stack]);
