// examples/passcodes.js as a user runs it: codes go out over SMTP and HTTP, come back from the mail and the message, and are
// redeemed; what is sent is limited.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inspectSms } from "otp-core/passcodes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SmsGateway, smsGateway } from "../servers/sms-gateway.ts";
import { type SmtpServer, smtpServer } from "../servers/smtp.ts";

const program = fileURLToPath(new URL("../../examples/passcodes.js", import.meta.url));
const PEPPER = "5f".repeat(32);

let smtp: SmtpServer;
let gateway: SmsGateway;
let running: ChildProcessWithoutNullStreams;
let answers: AsyncIterator<string>;
let errors = "";

beforeEach(async () => {
  [smtp, gateway] = await Promise.all([smtpServer(), smsGateway()]);
  const env = { ...process.env, SMTP_URL: smtp.url, SMS_GATEWAY_URL: gateway.url, OTP_PEPPER: PEPPER };
  running = spawn(process.execPath, [program], { env });
  answers = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
  errors = "";
  running.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
});

afterEach(async () => {
  const ended = once(running, "exit");
  running.stdin.end();
  const [status] = await ended;
  await Promise.all([smtp.close(), gateway.close()]);
  expect(errors).toBe("");
  expect(status).toBe(0);
});

async function ask(request: string): Promise<string> {
  running.stdin.write(`${request}\n`);
  const { value } = await answers.next();
  return value as string;
}

describe("examples/passcodes.js", () => {
  it("by mail: a code arrives, is redeemed once, and a busy server is tried again", async () => {
    smtp.beBusy(2);
    expect(await ask("send user-1 alice@example.com 192.0.2.1")).toBe("sent");
    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]?.to).toBe("alice@example.com");
    const [, code = ""] = /^(\d{6}) is your code/m.exec(smtp.mails[0]?.data ?? "") ?? [];
    expect(await ask("redeem user-2 123456")).toBe("refused (absent)");
    expect(await ask(`redeem user-1 ${code.slice(0, 3)} ${code.slice(3)}`)).toBe("welcome");
    expect(await ask(`redeem user-1 ${code}`)).toBe("refused (replayed)");
    expect(await ask("send user-1 alice@example.com 192.0.2.1")).toBe("refused (throttled)");
  });

  it("by text message: bound to the site, once however often its reply is lost", async () => {
    gateway.loseReplies(2);
    expect(await ask("send user-1 +15550100 192.0.2.1")).toBe("sent");
    expect(gateway.requests).toBe(3);
    expect(gateway.messages).toHaveLength(1);
    const [{ to, text } = { to: "", text: "" }] = gateway.messages;
    const found = inspectSms(text).origin;
    expect([to, found?.host]).toEqual(["+15550100", "example.com"]);
    expect(text).toContain(`${found?.code} is your code.`);
    expect(await ask(`redeem user-1 ${found?.code}`)).toBe("welcome");
  });

  it("says that a message was not delivered, after three tries", async () => {
    gateway.goDown();
    expect(await ask("send user-1 +15550100 192.0.2.1")).toBe("not delivered (the gateway said 503)");
    expect(gateway.requests).toBe(3);
    smtp.beBusy(3);
    expect(await ask("send user-2 bob@example.com 192.0.2.1")).toMatch(/^not delivered \(.*421/);
    expect(smtp.mails).toHaveLength(0);
  });

  it("sends one destination three messages an hour, whoever asks for them (O8)", async () => {
    for (let i = 1; i <= 3; i++) expect(await ask(`send user-${i} +15550100 192.0.2.${i}`)).toBe("sent");
    expect(await ask("send user-4 +15550100 192.0.2.4")).toMatch(/^refused \(destination, again in 1\d\d\d s\)$/);
    expect(await ask("send user-4 +15550101 192.0.2.4")).toBe("sent");
    expect(gateway.messages).toHaveLength(4);
  });

  it("and one address five, where the 2^64 addresses of a network are one (O8)", async () => {
    const written = ["2001:db8::1", "2001:DB8:0:0:ffff::", "2001:db8::192.0.2.1", "2001:db8:0:0:1:2:3:4", "2001:db8::"];
    for (const [i, address] of written.entries())
      expect(await ask(`send user-${i} +1555010${i} ${address}`)).toBe("sent");
    expect(await ask("send user-8 +15550108 2001:db8::ffff:1")).toMatch(/^refused \(address, again in \d+ s\)$/);
    expect(await ask("send user-8 +15550108 2001:db8:0:1::1")).toBe("sent");
    expect(await ask("send user-9 +15550109 ::1")).toBe("sent");
  });

  it("and all of them twelve", async () => {
    for (let i = 10; i < 22; i++) expect(await ask(`send user-${i} +155501${i} 192.0.2.${i}`)).toBe("sent");
    expect(await ask("send user-22 +15550122 192.0.2.22")).toMatch(/^refused \(all, again in \d+ s\)$/);
    expect(gateway.messages).toHaveLength(12);
  });
});
