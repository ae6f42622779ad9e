// The pages. Every form works without a script; where there is one, countdown.js makes the seconds run.
import { renderSVG } from "uqr";
import { html, trusted } from "./html.js";

function page({ title, user, csrf, problem, waitMs = 0, notice }, content) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Example</title>
<link rel="stylesheet" href="/style.css">
<script src="/countdown.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<a class="brand" href="/">Example</a>
<nav aria-label="Account">${
    user
      ? html`<a href="/audit">Activity</a>
<form method="post" action="/logout">${hidden(csrf)}<button class="link">Log out ${user.name}</button></form>`
      : html`<a href="/login">Log in</a> <a href="/register">Register</a>`
  }</nav>
</header>
<main id="main">
<h1>${title}</h1>
${problem && html`<p class="problem" role="alert">${problem}</p>`}
${waitMs > 0 && html`<p class="wait">Next try in ${countdown(waitMs)}</p>`}
${notice && html`<p class="notice" role="status">${notice}</p>`}
${content}
</main>
</body>
</html>`.text;
}

const hidden = (csrf) => html`<input type="hidden" name="csrf" value="${csrf}">`;

/** Seconds that run down where there is a script; the ring is for the eye, the number for everybody. */
function countdown(ms) {
  const seconds = Math.ceil(ms / 1000);
  return html`<span class="countdown" data-seconds="${seconds}"><svg viewBox="0 0 20 20" aria-hidden="true"><circle
 class="track" cx="10" cy="10" r="8"/><circle class="ring" cx="10" cy="10" r="8" pathLength="100"/></svg><span
 class="left" role="timer">${seconds} s</span></span>`;
}

const field = (id, label, attributes) =>
  html`<p class="field"><label for="${id}">${label}</label><input id="${id}" name="${id}" required ${trusted(attributes)}></p>`;

const NUMERIC = 'inputmode="numeric" autocomplete="one-time-code" autocapitalize="off" spellcheck="false" autofocus';

const codeField = (label) => field("code", label, NUMERIC);

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
    { ...view, title: "A login with a second factor" },
    html`<p>Register, add an authenticator app, log out, and come in again: with a code of the app, with one that is sent to
you, or with one on paper. Try a code twice, or guess for a while.</p>
<p class="actions"><a class="button" href="/register">Register</a> <a class="button quiet" href="/login">Log in</a></p>`,
  );

export const account = (view, { enrolled, remaining }) =>
  page(
    { ...view, title: `Welcome, ${view.user.name}` },
    html`<section class="card" aria-labelledby="factor"><h2 id="factor">Authenticator app</h2>
${
  enrolled
    ? html`<p><strong class="on">On.</strong> Logging in asks for a code.</p>
<form method="post" action="/disable">${hidden(view.csrf)}${codeField("Code, to turn it off")}<button class="danger">Turn off</button></form>`
    : html`<p><strong class="off">Off.</strong> Your password is all that protects this account.</p>
<p><a class="button" href="/enrol">Add an authenticator app</a></p>`
}</section>
${
  enrolled &&
  html`<section class="card" aria-labelledby="paper"><h2 id="paper">Recovery codes</h2>
<p>${remaining} of 10 are left.</p>
<form method="post" action="/recovery">${hidden(view.csrf)}${field("new-code", "Code, for a new set", NUMERIC.replace(" autofocus", ""))}<button>Make new ones</button></form></section>`
}`,
  );

export const enrol = (view, { uri, secret }) =>
  page(
    { ...view, title: "Add an authenticator app" },
    html`<ol class="steps card">
<li><p>Scan this with your app,</p>
<div class="qr" role="img" aria-label="QR code of the key; the text below says the same">${trusted(renderSVG(uri, { border: 2 }))}</div>
<p>or type this secret: <code class="secret">${secret.match(/.{4}/g).join(" ")}</code></p></li>
<li><form method="post" action="/enrol">${hidden(view.csrf)}
${codeField("Type the code that it shows")}
<button>Confirm</button></form></li>
</ol>`,
  );

export const recoveryCodes = (view, codes) => {
  const text = `Recovery codes of ${view.user.name} at Example\n\n${codes.join("\n")}\n`;
  return page(
    { ...view, title: "Your recovery codes" },
    html`<div class="card"><p>Each lets you in once when you do not have your phone. They are shown now and never again.</p>
<ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
<p class="actions"><a class="button" download="recovery-codes.txt" href="data:text/plain;charset=utf-8,${encodeURIComponent(text)}">Download</a>
<a class="button quiet" href="/">I have kept them</a></p></div>`,
  );
};

const WAYS = { app: "Authenticator app", sent: "Send me a code", paper: "Recovery code" };

export const challenge = (view, way, { sent, resendMs, outbox }) =>
  page(
    { ...view, title: "One more step" },
    html`<nav class="ways" aria-label="Ways to confirm">${Object.entries(WAYS).map(
      ([name, label]) =>
        html`<a href="/challenge?way=${name}" ${name === way && trusted('aria-current="page"')}>${label}</a>`,
    )}</nav>
<div class="card">
${(way !== "sent" || sent) && codeForm(view, way)}
${way === "sent" && sendForm(view, sent, resendMs)}
</div>
${
  way === "sent" &&
  outbox.length > 0 &&
  html`<aside class="outbox" aria-labelledby="outbox"><h2 id="outbox">Outbox</h2><p>What would go to your phone:</p>
<ul>${outbox.map((message) => html`<li><pre>${message}</pre></li>`)}</ul></aside>`
}`,
  );

function codeForm({ csrf }, way) {
  const label = { app: "Code that your app shows", sent: "Code that was sent", paper: "One of your recovery codes" }[
    way
  ];
  const attributes =
    way === "paper" ? 'autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus' : NUMERIC;
  return html`<form method="post" action="/challenge?way=${way}">${hidden(csrf)}${field("code", label, attributes)}<button>Confirm</button></form>`;
}

function sendForm({ csrf }, sent, resendMs) {
  return html`<form method="post" action="/send">${hidden(csrf)}<button class="${sent ? "quiet" : ""}" ${
    resendMs > 0 && trusted("data-wait")
  }>${sent ? "Send another one" : "Send a code"}</button>${resendMs > 0 && html` <span>in ${countdown(resendMs)}</span>`}</form>`;
}

export const audit = (view, events) =>
  page(
    { ...view, title: "Activity" },
    html`<div class="card"><table><caption>What happened to your second factor, the latest first</caption>
<thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Details</th></tr></thead>
<tbody>${events.map(
      ({ at, type, ...details }) =>
        html`<tr><td><time datetime="${new Date(at).toISOString()}">${new Date(at).toISOString().slice(0, 19).replace("T", " ")}</time></td>
<td class="event ${type}">${type}</td><td>${describe(details)}</td></tr>`,
    )}</tbody></table></div>
${events.length === 0 && html`<p>Nothing yet.</p>`}`,
  );

function describe(details) {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== 0)
    .map(([name, value]) => `${name}: ${/At$/.test(name) ? new Date(value).toISOString().slice(11, 19) : value}`)
    .join(", ");
}

export const message = (view, title, text) => page({ ...view, title }, html`<p>${text}</p><p><a href="/">Back</a></p>`);
