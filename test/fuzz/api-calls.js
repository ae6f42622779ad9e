// A right call of every public function, and of every method of what they return: each is made wrong from there.
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const NOW = 59_000;
const SUITE = "OCRA-1:HOTP-SHA1-8:C-QN08-PSHA1-S008-T1M";

const totpKey = () => ({ type: "totp", secret: SECRET, algorithm: "SHA1", digits: 6, period: 30, epoch: 0 });
const hotpKey = () => ({ type: "hotp", secret: SECRET, algorithm: "SHA1", digits: 6, counter: 0 });
const named = (key) => ({ ...key, issuer: "Example", account: "alice" });
const backoff = () => ({ freeFailures: 4, firstWaitMs: 30_000, maxWaitMs: 3_600_000, disableAfter: 100 });
const policy = () => ({
  window: { past: 1, future: 1 },
  lookAhead: 10,
  resyncWindow: 20,
  attempts: { ...backoff(), monthly: 200 },
  learnDrift: { max: 3 },
  minSecretBytes: 10,
});
const ocraInput = () => ({ challenge: "12345678", counter: 5, pin: "1234", session: "session", now: NOW });
const ocraAttempt = () => ({
  subject: "user-1",
  secret: SECRET,
  code: "12345678",
  pin: "1234",
  session: "session",
  transaction: transaction(),
});
const transaction = () => ({ amount: "1250.00", currency: "EUR", payee: "Example Ltd" });
const speakeasyOptions = () => ({
  ...{ secret: SECRET, encoding: "base32", algorithm: "sha1", digits: 6, counter: 5, token: "254676", window: 2 },
  digest: undefined,
});
const otplibOptions = () => ({ algorithm: "sha1", digits: 6, epoch: NOW, step: 30, window: [1, 1], encoding: "hex" });
const pepper = () => [new Uint8Array(32).fill(1), new Uint8Array(40).fill(2)];
const target = () => ({ subject: "user-1", purpose: "login" });

/** By entry point and name: makes the arguments. `otherwise`: names that are no functions to call. */
export function callsOf(modules) {
  const { memoryStore } = modules["otp-core/store"];
  const { createGuard, createGuardMachine } = modules["otp-core/guard"];
  const { createLimiter, createSendGuard } = modules["otp-core/limiter"];
  const { createPasscodes, createPasscodeMachine, drawPasscode } = modules["otp-core/passcodes"];
  const { createRecoveryCodes, createRecoveryMachine, drawRecoveryCodes } = modules["otp-core/recovery"];
  const { createOcraGuard } = modules["otp-core/ocra"];
  const { createAccounts, createAccountMachine, createKeyBox, drawDeviceToken } = modules["otp-core/account"];
  const keyBox = () => createKeyBox([{ id: "a", bytes: new Uint8Array(32).fill(3) }]);
  const { fakeClock, createAuthenticator, createInbox } = modules["otp-core/testing"];
  const stored = () => ({ store: memoryStore(), prefix: "p", clock: () => NOW, timeoutMs: 30 });
  const sent = () => ({
    ...stored(),
    pepper: pepper(),
    digits: 6,
    ttlMs: 300_000,
    triesPerCode: 5,
    resendAfterMs: 0,
    maxSends: 5,
    keep: 2,
    attempts: backoff(),
    testCodes: [{ ...target(), code: "000000", until: NOW }],
    onEvent: () => {},
    onListenerError: () => {},
  });
  const ocraGuard = () => ({
    ...stored(),
    suite: SUITE,
    pepper: pepper(),
    ttlMs: 300_000,
    lookAhead: 2,
    window: 1,
    attempts: { freeFailures: 4, firstWaitMs: 30_000, maxWaitMs: 3_600_000, disableAfter: 100, monthly: 200 },
    onEvent: () => {},
  });
  const sending = () => ({
    ...stored(),
    allow: ["+49", "@example.com"],
    deny: ["+49 900"],
    minConversion: 0.2,
    minObservations: 50,
    destinationsPerAddress: 5,
    mode: "refuse",
    onEvent: () => {},
    onListenerError: () => {},
  });
  const payment = () => ({ amount: "1250.00", currency: "EUR", payee: "Example Ltd" });
  const bound = () => ({ ...target(), context: "login-1", transaction: payment() });
  const swapping = () => ["key", null, "value", NOW];
  const key = () => (state) => ({ state: `${state ?? ""}x`, expiresAt: null, outcome: 1, events: [] });

  const functions = {
    "otp-core": {
      createHotpKey: () => [{ issuer: "Example", account: "alice", algorithm: "SHA1", digits: 6, counter: 0 }],
      createTotpKey: () => [{ issuer: "Example", account: "alice", algorithm: "SHA1", digits: 6, period: 30 }],
      decodeBase32: () => [SECRET],
      encodeBase32: () => [new Uint8Array(20)],
      equalBytes: () => [new Uint8Array(20), new Uint8Array(20)],
      formatMigration: () => [[named(totpKey()), named(hotpKey())]],
      formatUri: () => [named(totpKey()), { scheme: "otpauth", extra: { image: "https://example.com/a" } }],
      generateSecret: () => [20],
      deriveBytes: () => ["a secret of 32 characters or more, for tests", "pepper"],
      detectKey: () => [totpKey(), "287082", { now: NOW }],
      diagnose: () => [totpKey(), "287082", { now: NOW, steps: 3 }],
      findCounter: () => [hotpKey(), "287082", { from: 0, to: 5 }],
      parseTotpKey: () => [named(totpKey())],
      toAlgorithm: () => ["sha-256"],
      truncate: () => [new Uint8Array(20), 6],
      hotp: () => [hotpKey(), 7],
      inspectUri: () => [`otpauth://totp/Example:alice?secret=${SECRET}&issuer=Example`],
      isOtpError: () => [new Error("x")],
      parseKey: () => [named(totpKey())],
      parseMigration: () => [["otpauth-migration://offline?data=CgA"]],
      parseUri: () => [`otpauth://totp/Example:alice?secret=${SECRET}`, { issuerConflict: "label" }],
      randomBytes: () => [20],
      resyncHotp: () => [hotpKey(), ["755224", "287082"], { counter: 0, lookAhead: 10, minSecretBytes: 10 }],
      resyncTotp: () => [totpKey(), ["755224", "287082"], { after: null, window: 10, now: NOW, minSecretBytes: 10 }],
      timeRemainingMs: () => [{ period: 30, epoch: 0 }, { now: NOW }],
      timeStep: () => [{ period: 30, epoch: 0 }, { now: NOW }],
      totp: () => [totpKey(), { now: NOW }],
      attemptHotp: () => [hotpKey(), "755224", { counter: 0, lookAhead: 10, minSecretBytes: 10 }],
      attemptTotp: () => [totpKey(), "287082", { after: null, window: 1, drift: 0, now: NOW, minSecretBytes: 10 }],
      verifyHotp: () => [hotpKey(), "755224", { counter: 0, lookAhead: 10, minSecretBytes: 10 }],
      verifyTotp: () => [totpKey(), "287082", { after: null, window: 1, drift: 0, now: NOW, minSecretBytes: 10 }],
    },
    "otp-core/hmac": { hmac: () => [SECRET, "SHA1"] },
    "otp-core/hmac/node": { nodeHmac: () => [SECRET, "SHA1"] },
    "otp-core/hmac/wasm": { wasmHmac: () => [SECRET, "SHA512"] },
    "otp-core/hmac/web": { webHmac: () => [SECRET, "SHA1"] },
    "otp-core/store": {
      rowStore: () => [{ read: () => null, write: () => true }],
      memoryStore: () => [{ clock: () => NOW }],
      transact: () => [memoryStore(), "key", key(), { timeoutMs: 30 }],
    },
    "otp-core/guard": {
      createGuard: () => [{ ...stored(), ...policy(), onEvent: () => {} }],
      createGuardMachine: () => [policy()],
      guessProbability: () => [
        {
          ...{ type: "totp", digits: 6, window: { past: 1, future: 1 }, lookAhead: 10, keys: 2, candidates: 6 },
          ...{ days: 3, successesPerDay: 1, attempts: policy().attempts },
        },
      ],
    },
    "otp-core/limiter": {
      addressKey: () => ["2001:db8::1"],
      createSendGuard: () => [sending()],
      createLimiter: () => [{ ...stored(), name: "address", limit: 5, perMs: 1000 }],
    },
    "otp-core/ocra": {
      attemptOcra: () => [SUITE, SECRET, "12345678", { ...ocraInput(), lookAhead: 2, window: 1 }],
      challenge: () => [SUITE],
      createOcraGuard: () => [ocraGuard()],
      ocra: () => [SUITE, SECRET, ocraInput()],
      parseSuite: () => [SUITE],
      transactionText: () => [transaction()],
      verifyOcra: () => [SUITE, SECRET, "12345678", { ...ocraInput(), lookAhead: 2, window: 1 }],
    },
    "otp-core/tokens": {
      exportPskc: () => [[{ key: totpKey(), serial: "1", manufacturer: "Example", model: null }]],
      importCsv: () => [`serial,secret\n1,${SECRET}\n`],
      importPskc: () => ['<KeyContainer xmlns="urn:ietf:params:xml:ns:keyprov:pskc" Version="1.0"></KeyContainer>', {}],
    },
    "otp-core/passcodes": {
      createPasscodes: () => [sent()],
      createPasscodeMachine: () => [
        { pepper: pepper(), digits: 6, ttlMs: 300_000, triesPerCode: 5, attempts: backoff() },
      ],
      drawPasscode: () => [{ digits: 6 }],
      maskCode: () => ["287082"],
      inspectSms: () => ["Your code\n\n@example.com #287082"],
      mailMessage: () => [
        { text: "Your code: 287082", code: "287082", host: "example.com", embeddedHosts: ["a.example"] },
      ],
      transactionText: () => [transaction()],
      smsMessage: () => [
        {
          text: "Your code: 287082",
          code: "287082",
          host: "example.com",
          embeddedHosts: ["a.example"],
          appHash: "FA+9qCX9VSu",
        },
      ],
    },
    "otp-core/recovery": {
      createRecoveryCodes: () => [
        { ...stored(), pepper: pepper(), count: 10, bits: 120, attempts: backoff(), onEvent: () => {} },
      ],
      createRecoveryMachine: () => [{ pepper: pepper(), count: 10, bits: 80, attempts: backoff() }],
      drawRecoveryCodes: () => [{ count: 10, bits: 80 }],
    },
    "otp-core/account": {
      createAccounts: () => [{ ...stored(), pepper: pepper(), seal: keyBox() }],
      createAccountMachine: () => [{ pepper: pepper(), seal: keyBox() }],
      createKeyBox: () => [[{ id: "a", bytes: new Uint8Array(32) }]],
      drawDeviceToken: () => [],
    },
    "otp-core/compat/otplib": { onUnguarded: () => [null] },
    "otp-core/compat/speakeasy": {
      counter: () => [speakeasyOptions()],
      digest: () => [speakeasyOptions()],
      generateSecret: () => [{ length: 20, symbols: false, name: "alice", issuer: "Shop", otpauth_url: true }],
      generateSecretASCII: () => [20, true],
      generate_key: () => [{ length: 20, google_auth_qr: false }],
      generate_key_ascii: () => [20, true],
      hotp: () => [speakeasyOptions()],
      onUnguarded: () => [null],
      otpauthURL: () => [{ ...speakeasyOptions(), label: "alice", issuer: "Shop", type: "hotp", period: 30 }],
      time: () => [speakeasyOptions()],
      totp: () => [speakeasyOptions()],
    },
    "otp-core/store/redis": { redisStore: () => [async () => "OK", { prefix: "p:" }] },
    "otp-core/store/sql": {
      sqlStore: () => [async () => ({ rows: [], affected: 1 }), { dialect: "postgres", table: "otp" }],
    },
    "otp-core/testing": {
      createAuthenticator: () => [totpKey(), { clock: fakeClock(1_700_000_000_000), skewMs: 5 }],
      exhaust: () => [async () => ({ ok: false, reason: "throttled" })],
      createInbox: () => [],
      fakeClock: () => [NOW],
      storeContract: () => [() => memoryStore()],
    },
  };

  const { authenticator: otplib12, hotp: otplib12Hotp } = modules["otp-core/compat/otplib"];
  const { totp: speakeasyTotp, hotp: speakeasyHotp } = modules["otp-core/compat/speakeasy"];
  /** Those of otplib are methods of a class, which have to be named. The options are set before each call. */
  const methodsOf = (object, names) =>
    Object.fromEntries(names.map((name) => [name, (options, ...given) => object.clone(options)[name](...given)]));

  const methods = [
    [
      "speakeasy totp",
      () => ({ verify: speakeasyTotp.verify, verifyDelta: speakeasyTotp.verifyDelta }),
      { verify: () => [{ ...speakeasyOptions(), time: 59 }], verifyDelta: () => [speakeasyOptions()] },
    ],
    [
      "speakeasy hotp",
      () => ({ verify: speakeasyHotp.verify, verifyDelta: speakeasyHotp.verifyDelta }),
      { verify: () => [speakeasyOptions()], verifyDelta: () => [speakeasyOptions()] },
    ],
    [
      "otplib authenticator",
      () =>
        methodsOf(otplib12, [
          ...["generate", "check", "checkDelta", "verify", "keyuri", "encode", "decode", "generateSecret"],
          ...["allOptions", "create", "resetOptions", "timeUsed", "timeRemaining"],
        ]),
      {
        generate: () => [otplibOptions(), SECRET],
        check: () => [otplibOptions(), "287082", SECRET],
        checkDelta: () => [otplibOptions(), "287082", SECRET],
        verify: () => [otplibOptions(), { token: "287082", secret: SECRET }],
        keyuri: () => [otplibOptions(), "alice", "Shop", SECRET],
        encode: () => [otplibOptions(), "31323334"],
        decode: () => [otplibOptions(), SECRET],
        generateSecret: () => [otplibOptions(), 20],
        allOptions: () => [otplibOptions()],
        create: () => [otplibOptions(), otplibOptions()],
        resetOptions: () => [otplibOptions()],
        timeUsed: () => [otplibOptions()],
        timeRemaining: () => [otplibOptions()],
      },
    ],
    [
      "otplib hotp",
      () => methodsOf(otplib12Hotp, ["generate", "check", "verify", "keyuri"]),
      {
        generate: () => [{ digits: 6, digest: "00".repeat(20) }, SECRET, 5],
        check: () => [{ createHmacKey: () => "00", createDigest: () => "00".repeat(20) }, "287082", SECRET, 5],
        verify: () => [{ encoding: "utf8" }, { token: "287082", secret: SECRET, counter: 1 }],
        keyuri: () => [{ algorithm: "sha1" }, "alice", "Shop", SECRET, 5],
      },
    ],
    [
      "OCRA guard",
      () => createOcraGuard(ocraGuard()),
      {
        challenge: () => [{ subject: "user-1", question: "12345678", transaction: transaction() }],
        verify: () => [ocraAttempt()],
        attempt: () => [ocraAttempt()],
        forget: () => ["user-1"],
        unlock: () => ["user-1"],
        status: () => ["user-1"],
      },
    ],
    [
      "guard",
      () => createGuard({ ...stored(), ...policy() }),
      {
        verify: () => [{ subject: "user-7", keys: { phone: totpKey(), token: hotpKey() }, code: "287082" }],
        attempt: () => [{ subject: "user-7", key: totpKey(), code: "287082" }],
        resync: () => [{ subject: "user-7", key: totpKey(), keyName: "phone", codes: ["287082", "359152"] }],
        remove: () => [{ subject: "user-7", keyName: "phone" }],
        unlock: () => ["user-7"],
        forget: () => ["user-7"],
        status: () => ["user-7"],
      },
    ],
    [
      "guard machine",
      () => createGuardMachine(policy()),
      {
        attempt: () => [null, { key: totpKey(), code: "287082", now: NOW }],
        resync: () => [null, { key: hotpKey(), codes: ["755224", "287082"], now: NOW }],
        remove: () => [null, { keyName: "phone", now: NOW }],
        forget: () => [null, NOW],
        unlock: () => [null, NOW],
        status: () => [null, NOW],
      },
    ],
    [
      "limiter",
      () => createLimiter({ ...stored(), name: "n", limit: 5, perMs: 1000 }),
      {
        take: () => ["user-1"],
        attempt: () => ["user-1"],
        giveBack: () => ["user-1"],
        status: () => ["user-1"],
        forget: () => ["user-1"],
      },
    ],
    [
      "send guard",
      () => createSendGuard(sending()),
      {
        take: () => [{ destination: "+4930123456", address: "192.0.2.1" }],
        attempt: () => [{ destination: "a@example.com", address: "2001:db8::1" }],
        verified: () => [{ destination: "+4930123456" }],
      },
    ],
    [
      "passcodes",
      () => createPasscodes(sent()),
      {
        send: () => [{ ...bound(), deliver: [{ channel: "sms", deliver: () => {}, timeoutMs: 10 }] }],
        attempt: () => [{ ...bound(), code: "287082" }],
        verify: () => [{ ...bound(), code: "287082" }],
        report: () => [target()],
        forget: () => [target()],
        unlock: () => [target()],
        status: () => [target()],
      },
    ],
    [
      "passcode machine",
      () => createPasscodeMachine({ pepper: pepper(), digits: 6 }),
      {
        send: () => [null, { ...bound(), ...drawPasscode({ digits: 6 }), now: NOW }],
        giveBack: () => [null, { ...bound(), nonce: drawPasscode().nonce, now: NOW }],
        attempt: () => [null, { ...bound(), code: "287082", now: NOW }],
        report: () => [null, NOW],
        forget: () => [null, NOW],
        unlock: () => [null, NOW],
        status: () => [null, NOW],
      },
    ],
    [
      "recovery codes",
      () => createRecoveryCodes({ ...stored(), pepper: pepper() }),
      {
        generate: () => ["user-1"],
        adopt: () => [{ subject: "user-1", codes: ["12345678"] }],
        attempt: () => [{ subject: "user-1", code: "0123-4567-89AB-CDEF" }],
        verify: () => [{ subject: "user-1", code: "0123-4567-89AB-CDEF" }],
        status: () => ["user-1"],
        forget: () => ["user-1"],
        unlock: () => ["user-1"],
      },
    ],
    [
      "recovery machine",
      () => createRecoveryMachine({ pepper: pepper() }),
      {
        generate: () => [null, { subject: "user-1", ...drawRecoveryCodes({ count: 3 }), now: NOW }],
        adopt: () => [null, { subject: "user-1", ...drawRecoveryCodes({ count: 3 }), now: NOW }],
        attempt: () => [null, { subject: "user-1", code: "0123-4567-89AB-CDEF", now: NOW }],
        forget: () => [null, NOW],
        unlock: () => [null, NOW],
        status: () => [null, NOW],
      },
    ],
    [
      "accounts",
      () => createAccounts({ ...stored(), pepper: pepper(), seal: keyBox() }),
      {
        propose: () => [
          { subject: "user-1", issuer: "Example", account: "alice", label: "Phone", domain: "example.com" },
        ],
        proposal: () => [{ subject: "user-1", authenticator: "phone" }],
        confirm: () => [{ subject: "user-1", authenticator: "phone", code: "287082", replaces: "old", detect: true }],
        adopt: () => [{ subject: "user-1", authenticator: "phone", key: totpKey(), label: "Phone", after: 1 }],
        remove: () => [{ subject: "user-1", authenticator: "phone" }],
        resync: () => [{ subject: "user-1", authenticator: "phone", codes: ["287082", "359152"] }],
        diagnose: () => [{ subject: "user-1", authenticator: "phone", code: "287082" }],
        verify: () => [{ subject: "user-1", code: "287082", deviceToken: "x" }],
        attempt: () => [{ subject: "user-1", code: "287082", purpose: "login", context: "a" }],
        send: () => [{ subject: "user-1", purpose: "login", context: "a", deliver: () => "id" }],
        report: () => [{ subject: "user-1", purpose: "login" }],
        generateRecoveryCodes: () => ["user-1"],
        adoptRecoveryCodes: () => [{ subject: "user-1", codes: ["abcd1234", "efgh5678"] }],
        trust: () => [{ subject: "user-1", label: "Firefox", ttlMs: 60_000 }],
        recognise: () => [{ subject: "user-1", deviceToken: "x" }],
        revoke: () => [{ subject: "user-1", device: "x" }],
        revokeAll: () => ["user-1"],
        status: () => ["user-1"],
        unlock: () => ["user-1"],
        forget: () => ["user-1"],
        reseal: () => ["user-1"],
      },
    ],
    [
      "account machine",
      () => createAccountMachine({ pepper: pepper(), seal: keyBox() }),
      {
        propose: () => [
          null,
          { subject: "user-1", authenticator: "phone", secret: SECRET, issuer: "Example", account: "alice", now: NOW },
        ],
        proposal: () => [null, { subject: "user-1", authenticator: "phone", now: NOW }],
        confirm: () => [null, { subject: "user-1", authenticator: "phone", code: "287082", now: NOW }],
        adopt: () => [null, { subject: "user-1", authenticator: "phone", key: totpKey(), now: NOW }],
        attempt: () => [null, { subject: "user-1", code: "287082", now: NOW }],
        trust: () => [null, { subject: "user-1", deviceToken: drawDeviceToken(), now: NOW }],
        recognise: () => [null, { subject: "user-1", deviceToken: "x", now: NOW }],
        remove: () => [null, { subject: "user-1", authenticator: "phone", now: NOW }],
        resync: () => [null, { subject: "user-1", authenticator: "phone", codes: ["287082", "359152"], now: NOW }],
        diagnose: () => [null, { subject: "user-1", authenticator: "phone", code: "287082", now: NOW }],
        send: () => [null, { ...target(), ...drawPasscode(), now: NOW }],
        giveBack: () => [null, { ...target(), nonce: drawPasscode().nonce, now: NOW }],
        report: () => [null, { ...target(), now: NOW }],
        generateRecoveryCodes: () => [null, { subject: "user-1", ...drawRecoveryCodes(), now: NOW }],
        adoptRecoveryCodes: () => [null, { subject: "user-1", ...drawRecoveryCodes(), now: NOW }],
        revoke: () => [null, { device: "x", now: NOW }],
        revokeAll: () => [null, NOW],
        status: () => [null, NOW],
        unlock: () => [null, NOW],
        forget: () => [null, NOW],
        reseal: () => [null, { subject: "user-1", now: NOW }],
      },
    ],
    ["memory store", () => memoryStore(), { get: () => ["key"], swap: swapping }],
    [
      "phone",
      () => createAuthenticator(totpKey(), { clock: fakeClock(1_700_000_000_000) }),
      {
        code: () => [],
        next: () => [],
        freshCode: () => [{ minRemainingMs: 5 }],
        consecutive: () => [2],
        wrong: () => [],
        expired: () => [],
        early: () => [],
        replayed: () => [],
        malformed: () => [],
      },
    ],
    [
      "inbox",
      () => {
        const inbox = createInbox({ clock: fakeClock(NOW) });
        for (const code of ["111111", "222222", "333333"]) inbox.deliver(code, { expiresAt: NOW });
        return inbox;
      },
      {
        deliver: () => ["287082"],
        code: () => [],
        previous: () => [],
        superseded: () => [2],
        expired: () => [],
        wrong: () => [],
        malformed: () => [],
      },
    ],
    ["fake clock", () => fakeClock(NOW), { advance: () => [1], set: () => [NOW] }],
  ];
  return { functions, methods };
}
