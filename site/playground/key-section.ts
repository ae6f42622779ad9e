// The section of the page that reads a key, and changes its parameters.
import { type Algorithm, createTotpKey, formatUri, type Key, type UriReport } from "otp-core";
import { element } from "./elements.ts";
import { readSource, sentence, uriOf } from "./read-source.ts";

/** The key that the page shows. */
export interface LoadedKey {
  readonly key: Key;
  /** The URI as the library writes it. Null if a URI cannot say what the key is. */
  readonly uri: string | null;
  /** What `inspectUri` says of the pasted URI. */
  readonly report: UriReport | null;
}

const source = element("textarea", "source");
const status = element("p", "source-status");
const accountField = element("div", "account-field");
const account = element("select", "account");
const parameters = element("fieldset", "parameters");
const type = element("select", "type");
const algorithm = element("select", "algorithm");
const digits = element("select", "digits");
const period = element("input", "period");
const counter = element("input", "counter");

/** Shows a text as if it had been pasted. */
export function setSource(text: string): void {
  source.value = text;
  source.dispatchEvent(new Event("input"));
}

/** @param onKey receives each key that is read, and null when none is */
export function startKeySection(onKey: (loaded: LoadedKey | null) => void): void {
  let keys: readonly Key[] = [];
  let shown: Key | null = null;

  function show(key: Key, report: UriReport | null): void {
    shown = key;
    fillParameters(key);
    onKey({ key, uri: uriOf(key), report });
  }

  source.addEventListener("input", () => {
    const read = readSource(source.value);
    status.textContent = read.ok ? `${read.origin} ${describe(read.keys)}` : read.message;
    status.classList.toggle("bad", !read.ok && source.value.trim() !== "");
    keys = read.ok ? read.keys : [];
    parameters.disabled = keys.length === 0;
    accountField.hidden = keys.length < 2;
    account.replaceChildren(...keys.map((key, i) => new Option(nameOf(key), String(i))));
    const [first] = keys;
    if (first !== undefined) show(first, read.ok ? read.report : null);
    else {
      shown = null;
      onKey(null);
    }
  });

  account.addEventListener("change", () => {
    const chosen = keys[account.selectedIndex];
    if (chosen !== undefined) show(chosen, null);
  });

  parameters.addEventListener("change", () => {
    if (shown === null) return;
    try {
      setSource(formatUri(changeParameters(shown)));
    } catch (error) {
      status.textContent = sentence((error as Error).message);
      status.classList.add("bad");
    }
  });

  element("button", "random").addEventListener("click", () => {
    setSource(formatUri(createTotpKey({ issuer: "Playground", account: "you" })));
  });
}

function fillParameters(key: Key): void {
  const isCounter = key.type === "hotp";
  type.value = key.type;
  algorithm.value = key.algorithm ?? "SHA1";
  digits.value = String(key.digits ?? 6);
  element("div", "period-field").hidden = isCounter;
  element("div", "counter-field").hidden = !isCounter;
  if (key.type === "hotp") counter.value = String(key.counter ?? 0);
  else period.value = String(key.period ?? 30);
}

/** The key with what the fields of the page say. */
function changeParameters({ secret, issuer, account }: Key): Key {
  const common = {
    secret,
    issuer,
    account,
    algorithm: algorithm.value as Algorithm,
    digits: Number(digits.value),
  };
  if (type.value === "hotp") return { ...common, type: "hotp", counter: Math.trunc(Number(counter.value)) };
  return { ...common, type: "totp", period: period.value === "" ? 30 : Number(period.value) };
}

function describe(keys: readonly Key[]): string {
  const [key] = keys;
  if (key === undefined) return "";
  return keys.length > 1 ? `It has ${keys.length} accounts.` : `${key.type.toUpperCase()}, ${nameOf(key)}.`;
}

function nameOf({ issuer, account }: Key): string {
  return [issuer, account].filter((name) => name !== undefined).join(": ") || "without a name";
}
