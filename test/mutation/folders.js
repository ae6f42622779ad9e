// What is broken, and which tests have to notice. They stand before the source in one process and are quick; what starts
// servers, browsers, other programs or every interleaving is left out where a lighter test of the same code exists.
const vectors = (...names) => names.map((name) => `test/vectors/${name}.test.ts`);
const guard = (...names) => names.map((name) => `test/guard/${name}.test.ts`);

const sources = (folder, names) => names.split(",").map((name) => `src/${folder}/${name}.ts`);

export const FOLDERS = {
  encoding: {
    source: ["src/errors.ts", "src/encoding/*.ts"],
    tests: [
      "test/errors.test.ts",
      "test/encoding/*.test.ts",
      ...vectors("rfc4648", "base32-edge"),
      "test/uri/format.test.ts",
      "test/uri/{inspect,parse}.test.ts",
      ...guard("bad-input", "draw-bytes", "store-key", "recovery", "passcode"),
    ],
  },
  key: {
    source: ["src/key/*.ts"],
    tests: [
      "test/key/*.test.ts",
      "test/otp/{totp,hotp,bad-values}.test.ts",
      "test/uri/{format,inspect}.test.ts",
      ...vectors("steam-guard"),
    ],
  },
  otp: {
    source: ["src/otp/*.ts"],
    tests: [
      "test/hmac/own.test.ts",
      "test/otp/{bad-values,code,colour,constant-work,counter,hotp,resync,totp,verify-hotp,verify-totp}.test.ts",
      ...vectors("rfc4226", "rfc6238", "steam-guard", "derived-extremes"),
    ],
  },
  hmac: {
    source: ["src/hmac/*.ts"],
    tests: [
      "test/hmac/{hmac,node,own,redaction,web}.test.ts",
      "test/otp/{hotp,colour}.test.ts",
      ...vectors("rfc2202", "rfc4231", "rfc4226", "rfc6238"),
    ],
  },
  "guard/factor": {
    source: sources("guard", "backoff,factor,guard,machine,now,policy,ready,steps"),
    tests: guard("{backoff,bad-input,bad-values,constant-work,edges,guard,machine,state,traps}"),
  },
  "guard/transact": {
    source: sources("guard", "deadline,record,records,store-key,transact"),
    tests: guard("{bad-input,guard,recovery,store-key,transact}"),
  },
  "guard/passcode": {
    source: sources("guard", "failures,fields,mask,passcode*,pepper,recovery*"),
    tests: guard(
      "{backoff,bad-values,edges,guard,message,passcode,passcode-bad-input,passcode-secrecy,passcode-state,recovery,state,store-key}",
    ),
  },
  "guard/others": {
    source: sources("guard", "guess,limiter,message"),
    tests: guard("{bad-values,guess,limiter,message,store-key}"),
  },
  store: {
    source: ["src/store/*.ts"],
    tests: ["test/store/{memory,redis,sql,sql-sqlite}.test.ts"],
  },
  uri: {
    source: ["src/uri/*.ts"],
    tests: [
      "test/uri/{bad-values,format,inspect,migration,parse,percent,problem,quirks}.test.ts",
      ...vectors("google-migration"),
    ],
  },
  testing: { source: ["src/testing/*.ts"], tests: ["test/testing/*.test.ts"] },
};
