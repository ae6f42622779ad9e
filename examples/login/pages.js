// The pages. Every form works without a script; page.js runs the countdowns and the copy buttons.
import { renderSVG } from "uqr";
import { describeEvent } from "./activity.js";
import { html, trusted } from "./html.js";

function page({ title, user, pending, csrf, problem, waitMs = 0 }, content) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Example</title>
<link rel="stylesheet" href="/style.css">
<script src="/page.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<a class="brand" href="/">Example</a>
<nav aria-label="Account">${navigation({ user, pending, csrf })}</nav>
</header>
<main id="main">
<h1>${title}</h1>
${problem && html`<p class="problem" role="alert">${problem}</p>`}
${waitMs > 0 && html`<p class="problem" role="alert">Too many attempts. Try again in ${countdown(waitMs, "attempt")}.</p>`}
${content}
</main>
</body>
</html>`.text;
}

function navigation({ user, pending, csrf }) {
  if (pending)
    return html`<form method="post" action="/logout">${hidden(csrf)}<button class="link">Cancel</button></form>`;
  if (!user) return html`<a href="/login">Log in</a> <a href="/register">Register</a>`;
  return html`<a href="/activity">Activity</a>
<form method="post" action="/logout">${hidden(csrf)}<button class="link">Log out ${user.name}</button></form>`;
}

const hidden = (csrf) => html`<input type="hidden" name="csrf" value="${csrf}">`;

/** Seconds that run down where there is a script. The buttons with `data-wait` of the same name are disabled until then. */
function countdown(ms, name) {
  const seconds = Math.ceil(ms / 1000);
  return html`<span class="countdown" data-seconds="${seconds}" data-for="${name}"><svg viewBox="0 0 20 20" aria-hidden="true"><circle
 class="track" cx="10" cy="10" r="8"/><circle class="ring" cx="10" cy="10" r="8" pathLength="100"/></svg><span
 class="left" role="timer">${seconds} s</span></span>`;
}

const field = (id, label, attributes) =>
  html`<p class="field"><label for="${id}">${label}</label><input id="${id}" name="${id}" required ${trusted(attributes)}></p>`;

const CODE = 'inputmode="numeric" autocomplete="one-time-code" autocapitalize="off" spellcheck="false"';
const RECOVERY = 'autocomplete="off" autocapitalize="characters" spellcheck="false"';

export const credentials = (view, action) =>
  page(
    { ...view, title: action === "register" ? "Register" : "Log in" },
    html`<form method="post" action="/${action}" class="card">${hidden(view.csrf)}
${field("name", "Name", 'autocomplete="username" autocapitalize="off" spellcheck="false" maxlength="64" autofocus')}
${
  action === "register"
    ? field("password", "Password (8 characters or more)", 'type="password" autocomplete="new-password" minlength="8"')
    : field("password", "Password", 'type="password" autocomplete="current-password"')
}
<button>${action === "register" ? "Register" : "Log in"}</button>
</form>`,
  );

export const welcome = (view) =>
  page(
    { ...view, title: "Two-factor authentication" },
    html`<ol class="steps card">
<li>Register with any name and password.</li>
<li>Add an authenticator app. You need no phone: this page has a demo phone.</li>
<li>Log out and log in again, with a code of the app, a sent code or a recovery code.</li>
</ol>
<p>Then try to use a code twice, or to guess one.</p>
<p class="actions"><a class="button" href="/register">Register</a> <a class="button quiet" href="/login">Log in</a></p>`,
  );

export function account(view, { authenticators, recoveryCodes, devices, shown }) {
  const title = `Welcome, ${view.user.name}`;
  if (authenticators.length === 0) {
    return page(
      { ...view, title },
      html`<section class="card" aria-labelledby="app"><h2 id="app">Authenticator app</h2>
<p><strong class="off">Off.</strong> Only your password protects this account.</p>
<p><a class="button" href="/enrol">Add an authenticator app</a></p></section>`,
    );
  }
  return page(
    { ...view, title },
    html`<section class="card" aria-labelledby="app"><h2 id="app">Authenticator app</h2>
<p><strong class="on">On.</strong> Each log-in asks for a code.</p>
${askAgain(view, "/replace", "replace-code", "Change your phone", "Continue")}
${askAgain(view, "/turn-off", "off-code", "Turn off two-factor authentication", "Turn off", "danger")}</section>
<section class="card" aria-labelledby="recovery"><h2 id="recovery">Recovery codes</h2>
<p>${recoveryCodes.remaining} left.</p>
${askAgain(view, "/recovery", "recovery-code", "Generate new recovery codes", "Generate")}</section>
${devices.length > 0 && deviceList(view, devices)}
${demoPhone(shown)}`,
  );
}

/** A form that asks for the current code once more. It is closed until the user opens it. */
const askAgain = (view, action, id, summary, button, kind = "") =>
  html`<details><summary>${summary}…</summary><form method="post" action="${action}">${hidden(view.csrf)}
${field(id, "Current code", CODE)}<button class="${kind}" data-wait="attempt">${button}</button></form></details>`;

const deviceList = (
  view,
  devices,
) => html`<section class="card" aria-labelledby="devices"><h2 id="devices">Trusted devices</h2>
<ul class="devices">${devices.map(
  ({ device, label, expiresAt }) => html`<li><span>${label ?? "Device"}, until ${time(expiresAt, 10)}</span>
<form method="post" action="/revoke">${hidden(view.csrf)}<input type="hidden" name="device" value="${device}"><button class="link">Remove</button></form></li>`,
)}</ul></section>`;

export const enrol = (view, { uri, secret, shown }) =>
  page(
    { ...view, title: "Add an authenticator app" },
    html`<ol class="steps card">
<li><p>Scan this code with your app.</p>
<div class="qr" role="img" aria-label="QR code of the key. The text below is the same key.">${trusted(renderSVG(uri, { border: 2 }))}</div>
<p>Or enter this key: <code class="secret">${secret.match(/.{4}/g).join(" ")}</code> ${copyButton(secret)}</p></li>
<li><form method="post" action="/enrol">${hidden(view.csrf)}
${field("code", "Enter the 6-digit code", `${CODE} autofocus`)}
<button data-wait="attempt">Confirm</button></form></li>
</ol>
${demoPhone(shown)}`,
  );

export function recoveryCodes(view, codes) {
  const text = `Recovery codes of ${view.user.name} at Example\n\n${codes.join("\n")}\n`;
  return page(
    { ...view, title: "Your recovery codes" },
    html`<div class="card"><p>Each code works once, when you do not have your phone. They are not shown again.</p>
<ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
<p class="actions"><a class="button" download="recovery-codes.txt" href="data:text/plain;charset=utf-8,${encodeURIComponent(text)}">Download</a>
${copyButton(codes.join("\n"))} <a class="button quiet" href="/">I've saved them</a></p></div>`,
  );
}

const copyButton = (text) => html`<button type="button" class="quiet" hidden data-copy="${text}">Copy</button>`;

const WAYS = { app: "Authenticator app", sent: "Text message", recovery: "Recovery code" };
const LABELS = {
  app: "Enter the 6-digit code of your app",
  sent: "Enter the 6-digit code of the message",
  recovery: "Enter a recovery code",
};

export const challenge = (view, way, { sent, resendMs, shown, messages }) =>
  page(
    { ...view, title: "Two-factor authentication" },
    html`<nav class="ways" aria-label="Ways to confirm">${Object.entries(WAYS).map(
      ([name, label]) =>
        html`<a href="/challenge?way=${name}" ${name === way && trusted('aria-current="page"')}>${label}</a>`,
    )}</nav>
<div class="card">
${(way !== "sent" || sent) && codeForm(view, way)}
${way === "sent" && sendForm(view, sent, resendMs)}
</div>
${demoPhone(shown, messages)}`,
  );

const codeForm = ({ csrf }, way) => html`<form method="post" action="/challenge?way=${way}">${hidden(csrf)}
${field("code", LABELS[way], `${way === "recovery" ? RECOVERY : CODE} autofocus`)}
<p class="check"><input id="remember" name="remember" type="checkbox" value="yes"><label for="remember">Do not ask again on this device for 30 days</label></p>
<button data-wait="attempt">Confirm</button></form>`;

const sendForm = ({ csrf }, sent, resendMs) =>
  html`<form method="post" action="/send">${hidden(csrf)}<p>The code goes to the demo phone below.</p>
<button class="${sent ? "quiet" : ""}" ${resendMs > 0 && trusted('data-wait="send"')}>${sent ? "Send another code" : "Send a code"}</button>${
    resendMs > 0 && html` <span>in ${countdown(resendMs, "send")}</span>`
  }</form>`;

function demoPhone(shown, messages = []) {
  if (shown === null && messages.length === 0) return undefined;
  return html`<aside class="phone" aria-labelledby="phone"><h2 id="phone">Demo phone</h2>
<p>It stands for the user's phone. A real server has nothing like it.</p>
${
  shown &&
  html`<dl><dt>Code now</dt><dd><code class="now">${shown.code}</code> for another ${Math.ceil(shown.remainingMs / 1000)} s</dd>
<dt>Next code</dt><dd><code class="next">${shown.next}</code></dd></dl>`
}
${messages.length > 0 && html`<h3>Messages</h3><ul>${messages.map((message) => html`<li><pre>${message}</pre></li>`)}</ul>`}</aside>`;
}

export const activity = (view, events) =>
  page(
    { ...view, title: "Activity" },
    html`<div class="card">${
      events.length === 0
        ? html`<p>Nothing has happened yet.</p>`
        : html`<ul class="events">${events.map(
            (event) =>
              html`<li class="${event.type}"><time datetime="${time(event.at, 24)}">${time(event.at, 19)}</time> <span>${describeEvent(event)}</span></li>`,
          )}</ul>`
    }</div>`,
  );

const time = (at, length) => {
  const text = new Date(at).toISOString();
  return length === 24 ? text : text.slice(0, length).replace("T", " ");
};

export const message = (view, title, text) => page({ ...view, title }, html`<p>${text}</p><p><a href="/">Back</a></p>`);
