// The same doors from CommonJS.
import core = require("otp-core");
import guarding = require("otp-core/guard");
import prepared = require("otp-core/hmac");
import node = require("otp-core/hmac/node");
import web = require("otp-core/hmac/web");
import redis = require("otp-core/store/redis");
import sql = require("otp-core/store/sql");
import testing = require("otp-core/testing");

export const code: string = core.totp({ secret: prepared.hmac("GEZDGNBVGY3TQOJQ") }, { now: 59_000 });
export const handles: readonly (core.Mac | core.AsyncMac)[] = [node.nodeHmac("GEZDGNBVGY"), web.webHmac("GEZDGNBVGY")];
export const stores: readonly guarding.Store[] = [
  guarding.memoryStore(),
  redis.redisStore(async () => null),
  sql.sqlStore(() => ({ rows: [] }), { dialect: "sqlite", table: "otp" }),
];
export const guards: readonly guarding.Guard[] = stores.map((store) =>
  guarding.createGuard({ store, clock: testing.fakeClock(0) }),
);
