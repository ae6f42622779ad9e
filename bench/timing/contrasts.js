// Pairs of classes that a verification should not tell apart by its time, and some that a careless verification does. A class makes
// for a step that is drawn a code, and what was accepted last.
import { totp, verifyHotp, verifyTotp } from "otp-core";
import { createAccountMachine, drawDeviceToken } from "otp-core/account";
import { createGuardMachine } from "otp-core/guard";
import { hmac } from "otp-core/hmac";
import { ocra, verifyOcra } from "otp-core/ocra";
import { createRecoveryMachine, drawRecoveryCodes } from "otp-core/recovery";
import { rfcSecret } from "../inputs.js";

export const PERIOD_MS = 30_000;
const key = { secret: hmac(rfcSecret("SHA1").bytes) };

const codeOf = (step) => totp(key, { now: step * PERIOD_MS });
const draw = (size) => Math.floor(Math.random() * size);

const right = (distance) => (step) => ({ code: codeOf(step + distance), after: null });
/** Right, and used up already. */
const used = (distance) => (step) => ({ code: codeOf(step + distance), after: step + 100 });
const wrong =
  (window, after = null) =>
  (step) => {
    const taken = Array.from({ length: 2 * window + 1 }, (_, i) => codeOf(step - window + i));
    for (;;) {
      const code = String(draw(1_000_000)).padStart(6, "0");
      if (!taken.includes(code)) return { code, after: after && step + after };
    }
  };
/** Right but for its last digit. */
const nearly = (step) => {
  const code = codeOf(step);
  return { code: code.slice(0, 5) + ((Number(code[5]) + 1 + draw(9)) % 10), after: null };
};

const verifying = (window) => {
  const options = { after: null, now: 0, window };
  return ({ now, code, after }) => {
    options.now = now;
    options.after = after;
    return verifyTotp(key, code, options);
  };
};

/** A step is a counter here. */
function pressing({ now, code }) {
  pressed.counter = now / PERIOD_MS - 0.5;
  return verifyHotp(key, code, pressed);
}
const pressed = { counter: 0, lookAhead: 2 };

// Several secrets at once: whose code it is must not show.
const names = ["a", "b", "c"];
const keys = Object.fromEntries(
  names.map((name, i) => [name, { type: "totp", secret: hmac(new Uint8Array(20).fill(i + 1)) }]),
);
const guard = createGuardMachine({ window: 1 });
const ofKey = (name) => (step) => ({ code: totp(keys[name], { now: step * PERIOD_MS }), after: null });
const withThreeKeys = ({ now, code }) => guard.attempt(null, { keys, code, now }).outcome.ok;

const suite = "OCRA-1:HOTP-SHA1-6:QN08-T30S";
const challenge = "12345678";
const responding = ({ now, code }) => verifyOcra(suite, key.secret, code, { challenge, now, window: 1 });
const response = (distance) => (step) => ({
  code: ocra(suite, key.secret, { challenge, step: step + distance }),
  after: null,
});

const MOMENT = 1_700_000_000_000;
const subject = "user-1";
const pepper = new Uint8Array(32).fill(7);
/**
 * So many secrets are drawn for a class. Two codes that stay the same may differ in time as any two numbers do, wherever they are.
 */
const DRAWN = 256;

/** @returns an attempt, and the inputs of the first code and of the last one. */
function recovering() {
  const machine = createRecoveryMachine({ pepper });
  const states = new Map();
  const sets = Array.from({ length: DRAWN }, () => {
    const { codes, nonce } = drawRecoveryCodes();
    const { state } = machine.generate(null, { subject, codes, nonce, now: MOMENT });
    for (const code of codes) states.set(code, state);
    return codes;
  });
  const run = ({ code }) => machine.attempt(states.get(code), { subject, code, now: MOMENT }).outcome.ok;
  const codeAt = (i) => () => ({ code: sets[draw(DRAWN)].at(i), after: null });
  return [run, codeAt(0), codeAt(-1)];
}

/** @returns a recognition, and the inputs of a token that is wrong in its first symbol and of one that is wrong in its last but one. */
async function recognising() {
  const seal = {
    seal: async (secret) => [...secret].join("."),
    open: async (text) => Uint8Array.from(text.split("."), Number),
  };
  const machine = createAccountMachine({ pepper, seal });
  const { codes, nonce } = drawRecoveryCodes();
  const { state } = machine.generateRecoveryCodes(null, { subject, codes, nonce, now: MOMENT });
  const accepted = await machine.attempt(state, { subject, code: codes[0], now: MOMENT });
  const trusted = machine.trust(accepted.state, { subject, deviceToken: drawDeviceToken(), now: MOMENT });
  const { deviceToken } = trusted.outcome;
  const run = ({ code }) => machine.recognise(trusted.state, { subject, deviceToken: code, now: MOMENT }).outcome;
  const wrongAt = (i) => () => ({
    code: `${deviceToken.slice(0, i)}${deviceToken[i] === "a" ? "b" : "a"}${deviceToken.slice(i + 1)}`,
    after: null,
  });
  return [run, wrongAt(deviceToken.lastIndexOf(".") + 1), wrongAt(deviceToken.length - 2)];
}

/** What a careless author writes: it is over as soon as it has found something. */
function careless({ now, code }) {
  for (let distance = -10; distance <= 10; distance++) {
    if (totp(key, { now: now + distance * PERIOD_MS }) === code) return true;
  }
  return false;
}

export const CONTRASTS = {
  "right against wrong": () => [verifying(1), right(0), wrong(1)],
  "right but used against wrong": () => [verifying(1), used(0), wrong(1, 100)],
  "HOTP: right against wrong": () => [pressing, right(1), wrong(2)],
  "right: first of 3 steps against last": () => [verifying(1), right(-1), right(1)],
  "right: first of 21 steps against last": () => [verifying(10), right(-10), right(10)],
  "wrong: in its last digit only against anywhere": () => [verifying(1), nearly, wrong(1)],
  "three keys: the code of the first against that of the last": () => [withThreeKeys, ofKey("a"), ofKey("c")],
  "OCRA: first of 3 steps against last": () => [responding, response(-1), response(1)],
  "recovery codes: first of 10 against last": recovering,
  "device token: wrong at its beginning against its end": recognising,
  "control: the same twice": () => [verifying(1), right(0), right(0)],
  "control, careless: first of 21 steps against last": () => [careless, right(-10), right(10)],
  "control, careless: right against wrong": () => [careless, right(0), wrong(10)],
};
