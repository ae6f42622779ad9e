// The same entry points from CommonJS.
import core = require("otp-core");
import accounting = require("otp-core/account");
import otplib = require("otp-core/compat/otplib");
import speakeasy = require("otp-core/compat/speakeasy");
import guarding = require("otp-core/guard");
import limiting = require("otp-core/limiter");
import challenging = require("otp-core/ocra");
import sending = require("otp-core/passcodes");
import recovering = require("otp-core/recovery");
import storing = require("otp-core/store");
import prepared = require("otp-core/hmac");
import node = require("otp-core/hmac/node");
import wasm = require("otp-core/hmac/wasm");
import web = require("otp-core/hmac/web");
import redis = require("otp-core/store/redis");
import sql = require("otp-core/store/sql");
import testing = require("otp-core/testing");
import tokens = require("otp-core/tokens");

export const code: string = core.totp({ secret: prepared.hmac("GEZDGNBVGY3TQOJQ") }, { now: 59_000 });
export const handles: readonly (core.Signer | core.AsyncSigner)[] = [
  node.nodeHmac("GEZDGNBVGY"),
  web.webHmac("GEZDGNBVGY"),
  wasm.wasmHmac("GEZDGNBVGY"),
];
export const stores: readonly storing.Store[] = [
  storing.memoryStore(),
  redis.redisStore(async () => null),
  sql.sqlStore(() => ({ rows: [] }), { dialect: "sqlite", table: "otp" }),
];
export const response: string = challenging.ocra("OCRA-1:HOTP-SHA1-6:QN08", "GEZDGNBVGY3TQOJQ", {
  challenge: challenging.challenge("OCRA-1:HOTP-SHA1-6:QN08"),
});
export const guards: readonly guarding.Guard[] = stores.map((store) =>
  guarding.createGuard({ store, clock: testing.fakeClock(0) }),
);
export const limiter: limiting.Limiter = limiting.createLimiter({
  store: storing.memoryStore(),
  name: "address",
  limit: 5,
  perMs: 60_000,
});
const pepper = new Uint8Array(32);
export const passcodes: sending.Passcodes = sending.createPasscodes({ store: storing.memoryStore(), pepper });
export const recovery: recovering.RecoveryCodes = recovering.createRecoveryCodes({
  store: storing.memoryStore(),
  pepper,
});
export const imported: Promise<tokens.ImportResult> = tokens.importPskc("<KeyContainer/>");
export const accounts: accounting.Accounts = accounting.createAccounts({
  store: storing.memoryStore(),
  pepper,
  seal: accounting.createKeyBox([{ id: "a", bytes: pepper }]),
});
export const generated: string = speakeasy.totp({ secret: "12345678901234567890", time: 59 });
export const isAccepted: boolean = otplib.authenticator.verify({ token: generated, secret: "GEZDGNBVGY3TQOJQ" });
