// A user's program with nothing but the language's own types: no DOM, no @types/node. Only its types count.
import { createTotpKey, type HotpVerdict, type Key, parseKey, totp, verifyHotp, verifyTotp } from "otp-core";
import { createPasscodes, memoryStore, type PasscodeVerdict } from "otp-core/guard";
import { hmac, type Mac } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { webHmac } from "otp-core/hmac/web";

export const key: Key = createTotpKey({ issuer: "Example", account: "alice" });
export const stored: Key = parseKey(JSON.parse(JSON.stringify(key)));
export const handles: readonly Mac[] = [hmac("GEZDGNBVGY3TQOJQ"), nodeHmac("GEZDGNBVGY3TQOJQ")];
export const code: string = totp({ secret: "GEZDGNBVGY3TQOJQ" });
export const later: Promise<string> = totp({ secret: webHmac("GEZDGNBVGY3TQOJQ") });
export const verdict: HotpVerdict = verifyHotp({ secret: "GEZDGNBVGY3TQOJQ" }, code, { counter: 0 });

const login = verifyTotp({ secret: "GEZDGNBVGY3TQOJQ" }, code, { after: null });
export const step: number | null = login.ok ? login.step : null;

const passcodes = createPasscodes({ store: memoryStore(), pepper: new Uint8Array(32) });
export const redeemed: Promise<PasscodeVerdict> = passcodes.redeem({ subject: "user-1", purpose: "login", code });
