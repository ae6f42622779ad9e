// The suite that every runtime runs. It imports nothing and needs nothing that the core does not need. Each runtime loads the entry
// points and returns the report in its own way; the files in `entry` do this.

/**
 * @param {Record<string, () => unknown>} entryPoints - every entry point of package.json by its specifier, and how it is loaded here.
 * @param {Record<string, any>} vectors - the files of `vectors/` by name.
 * @returns what was there, what was counted, and what failed, as plain data.
 */
export async function suite(entryPoints, vectors) {
  const report = { has: [], entryPoints: {}, refused: {}, vectors: {}, checks: 0, failed: [] };
  const loaded = {};
  for (const entry of Object.keys(entryPoints)) {
    try {
      loaded[entry] = await entryPoints[entry]();
      report.entryPoints[entry] = Object.keys(loaded[entry]).filter(isName).sort();
    } catch (error) {
      report.refused[entry] = String(error);
    }
  }

  const crypto = globalThis.crypto;
  if (crypto?.getRandomValues !== undefined) report.has.push("random");
  if (crypto?.subtle !== undefined) report.has.push("subtle");
  if (loaded["otp-core/hmac/node"] !== undefined) report.has.push("node");

  const attempt = async (name, body) => {
    try {
      await body();
      return true;
    } catch (error) {
      report.failed.push(`${name}: ${error?.message ?? error}`);
      return false;
    }
  };
  const check = async (name, body) => {
    if (await attempt(name, body)) report.checks++;
  };
  const vector = async (engine, name, body) => {
    report.vectors[engine] ??= 0;
    if (await attempt(`${engine}: ${name}`, body)) report.vectors[engine]++;
  };

  await attempt("the suite runs to its end", async () => {
    const all = { report, loaded, vectors, check, vector };
    await runVectors(all);
    await runChecks(all);
  });
  return report;
}

/** CommonJS adds names of its own to what it exports, as seen by `import`. */
const isName = (name) => !["default", "__esModule", "module.exports"].includes(name);

function same(actual, expected) {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value, bigintAsText));
  if (found !== wanted) throw new Error(`${found} instead of ${wanted}`);
}
const bigintAsText = (_, value) => (typeof value === "bigint" ? `${value}n` : value);

const isRefusal = (core, error, code) => {
  if (!core.isOtpError(error)) throw error;
  same(
    [error.name, error.code, error instanceof core.OtpError, error instanceof Error],
    ["OtpError", code, true, true],
  );
};
function refused(core, code, body) {
  try {
    body();
  } catch (error) {
    return isRefusal(core, error, code);
  }
  throw new Error(`no ${code}`);
}
function rejected(core, code, promise) {
  return promise.then(
    () => Promise.reject(new Error(`no ${code}`)),
    (error) => isRefusal(core, error, code),
  );
}

const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const ascii = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const counterBytes = (counter) => fromHex(counter.toString(16).padStart(16, "0"));

/** Every engine that is here, as a function from bytes and an algorithm to a handle. */
function enginesOf({ report, loaded }) {
  const engines = [
    ["hmac", loaded["otp-core/hmac"].hmac],
    ["hmac/wasm", loaded["otp-core/hmac/wasm"].wasmHmac],
  ];
  if (report.has.includes("node")) engines.push(["hmac/node", loaded["otp-core/hmac/node"].nodeHmac]);
  if (report.has.includes("subtle")) engines.push(["hmac/web", loaded["otp-core/hmac/web"].webHmac]);
  return engines;
}

async function runVectors({ report, loaded, vectors, vector }) {
  const core = loaded["otp-core"];
  for (const [engine, prepare] of enginesOf({ report, loaded })) {
    const each = (name, body) => vector(engine, name, body);

    for (const { case: number, keyHex, dataHex, digestHex } of vectors.rfc2202.hmacSha1) {
      await each(`RFC 2202 case ${number}`, async () =>
        same(toHex(await prepare(fromHex(keyHex), "SHA1").sign(fromHex(dataHex))), digestHex),
      );
    }
    for (const { case: number, keyHex, dataHex, truncatedTo128, sha256, sha512 } of vectors.rfc4231.vectors) {
      for (const [algorithm, digestHex] of Object.entries({ SHA256: sha256, SHA512: sha512 })) {
        await each(`RFC 4231 case ${number} ${algorithm}`, async () => {
          const digest = toHex(await prepare(fromHex(keyHex), algorithm).sign(fromHex(dataHex)));
          same(truncatedTo128 ? digest.slice(0, 32) : digest, digestHex);
        });
      }
    }
    const { secretHex, secretBase32, vectors: hotps } = vectors.rfc4226;
    for (const { counter, hmacSha1Hex, hotp6, hotp7, hotp8, truncatedDecimal } of hotps) {
      await each(`RFC 4226 Appendix D counter ${counter}`, async () => {
        const secret = prepare(fromHex(secretHex), "SHA1");
        same(toHex(await secret.sign(counterBytes(counter))), hmacSha1Hex);
        same(await core.hotp({ secret }, counter), hotp6);
        same(core.hotp({ secret: secretBase32 }, BigInt(counter)), hotp6);
        same(await core.hotp({ secret, digits: 7 }, counter), hotp7);
        same(await core.hotp({ secret, digits: 8 }, BigInt(counter)), hotp8);
        same(await core.hotp({ secret, digits: 10 }, counter), String(truncatedDecimal).padStart(10, "0"));
        const verdict = await core.verifyHotp({ secret }, hotp6, { counter, lookAhead: 0 });
        same(verdict, { nextCounter: counter + 1 });
      });
    }
    for (const { time, algorithm, secretHex, counter, hmacHex, totp8, totp6 } of vectors.rfc6238.vectors) {
      await each(`RFC 6238 Appendix B ${algorithm} at ${time}`, async () => {
        const secret = prepare(fromHex(secretHex), algorithm);
        const now = time * 1000;
        same(core.timeStep({}, { now }), counter);
        same(toHex(await secret.sign(counterBytes(counter))), hmacHex);
        same(await core.totp({ secret, digits: 8 }, { now }), totp8);
        same(await core.totp({ secret }, { now }), totp6);
        same(core.totp({ secret: fromHex(secretHex), algorithm, digits: 8 }, { now }), totp8);
        const verdict = await core.verifyTotp({ secret }, totp6, { after: null, now, window: 0 });
        same(verdict, { step: counter, drift: 0 });
      });
    }
    const oath = loaded["otp-core/ocra"];
    for (const { suite, key, challenge, counter, pin, t: step, response } of vectors.rfc6287.vectors) {
      await each(`RFC 6287 appendix C ${suite} ${challenge} ${counter ?? ""}`, async () => {
        const secret = prepare(fromHex(key), oath.parseSuite(suite).algorithm);
        const input = { challenge, counter, pin, step };
        same(await oath.ocra(suite, secret, input), response);
        const match = { nextCounter: counter === undefined ? null : counter + 1, step: step ?? null };
        same(await oath.verifyOcra(suite, secret, response, input), match);
      });
    }
    for (const { case: name, algorithm, secretHex, counter: text, digits, code } of vectors["derived-extremes"]
      .vectors) {
      await each(`derived: ${name}, ${algorithm}, counter ${text}, ${digits} digits`, async () => {
        const bytes = fromHex(secretHex);
        if (bytes.length === 0) return refused(core, "invalid-secret", () => prepare(bytes, algorithm));
        const secret = prepare(bytes, algorithm);
        const counter = BigInt(text);
        if (digits < 6) return refused(core, "invalid-argument", () => core.hotp({ secret, digits }, counter));
        same(await core.hotp({ secret, digits }, counter), code);
        const verdict = await core.verifyHotp({ secret, digits }, code, { counter, lookAhead: 0 });
        same(verdict, { nextCounter: counter + BigInt(1) });
      });
    }
    for (const { secretBase32, time, code } of vectors["steam-guard"].vectors) {
      await each(`Steam Guard at ${time}`, async () => {
        const now = time * 1000;
        const key = { secret: prepare(core.decodeBase32(secretBase32), "SHA1"), encoder: "steam" };
        same(await core.totp(key, { now }), code);
        const verdict = await core.verifyTotp(key, code.toLowerCase(), { after: null, now, window: 0 });
        same(verdict !== null, true);
      });
    }
    for (const { identitySecretAscii, tag, time, hex } of vectors["steam-guard"].confirmationKey) {
      await each(`Steam confirmation ${tag}`, async () => {
        const message = Uint8Array.of(...counterBytes(time), ...ascii(tag));
        same(toHex(await prepare(ascii(identitySecretAscii), "SHA1").sign(message)), hex);
      });
    }
  }

  const each = (name, body) => vector("no HMAC", name, body);
  for (const { text, hex, encoded, unpadded } of vectors.rfc4648.BASE32) {
    await each(`RFC 4648 section 10 "${text}"`, () => {
      same(core.encodeBase32(fromHex(hex)), unpadded);
      for (const form of [encoded, unpadded, unpadded.toLowerCase()]) same(toHex(core.decodeBase32(form)), hex);
    });
  }
  const { lenientEqual, nonCanonicalTrailingBits, seenInTheWildWithIllegalLength, rejected } = vectors["base32-edge"];
  for (const { input, hex } of lenientEqual) {
    await each(`base32 "${input}"`, () => same(toHex(core.decodeBase32(input)), hex));
  }
  const illegal = seenInTheWildWithIllegalLength.map(({ input }) => input);
  for (const input of [...nonCanonicalTrailingBits, ...illegal, ...rejected]) {
    await each(`no base32 "${input}"`, () => refused(core, "invalid-secret", () => core.decodeBase32(input)));
  }
  for (const { unixSeconds, period, t0, counter } of vectors["derived-extremes"].timeEdges) {
    await each(`second ${unixSeconds}`, () =>
      same(core.timeStep({ period, epoch: t0 }, { now: unixSeconds * 1000 }), counter),
    );
  }
}

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

async function runChecks({ report, loaded, check }) {
  const core = loaded["otp-core"];
  const guarding = {
    ...loaded["otp-core/store"],
    ...loaded["otp-core/guard"],
    ...loaded["otp-core/passcodes"],
    ...loaded["otp-core/recovery"],
    ...loaded["otp-core/limiter"],
  };
  const testing = loaded["otp-core/testing"];
  const key = { secret: SECRET };

  await check("a code is accepted once, at its step or later (verifyTotp)", () => {
    const options = { after: null, now: 59_000 };
    same(core.verifyTotp(key, "287 082", options), { step: 1, drift: 0 });
    same(core.attemptTotp(key, "287082", { ...options, after: 1 }), { ok: false, reason: "replayed" });
    same(core.attemptTotp(key, "287083", options), { ok: false, reason: "mismatch" });
  });
  await check("what is no code is malformed and throws nowhere", () => {
    for (const code of ["", "12345", "２８７０８２", "287082\u0000", null, undefined, 287082, {}, [], Symbol("code")]) {
      same(core.attemptTotp(key, code, { after: null, now: 59_000 }), { ok: false, reason: "malformed" });
      same(core.verifyTotp(key, code, { after: null, now: 59_000 }), null);
    }
  });
  await check("a counter is looked for ahead, never behind (verifyHotp)", () => {
    same(core.verifyHotp(key, core.hotp(key, 7), { counter: 3 }), { nextCounter: 8 });
    same(core.verifyHotp(key, core.hotp(key, 2), { counter: 3 }), null);
  });
  await check("two codes in a row find a clock and a counter (resync)", () => {
    same(core.resyncHotp(key, [core.hotp(key, 80), core.hotp(key, 81)], { counter: 3 }), { nextCounter: 82 });
    const codes = [core.totp(key, { now: 59_000 }), core.totp(key, { now: 89_000 })];
    same(core.resyncTotp(key, codes, { after: null, now: 689_000 }), { step: 2, drift: -20 });
    same(core.resyncTotp(key, codes, { after: 2, now: 689_000 }), null);
  });
  await check("the clock of the runtime is used when no moment is told", () => {
    const before = core.timeStep({});
    const code = core.totp(key);
    const steps = [before, core.timeStep({})];
    same(steps.map((step) => core.totp(key, { now: step * 30_000 })).includes(code), true);
  });
  await check("errors are classes of their own here too (OtpError, isOtpError)", () => {
    refused(core, "invalid-argument", () => core.totp({ ...key, digits: 5 }));
    refused(core, "invalid-argument", () => core.totp(key, { time: 59 }));
    refused(core, "invalid-secret", () => core.totp({ secret: "" }));
    refused(core, "invalid-key", () => core.parseKey({ type: "totp" }));
  });
  await check("a key is JSON (parseKey)", () => {
    const row = { type: "totp", secret: SECRET, algorithm: "SHA1", digits: 6, period: 30, issuer: "é😀", account: "a" };
    same(core.totp(core.parseKey(JSON.parse(JSON.stringify(row))), { now: 59_000 }), "287082");
  });
  await check("seed files are read and written, encrypted where there is WebCrypto (otp-core/tokens)", async () => {
    const { exportPskc, importCsv, importPskc } = loaded["otp-core/tokens"];
    const token = { type: "totp", secret: SECRET, algorithm: "SHA256", digits: 8, issuer: "é😀", period: 60 };
    const serials = ({ keys, skipped }) => [keys.map(({ key, serial }) => [key, serial]), skipped];
    same(serials(await importPskc(await exportPskc([{ key: token, serial: "1" }]))), [[[token, "1"]], []]);
    const csv = `serial;secret;period;digits;algorithm\r\n1;${SECRET};60;8;sha-256\r\n2;?;60;8;\r\n`;
    const { issuer, ...nameless } = token;
    const row = { at: 3, serial: "2", reason: "secret" };
    same(serials(await importCsv(csv)), [[[nameless, "1"]], [row]]);
    const options = { preSharedKey: new Uint8Array(16).fill(7) };
    if (globalThis.crypto?.subtle === undefined) {
      const missing = globalThis.crypto?.getRandomValues === undefined ? "random-unavailable" : "crypto-unavailable";
      await rejected(core, missing, exportPskc([{ key: token }], options));
      return;
    }
    const file = await exportPskc([{ key: token, serial: "1" }], options);
    same(serials(await importPskc(file, options)), [[[token, "1"]], []]);
    await rejected(core, "invalid-file", importPskc(file, { preSharedKey: new Uint8Array(32) }));
  });
  await check("programs of speakeasy and otplib 12 get their codes (otp-core/compat)", () => {
    const { totp, hotp } = loaded["otp-core/compat/speakeasy"];
    same(totp({ secret: SECRET, encoding: "base32", time: 59 }), "287082");
    same(hotp.verifyDelta({ secret: "12345678901234567890", counter: 5, window: 4, token: "520489" }), { delta: 4 });
    same(totp.verify({ secret: SECRET, token: Symbol("junk"), time: 59 }), false);
    const { authenticator } = loaded["otp-core/compat/otplib"];
    const at = authenticator.clone({ epoch: 89_000, window: [1, 0] });
    same([at.checkDelta("287082", SECRET), at.check(null, SECRET)], [-1, false]);
    same(at.keyuri("a b", "é", SECRET).slice(0, 30), "otpauth://totp/%C3%A9:a%20b?se");
  });
  await check("a key URI is the key again (formatUri, parseUri, inspectUri)", () => {
    const written = {
      type: "totp",
      secret: SECRET,
      algorithm: "SHA256",
      digits: 8,
      period: 60,
      issuer: "é +😀%",
      account: "'a'",
    };
    const uri = core.formatUri(written);
    for (const name of Object.keys(written)) same(core.parseUri(uri)[name], written[name]);
    same(
      core.inspectUri(uri).problems.map(({ code }) => code),
      ["algorithm-ignored", "digits-ignored", "period-ignored"],
    );
    refused(core, "invalid-uri", () => core.parseUri(`${uri}&digits=6`));
    refused(core, "invalid-uri", () => core.parseUri("otpauth://totp/%FF?secret=AAAA"));
  });
  await check("a transfer of Google Authenticator is read (formatMigration, parseMigration)", () => {
    const keys = Array.from({ length: 11 }, (_, i) => ({
      type: "hotp",
      secret: SECRET,
      issuer: "é😀",
      account: `a${i}`,
      counter: 2 ** 40,
    }));
    const { keys: read, skipped, batch } = core.parseMigration(core.formatMigration(keys).reverse());
    same([read.map(({ account }) => account), skipped, batch.size], [keys.map(({ account }) => account), [], 2]);
    same([read[0].issuer, read[0].counter], ["é😀", 2 ** 40]);
  });
  await check("a phone for tests shows right and wrong codes (createAuthenticator)", () => {
    const phone = testing.createAuthenticator(key, { clock: testing.fakeClock(1_700_000_000_000) });
    same(phone.code(), core.totp(key, { now: 1_700_000_000_000 }));
    same([phone.replayed() === phone.code(), phone.wrong() === phone.code()], [true, false]);
  });
  await check("a handle shows nothing", () => {
    const handle = loaded["otp-core/hmac"].hmac(SECRET);
    same([String(handle), JSON.stringify(handle)], ["[redacted]", '"[redacted]"']);
  });
  await check("a handle that signs asynchronously turns every function asynchronous", async () => {
    const handle = loaded["otp-core/hmac"].hmac(SECRET);
    const secret = { algorithm: "SHA1", async: true, sign: async (message) => handle.sign(message) };
    same(await core.totp({ secret }, { now: 59_000 }), "287082");
    same(await core.verifyTotp({ secret }, "287082", { after: null, now: 59_000 }), { step: 1, drift: 0 });
  });
  await check("the machine of the guard decides without a store and without randomness", () => {
    const machine = guarding.createGuardMachine();
    const attempt = { key: { type: "totp", ...key }, code: "287082", now: 59_000 };
    const first = machine.attempt(null, attempt);
    same([first.outcome.ok, machine.attempt(first.state, attempt).outcome.reason], [true, "replayed"]);
  });
  await check("the adapters of the stores work with a function", async () => {
    const redis = loaded["otp-core/store/redis"].redisStore(async (command) => (command[0] === "GET" ? "text" : null));
    const sql = loaded["otp-core/store/sql"].sqlStore(() => ({ rows: [] }), { dialect: "sqlite", table: "otp" });
    same([await redis.get("key"), await sql.get("key")], ["text", null]);
  });

  const createGuard = () => guarding.createGuard({ store: guarding.memoryStore(), clock: testing.fakeClock(59_000) });
  const login = { subject: "user-é😀", key: { type: "totp", ...key }, code: "287082" };
  if (report.has.includes("random")) {
    await check("of two requests at once with one code, one is accepted (guard)", async () => {
      const guard = createGuard();
      const answers = await Promise.all([guard.verify(login), guard.verify(login)]);
      same(answers.sort(), [false, true]);
      same(await guard.attempt({ ...login, code: "000000" }), { ok: false, reason: "mismatch", retryAfterMs: 0 });
    });
    await check("a code that is sent, and one on paper, are redeemed once (passcodes, recovery codes)", async () => {
      const options = { store: guarding.memoryStore(), pepper: core.randomBytes(32) };
      const passcodes = guarding.createPasscodes(options);
      const target = { subject: "user-é😀", purpose: "login" };
      let code = "";
      await passcodes.send({ ...target, deliver: (sent) => (code = sent) });
      const redeemed = await Promise.all([1, 2].map(() => passcodes.attempt({ ...target, code })));
      same(redeemed.map(({ ok }) => ok).sort(), [false, true]);
      const recovery = guarding.createRecoveryCodes(options);
      const [paper] = await recovery.generate("user-1");
      same((await recovery.attempt({ subject: "user-1", code: paper.toLowerCase() })).remaining, 9);
      same((await recovery.attempt({ subject: "user-1", code: paper })).reason, "replayed");
    });
    await check("a new key is random and works (createTotpKey)", () => {
      const [one, other] = [1, 2].map(() => core.createTotpKey({ issuer: "Example", account: "alice" }));
      same([one.secret.length, one.secret === other.secret], [32, false]);
      same(core.verifyTotp(one, core.totp(one, { now: 0 }), { after: null, now: 0 }) !== null, true);
    });
    const store = guarding.memoryStore();
    for (const law of testing.storeContract(() => store)) {
      await check(`the memory store: ${law.name}`, () => law.run());
    }
  } else {
    await check(
      "without a global crypto nothing is drawn from another source: secrets and the guard refuse",
      async () => {
        refused(core, "random-unavailable", () => core.generateSecret());
        await rejected(core, "random-unavailable", createGuard().verify(login));
      },
    );
  }
  if (!report.has.includes("subtle")) {
    await check("without crypto.subtle a handle of hmac/web refuses to sign", () =>
      rejected(
        core,
        "signer-failed",
        core.totp({ secret: loaded["otp-core/hmac/web"].webHmac(SECRET) }, { now: 59_000 }),
      ),
    );
  }
}
