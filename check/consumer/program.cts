// The same door from CommonJS.
import core = require("otp-core");
import prepared = require("otp-core/hmac");

export const code: string = core.totp({ secret: prepared.hmac("GEZDGNBVGY3TQOJQ") }, { now: 59_000 });
