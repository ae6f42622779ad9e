// The section of the page that reads an SMS as phones and browsers do.
import { isOtpError } from "otp-core";
import { inspectSms, smsMessage } from "otp-core/passcodes";
import { create, element } from "./elements.ts";
import { sentence } from "./read-source.ts";

const message = element("textarea", "sms");
const host = element("input", "host");
const status = element("p", "bind-status");

export function startSmsSection(): void {
  const text = "747723 is your Example code. We never ask you for it.";
  message.value = smsMessage({ text, code: "747723", host: "example.com" });
  message.addEventListener("input", () => {
    status.textContent = "";
    show();
  });
  element("form", "bind").addEventListener("submit", (event) => {
    event.preventDefault();
    bind();
    show();
  });
  show();
}

/** Adds the line that binds the code of the message to a site, or replaces it. */
function bind(): void {
  const text = message.value.replace(/\s*^@\S+ #.*$/m, "").trim();
  const { found } = inspectSms(text);
  const code = found.android ?? found.ios;
  try {
    if (code === null) status.textContent = "The message has no code.";
    else {
      message.value = smsMessage({ text, code, host: host.value.trim() });
      status.textContent = "The last line now binds the code to the site.";
    }
  } catch (error) {
    if (!isOtpError(error)) throw error;
    status.textContent = sentence(error.message);
  }
}

function show(): void {
  const { bytes, encoding, parts, firstUcs2, found, origin } = inspectSms(message.value);
  const offered = (code: string | null) => code ?? "no code";
  const rows: [string, string][] = [
    ["iOS offers", offered(found.ios)],
    ["Android offers", offered(found.android)],
    ["Chrome offers", offered(found.chrome)],
    ["Bound to", origin === null ? "no site" : [origin.host, ...origin.embeddedHosts].join(", ")],
    ["Encoding", encoding],
    ["Size", `${bytes} bytes, ${parts} ${parts === 1 ? "message" : "messages"} on the bill`],
  ];
  element("dl", "sms-report").replaceChildren(
    ...rows.map(([term, value]) => create("div", create("dt", term), create("dd", value))),
  );
  element("p", "sms-note").textContent =
    firstUcs2 === null
      ? ""
      : `The character "${firstUcs2}" is not in the GSM alphabet, so a message holds 70 characters instead of 160.`;
}
