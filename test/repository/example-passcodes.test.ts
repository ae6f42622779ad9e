// examples/passcodes.js as a user runs it, with gateways for messages and calls and a mail server on loopback. The attacks on such a
// program are tests too.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inspectSms } from "otp-core/passcodes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SmsGateway, smsGateway } from "../servers/sms-gateway.ts";
import { type SmtpServer, smtpServer } from "../servers/smtp.ts";

const program = fileURLToPath(new URL("../../examples/passcodes.js", import.meta.url));
const PEPPER = "5f".repeat(32);
const SENT = "If this account exists, a code is on its way.";
const INVALID = "That code is not valid. Check the newest message, or ask for another code.";
const UNKNOWN = "Unknown request.";

let smtp: SmtpServer;
let sms: SmsGateway;
let voice: SmsGateway;
let running: ChildProcessWithoutNullStreams;
let answers: AsyncIterator<string>;
let log: Record<string, unknown>[] = [];
let logLines: Interface;

beforeEach(async () => {
  [smtp, sms, voice] = await Promise.all([smtpServer(), smsGateway(), smsGateway()]);
  const env = { ...process.env, SMTP_URL: smtp.url, SMS_URL: sms.url, VOICE_URL: voice.url, OTP_PEPPER: PEPPER };
  running = spawn(process.execPath, [program], { env });
  answers = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
  log = [];
  logLines = createInterface({ input: running.stderr }).on("line", (line) => log.push(JSON.parse(line)));
});

afterEach(async () => {
  // Both streams are read to their ends by then.
  const ended = once(running, "close");
  running.stdin.end();
  const [status] = await ended;
  await Promise.all([smtp.close(), sms.close(), voice.close()]);
  expect(typed("error")).toEqual([]);
  expect(status).toBe(0);
});

async function ask(request: string, address = "192.0.2.1"): Promise<string> {
  running.stdin.write(`${address} ${request}\n`);
  const { value } = await answers.next();
  return value as string;
}

/** The log is another stream than the answers, so what was logged before an answer may be read after it. */
async function logged(isThere: () => boolean): Promise<void> {
  while (!isThere()) await once(logLines, "line");
}

const codeOf = (text = "") => inspectSms(text).found.android ?? "";
const typed = (wanted: string) => log.filter(({ type }) => type === wanted);
const reasons = () => log.map(({ reason }) => reason).filter((reason) => reason !== undefined && reason !== null);

describe("examples/passcodes.js", () => {
  it("sends a text message that is bound to the site, and accepts its code once", async () => {
    expect(await ask("send alice")).toBe(SENT);
    const [{ to, text } = { to: "", text: "" }] = sms.messages;
    const { origin, parts } = inspectSms(text);
    expect([to, origin?.host, parts]).toEqual(["+15550100001", "example.com", 1]);
    const code = codeOf(text);
    expect(await ask("verify alice 000000")).toBe(code === "000000" ? "Welcome, alice." : INVALID);
    expect(await ask(`verify alice ${code.slice(0, 3)} ${code.slice(3)}`)).toBe("Welcome, alice.");
    expect(await ask(`verify alice ${code}`)).toBe(INVALID);
    await logged(() => typed("send-verified").length > 0);
    expect(reasons()).toContain("mismatch");
    expect([voice.requests, smtp.mails.length]).toEqual([0, 0]);
  });

  it("sends one message however often the reply of the gateway is lost", async () => {
    sms.loseReplies(1);
    await ask("send alice");
    expect([sms.requests, sms.messages.length, voice.requests]).toEqual([2, 1, 0]);
  });

  it("calls if the gateway is down, and the same code is in the message that arrives", async () => {
    sms.goDown();
    expect(await ask("send alice")).toBe(SENT);
    const spoken = voice.messages[0]?.text.replace(/\D/g, "");
    expect(await ask(`verify alice ${spoken}`)).toBe("Welcome, alice.");
    await logged(() => typed("delivered").length > 0);
    expect(typed("delivery-failed")).toMatchObject([{ channel: "sms", timedOut: false }]);
    expect(typed("delivered")).toMatchObject([{ channel: "voice" }]);
  });

  it("sends a mail if both gateways are down, and its code is good", async () => {
    sms.goDown();
    voice.goDown();
    expect(await ask("send bob")).toBe(SENT);
    const [{ to, data } = { to: "", data: "" }] = smtp.mails;
    expect(to).toBe("bob@example.com");
    const [, code] = /^(\d{6}) is your Example code/m.exec(data) ?? [];
    expect(data.trimEnd().endsWith(`@example.com #${code}`)).toBe(true);
    expect(await ask(`verify bob ${code}`)).toBe("Welcome, bob.");
  });

  it("says the same if nothing could be delivered, lets the user ask again at once, and goes on", async () => {
    sms.goDown();
    voice.goDown();
    smtp.beBusy(2);
    for (let i = 0; i < 2; i++) expect(await ask("send alice")).toBe(SENT);
    await logged(() => typed("delivery-failed").length === 6);
    expect(typed("delivery-failed").map(({ channel }) => channel)).toEqual(
      Array(2).fill(["sms", "voice", "mail"]).flat(),
    );
    expect(await ask("send alice")).toBe(SENT);
    expect(smtp.mails).toHaveLength(1);
  });

  it("cannot be told whose code it is or where to send it (field F1)", async () => {
    for (const request of [
      "send alice +15550166666",
      "send user-1 mallory@evil.example",
      "send user-1",
      "send +15550166666",
    ]) {
      expect(await ask(request)).toBe(SENT);
    }
    // Only the first one names an account, and the message goes to its own number.
    expect(sms.messages.map(({ to }) => to)).toEqual(["+15550100001"]);
    const code = codeOf(sms.messages[0]?.text);
    for (const name of ["user-1", "bob", "Alice", "constructor"])
      expect(await ask(`verify ${name} ${code}`)).toBe(INVALID);
    expect(await ask(`verify alice ${code}`)).toBe("Welcome, alice.");
  });

  it("is not ended by lines that are not requests (field F1)", async () => {
    for (const request of [
      "",
      "send",
      "verify",
      "toString alice",
      "__proto__ alice",
      "drop alice",
      `send ${"x".repeat(65)}`,
      "\u0000",
    ]) {
      expect(await ask(request), request).toBe(UNKNOWN);
    }
    for (const code of ["", "abc", "１２３４５６", "9".repeat(5000)])
      expect(await ask(`verify alice ${code}`)).toBe(INVALID);
    expect(await ask("send alice", "not-an-address")).toBe(SENT);
    expect(sms.messages).toHaveLength(1);
  });

  it("says the same for a name without an account, and limits guesses at it in the same way", async () => {
    for (const name of ["alice", "unknown"]) expect(await ask(`send ${name}`)).toBe(SENT);
    const code = codeOf(sms.messages[0]?.text);
    const wrong = code === "111111" ? "222222" : "111111";
    for (const name of ["alice", "unknown"]) {
      for (let i = 0; i < 6; i++) expect(await ask(`verify ${name} ${wrong}`, `192.0.2.${i}`)).toBe(INVALID);
    }
    await logged(() => typed("throttled").length === 2);
    expect(reasons().filter((reason) => reason === "mismatch")).toHaveLength(10);
    expect(await ask(`verify alice ${code}`)).toBe(INVALID);
  });

  it("limits the requests of one address, of which a /64 is one, and one user cannot use up those of another (O8)", async () => {
    for (let i = 0; i < 20; i++) await ask("verify bob 000000", `2001:db8::${i.toString(16)}`);
    expect(await ask("verify alice 000000", "2001:db8::ffff")).toBe("Too many requests. Try again later.");
    expect(await ask("send alice", "2001:db8:0:1::1")).toBe(SENT);
    expect(sms.messages).toHaveLength(1);
  });
});
