// The section of the page that shows the codes of a key, and its QR code.
import { hotp, type Key, type TotpKey, timeRemainingMs, totp } from "otp-core";
import { create, element, formatTime, groupDigits } from "./elements.ts";
import type { LoadedKey } from "./key-section.ts";
import { drawQrCode } from "./qr.ts";

/** Codes around the current one, in steps. */
const AROUND = [-1, 1, 2, 3];

const code = element("p", "code");
const caption = element("p", "code-caption");
const countdown = element("div", "countdown");
const bar = element("div", "bar");
const remaining = element("p", "remaining");
const press = element("button", "press");
const next = element("tbody", "next");

/** Returns a function that shows another key. */
export function startCodeSection(): (loaded: LoadedKey) => void {
  let key: Key | null = null;
  let counter = 0;

  press.addEventListener("click", () => {
    counter++;
    tick();
  });

  /** What was drawn last, so that a reader's selection survives until the code changes. */
  let drawn = "";
  function tick(): void {
    if (key === null) return;
    const now = Date.now();
    const current = key.type === "hotp" ? hotp(key, counter) : totp(key, { now });
    if (key.type === "totp") showRemaining(key, now);
    const place = `${current} ${key.type === "hotp" ? counter : Math.floor(now / 1000 / (key.period ?? 30))}`;
    if (place === drawn) return;
    drawn = place;
    code.textContent = groupDigits(current);
    next.replaceChildren(...(key.type === "hotp" ? counterRows(key, counter) : timeRows(key, now)));
  }
  setInterval(tick, 250);

  return ({ key: loaded, uri }) => {
    key = loaded;
    counter = loaded.type === "hotp" ? (loaded.counter ?? 0) : 0;
    drawn = "";
    const isCounter = loaded.type === "hotp";
    countdown.hidden = isCounter;
    press.hidden = !isCounter;
    caption.textContent = isCounter ? "Code of the counter" : "Now";
    element("th", "when-heading").textContent = isCounter ? "Counter" : "From";
    tick();
    element("output", "uri").textContent = uri ?? "A key URI cannot say what this key is.";
    const picture = uri === null ? null : drawQrCode(uri);
    element("div", "qr").replaceChildren(...(picture === null ? [] : [picture]));
    element("p", "qr-caption").textContent =
      picture === null ? "This key has no QR code." : "Scan this with an app. Anyone who sees it has the key.";
  };
}

function showRemaining(key: TotpKey, now: number): void {
  const ms = timeRemainingMs(key, { now });
  const seconds = Math.ceil(ms / 1000);
  bar.style.setProperty("transform", `scaleX(${ms / ((key.period ?? 30) * 1000)})`);
  const text = `${seconds} s left`;
  if (remaining.textContent !== text) remaining.textContent = text;
}

function timeRows(key: TotpKey, now: number): HTMLTableRowElement[] {
  const periodMs = (key.period ?? 30) * 1000;
  const start = now + timeRemainingMs(key, { now }) - periodMs;
  return AROUND.map((steps) => {
    const moment = start + steps * periodMs;
    return row(formatTime(moment), totp(key, { now: moment }), steps);
  });
}

function counterRows(key: Key, counter: number): HTMLTableRowElement[] {
  return AROUND.filter((steps) => counter + steps >= 0).map((steps) =>
    row(String(counter + steps), hotp(key as Key & { type: "hotp" }, counter + steps), steps),
  );
}

function row(when: string, text: string, steps: number): HTMLTableRowElement {
  const made = create("tr", create("td", when), create("td", groupDigits(text)));
  made.classList.toggle("past", steps < 0);
  return made;
}
