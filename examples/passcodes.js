// Codes by text message, by voice, and by mail if both fail. Each line of standard input is a request as a web server would get it, with
// the address of the client in front, which a server takes from the connection:
//   192.0.2.1 send alice          192.0.2.1 verify alice 123456
// SMS_URL=https://... VOICE_URL=https://... SMTP_URL=smtp://... OTP_PEPPER=<64 hex digits> node examples/passcodes.js
// Answers go to standard output. What only you may know goes to standard error: it is your log.
import { createInterface } from "node:readline";
import { createTransport } from "nodemailer";
import { addressKey, createLimiter, createSendGuard } from "otp-core/limiter";
import { createPasscodes, mailMessage, smsMessage } from "otp-core/passcodes";
import { memoryStore } from "otp-core/store";

const { SMS_URL, VOICE_URL, SMTP_URL, OTP_PEPPER } = process.env;
const HOST = "example.com";
const MINUTE = 60_000;

// Your table of users. A request names an account, and nothing more: whose code it is and where it is sent stand here.
const USERS = new Map([
  ["alice", { id: "user-1", phone: "+15550100001", mail: "alice@example.com" }],
  ["bob", { id: "user-2", phone: "+15550100002", mail: "bob@example.com" }],
]);

const log = (event) => console.error(JSON.stringify(event));
const store = memoryStore(); // on several machines: Redis or SQL
const passcodes = createPasscodes({ store, pepper: Buffer.from(OTP_PEPPER, "hex"), onEvent: log });
// Every message costs money, and some are asked for only to make you pay.
const sends = createSendGuard({ store, allow: ["+1", "+49"], onEvent: log });
const byAddress = createLimiter({ store, name: "requests-by-address", limit: 20, perMs: 10 * MINUTE });
const mailer = createTransport(SMTP_URL);

/** Posts JSON. The gateway sends one message for one key, so a retry does no harm. */
async function post(url, key, body) {
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(2000),
      });
      if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
      return key;
    } catch (error) {
      if (tries === 2) throw error;
    }
  }
}

/** The same code is tried on each channel until one resolves. */
const channelsOf = ({ phone, mail }) => [
  {
    channel: "sms",
    timeoutMs: 5000,
    deliver: (code) =>
      post(SMS_URL, crypto.randomUUID(), {
        to: phone,
        text: smsMessage({ text: `${code} is your Example code. We never ask you for it.`, code, host: HOST }),
      }),
  },
  {
    channel: "voice",
    timeoutMs: 5000,
    deliver: (code) => post(VOICE_URL, crypto.randomUUID(), { to: phone, text: `Your code is ${[...code].join(" ")}` }),
  },
  {
    channel: "mail",
    deliver: async (code) => {
      const text = mailMessage({
        text: `${code} is your Example code. It is valid for five minutes.`,
        code,
        host: HOST,
      });
      const { messageId } = await mailer.sendMail({ from: `login@${HOST}`, to: mail, subject: "Your code", text });
      return messageId;
    },
  },
];

/** For a name without an account everything is done in the same way, and nothing is sent. */
function accountOf(name) {
  const user = USERS.get(name);
  // The name is not the id: a stranger must not be able to write under the id of a user.
  return { subject: user?.id ?? `no user: ${name}`, user };
}

const requests = {
  async send(address, name) {
    const { subject, user } = accountOf(name);
    if (user === undefined || (await sends.take({ destination: user.phone, address }))) {
      const deliver = user === undefined ? () => {} : channelsOf(user);
      try {
        await passcodes.send({ subject, purpose: "login", deliver });
      } catch (error) {
        if (error.code !== "delivery-failed") throw error;
      }
    }
    // The same for every name, and whatever happened.
    return "If this account exists, a code is on its way.";
  },
  async verify(_address, name, ...code) {
    const { subject, user } = accountOf(name);
    const isRight = await passcodes.verify({ subject, purpose: "login", code: code.join(" ") });
    if (!isRight || user === undefined)
      return "That code is not valid. Check the newest message, or ask for another code.";
    await sends.verified({ destination: user.phone });
    return `Welcome, ${name}.`;
  },
};

async function answer(line) {
  const [address = "", request = "", name = "", ...rest] = line.trim().split(/\s+/);
  if (!Object.hasOwn(requests, request) || name === "" || name.length > 64) return "Unknown request.";
  if (!(await byAddress.take(addressKey(address)))) return "Too many requests. Try again later.";
  return requests[request](address, name, ...rest);
}

for await (const line of createInterface({ input: process.stdin })) {
  // A request that fails must not end the server.
  console.log(
    await answer(line).catch((error) => {
      log({ type: "error", name: error.name, code: error.code });
      return "Something went wrong. Try again later.";
    }),
  );
}
mailer.close();
