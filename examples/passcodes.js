// Codes by mail and by text message: a real SMTP connection and a gateway that speaks HTTP, with retry, and with limits on what is
// sent. Each line of standard input is a request as a web server would get it:
//   send user-1 alice@example.com 192.0.2.1     redeem user-1 123456
// SMTP_URL=smtp://... SMS_GATEWAY_URL=https://... OTP_PEPPER=<64 hex digits> node examples/passcodes.js
import { isIPv6 } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { createTransport } from "nodemailer";
import { createLimiter } from "otp-core/limiter";
import { createPasscodes, smsMessage } from "otp-core/passcodes";
import { memoryStore } from "otp-core/store";

const store = memoryStore(); // on several machines: Redis or SQL
const passcodes = createPasscodes({ store, pepper: Buffer.from(process.env.OTP_PEPPER, "hex") });

// Every message costs money, and some are asked for only to make you pay. The passcodes limit what one subject is sent.
const HOUR = 3_600_000;
const limits = {
  address: createLimiter({ store, name: "sends-by-address", limit: 5, perMs: HOUR }),
  destination: createLimiter({ store, name: "sends-by-destination", limit: 3, perMs: HOUR }),
  all: createLimiter({ store, name: "sends", limit: 12, perMs: HOUR }),
};

/** Whoever has one address of IPv6 has 2^64 of them, so they count as one. */
function networkOf(address) {
  if (!isIPv6(address)) return address;
  const [head, tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail?.split(":").filter(Boolean) ?? [];
  const all = [...groups, ...Array(8 - groups.length - rest.length).fill("0"), ...rest];
  return `${all.slice(0, 4).join(":")}::/64`;
}

const mail = createTransport(process.env.SMTP_URL);

async function sendMail(to, code) {
  const text = `${code} is your code. It is good for five minutes. Nobody of us will ever ask you for it.`;
  await mail.sendMail({ from: "login@example.com", to, subject: "Your code", text });
}

async function sendSms(to, code, delivery) {
  const response = await fetch(process.env.SMS_GATEWAY_URL, {
    method: "POST",
    // Names the delivery and not the attempt, so that a retry is not a second message.
    headers: { "content-type": "application/json", "idempotency-key": delivery },
    body: JSON.stringify({ to, text: smsMessage({ text: `${code} is your code.`, code, host: "example.com" }) }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`the gateway said ${response.status}`);
}

/** Three tries with the same code: a message that comes twice does no harm. */
async function deliver(to, code) {
  const delivery = crypto.randomUUID();
  for (let tries = 1; ; tries++) {
    try {
      return await (to.includes("@") ? sendMail(to, code) : sendSms(to, code, delivery));
    } catch (error) {
      if (tries === 3) throw error;
      await setTimeout(100 * 2 ** tries);
    }
  }
}

const requests = {
  async send(subject, to, address) {
    const taken = [
      ["address", networkOf(address)],
      ["destination", to],
      ["all", "all"],
    ];
    for (const [limit, key] of taken) {
      const { ok, retryAfterMs } = await limits[limit].take(key);
      if (!ok) return `refused (${limit}, again in ${Math.ceil(retryAfterMs / 1000)} s)`;
    }
    try {
      const { ok, reason } = await passcodes.issue({ subject, purpose: "login", deliver: (code) => deliver(to, code) });
      return ok ? "sent" : `refused (${reason})`;
    } catch (error) {
      if (error.code !== "delivery-failed") throw error;
      return `not delivered (${error.cause.message})`;
    }
  },
  async redeem(subject, ...code) {
    const { ok, reason } = await passcodes.redeem({ subject, purpose: "login", code: code.join(" ") });
    // The user is told the same whatever the reason is.
    return ok ? "welcome" : `refused (${reason})`;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...words] = line.split(" ");
  console.log(await requests[name](...words));
}
mail.close();
