// The folders whose source is broken, and the tests that must notice it. These tests run in one process and are quick. Tests that start
// servers, browsers or other programs, or that try every interleaving, are left out if a lighter test of the same code exists.
const vectors = (...names) => names.map((name) => `test/vectors/${name}.test.ts`);
export const FOLDERS = {
  encoding: {
    source: ["src/{errors,check,time}.ts", "src/encoding/*.ts"],
    tests: [
      "test/errors.test.ts",
      "test/encoding/*.test.ts",
      "test/key/derive-bytes.test.ts",
      ...vectors("rfc4648", "base32-edge"),
      "test/uri/format.test.ts",
      "test/uri/{inspect,parse}.test.ts",
      "test/guard/bad-input.test.ts",
      "test/passcodes/{draw-bytes,passcodes}.test.ts",
      "test/store/store-key.test.ts",
      "test/recovery/recovery-codes.test.ts",
    ],
  },
  key: {
    source: ["src/key/*.ts"],
    tests: [
      "test/key/*.test.ts",
      "test/otp/{totp,hotp,bad-values,sync-and-async}.test.ts",
      "test/uri/{format,inspect}.test.ts",
      "test/migration/migration.test.ts",
      ...vectors("steam-guard"),
    ],
  },
  otp: {
    source: ["src/otp/*.ts"],
    tests: [
      "test/hmac/own.test.ts",
      "test/otp/{bad-values,code-format,sync-and-async,constant-work,counter,find-counter,hotp,resync,search,totp,truncate,verify-hotp,verify-totp}.test.ts",
      ...vectors("rfc4226", "rfc6238", "steam-guard", "derived-extremes"),
    ],
  },
  hmac: {
    source: ["src/hmac/*.ts", "!src/hmac/wasm.ts", "src/hmac/*/*.ts"],
    tests: [
      "test/hmac/{algorithm,hmac,node,own,redaction,web}.test.ts",
      "test/otp/{hotp,sync-and-async}.test.ts",
      ...vectors("rfc2202", "rfc4231", "rfc4226", "rfc6238"),
    ],
  },
  // Its tests load the module anew, so they run in a process without other tests.
  wasm: { source: ["src/hmac/wasm.ts"], tests: ["test/hmac/wasm.test.ts"] },
  store: {
    source: ["src/store/*.ts", "!src/store/redis.ts", "src/store/*/*.ts"],
    tests: [
      "test/store/{deadline,envelope,memory,row,runner,sql,sql-sqlite,state-text,store-error,store-key,transact}.test.ts",
      "test/transaction/*.test.ts",
      "test/guard/{bad-input,guard}.test.ts",
      "test/recovery/recovery-codes.test.ts",
    ],
  },
  // Its tests start servers, so they run for this file only.
  redis: { source: ["src/store/redis.ts"], tests: ["test/store/redis.test.ts"] },
  attempts: {
    source: ["src/attempts/*.ts"],
    tests: [
      "test/attempts/*.test.ts",
      "test/guard/{bad-values,edges,guard,machine,state}.test.ts",
      "test/passcodes/{bad-input,passcodes,secrecy,state}.test.ts",
      "test/recovery/recovery-codes.test.ts",
    ],
  },
  guard: {
    source: ["src/guard/*.ts"],
    tests: ["test/attempts/backoff.test.ts", "test/guard/*.test.ts", "test/account/enrolment.test.ts"],
  },
  passcodes: {
    source: ["src/passcodes/*.ts"],
    tests: [
      "test/passcodes/{bad-input,delivery,draw,draw-bytes,inspect-sms,kept-codes,message,passcodes,secrecy,state}.test.ts",
      "test/guard/{bad-values,edges}.test.ts",
      "test/account/rare.test.ts",
      ...vectors("records"),
    ],
  },
  recovery: {
    source: ["src/recovery/*.ts"],
    tests: [
      "test/recovery/*.test.ts",
      "test/passcodes/{bad-input,state}.test.ts",
      "test/guard/bad-values.test.ts",
      ...vectors("records"),
    ],
  },
  limiter: {
    source: ["src/limiter/*.ts"],
    tests: ["test/limiter/*.test.ts", "test/guard/bad-values.test.ts", ...vectors("records")],
  },
  ocra: { source: ["src/ocra/*.ts"], tests: ["test/ocra/*.test.ts", ...vectors("rfc6287", "records")] },
  transaction: { source: ["src/transaction/*.ts"], tests: ["test/transaction/*.test.ts"] },
  account: {
    source: ["src/account/*.ts", "src/account/*/*.ts"],
    tests: [
      "test/account/{attempt,devices,enrolment,expiry,key-box,login,machine,rare,record-fields,requests,rotation,sent-codes,state,support}.test.ts",
      ...vectors("records"),
    ],
  },
  diagnosis: { source: ["src/diagnosis/*.ts"], tests: ["test/diagnosis/*.test.ts"] },
  migration: { source: ["src/migration/*.ts"], tests: ["test/migration/*.test.ts", ...vectors("google-migration")] },
  tokens: {
    source: ["src/tokens/*.ts", "src/tokens/*/*.ts"],
    tests: ["test/tokens/{csv,encryption,export,pskc,xml}.test.ts", ...vectors("pskc")],
  },
  compat: {
    source: ["src/compat/*.ts", "src/compat/*/*.ts"],
    tests: ["test/compat/*.test.ts", ...vectors("moving")],
  },
  uri: {
    source: ["src/uri/*.ts"],
    tests: ["test/uri/{bad-values,field,format,inspect,parse,problem,quirks}.test.ts", ...vectors("google-migration")],
  },
  testing: { source: ["src/testing/*.ts"], tests: ["test/testing/*.test.ts"] },
};
