// Reads the names of a key URI: the service, its domain and the account. They never cost a key: after each error the reading goes on.
import { decodePercentLoosely } from "../encoding/percent.ts";
import { isDomain, LABEL, labelFault, repairLabel } from "../key/label.ts";
import type { Listener } from "./problem.ts";
import { decode, type UriParts } from "./split.ts";

/** Which issuer counts when the label and the parameter name different ones and the parameter is not a domain. */
export type IssuerConflict = "parameter" | "label" | "error";

interface Names {
  readonly issuer: string | undefined;
  readonly account: string | undefined;
  readonly domain: string | undefined;
}

/** The label is the account, or the issuer, a colon and the account. The parameter is the issuer again, or its domain. */
export function readNames(parts: UriParts, conflict: IssuerConflict, listener: Listener): Names {
  const raw = parts.parameters.issuer ?? "";
  const parameter = decode(raw, "issuer", listener);
  const { prefix, account, isWhole } = splitLabel(parts.label, raw, parameter, listener);
  let named = parameter || prefix;
  let domain: string | undefined;
  if (prefix !== "" && parameter !== "" && prefix !== parameter) {
    // With its spaces written as in a form it is the same issuer, and the label says how it is meant.
    if (prefix === decodeForm(raw)) named = prefix;
    else if (isDomain(parameter)) {
      named = prefix;
      domain = parameter;
    } else if (conflict === "error") listener.error("issuer-conflict", "issuer", "the same as in the label");
    else {
      listener.warning(
        "issuer-differs",
        "issuer",
        "Label and parameter name two issuers. Some apps show the other one.",
      );
      if (conflict === "label") named = prefix;
    }
  }
  if (account === "" && !isWhole && domain === undefined) {
    listener.error("missing-account", "account", "given in the label");
  }
  const issuer = readName(named, "issuer", listener);
  const whose = readName(account, "account", listener);
  // A repaired prefix may be empty, or the domain itself.
  if (issuer === undefined || issuer === domain) return { issuer: domain, account: whose, domain: undefined };
  return { issuer, account: whose, domain };
}

interface Label {
  readonly prefix: string;
  readonly account: string;
  /** The label is the issuer and nothing else, so an account is not missing from it. */
  readonly isWhole: boolean;
}

const COLON = 0x3a;

function splitLabel(raw: string, rawIssuer: string, issuer: string, listener: Listener): Label {
  // Nearly always the label begins with the parameter's issuer. That also tells where an issuer ends that holds a colon.
  if (raw.startsWith(rawIssuer) && raw.charCodeAt(rawIssuer.length) === COLON) {
    const account = decode(raw.slice(rawIssuer.length + 1), "account", listener);
    return { prefix: issuer, account: trimStart(account), isWhole: false };
  }
  const whole = decode(raw, "account", listener);
  // So it does when it is escaped in another way, or when the spaces of one of them are written as in a form.
  const forms = [
    [whole, issuer],
    [decodeForm(raw), decodeForm(rawIssuer)],
  ] as const;
  for (const [label, prefix] of forms) {
    if (label === prefix) return { prefix, account: "", isWhole: true };
    if (label.startsWith(`${prefix}:`)) {
      return { prefix, account: trimStart(whole.slice(prefix.length + 1)), isWhole: false };
    }
  }
  // Else at the first colon, escaped or not, before the escapes are decoded.
  const at = raw.search(/:|%3a/i);
  if (at < 0) return { prefix: "", account: trimStart(whole), isWhole: false };
  const account = raw.slice(at + (raw.charCodeAt(at) === COLON ? 1 : 3));
  return {
    prefix: decodePercentLoosely(raw.slice(0, at)),
    account: trimStart(decodePercentLoosely(account)),
    isWhole: false,
  };
}

function decodeForm(raw: string): string {
  return decodePercentLoosely(raw.replaceAll("+", " "));
}

/** Spaces before an account are not a part of it. */
function trimStart(account: string): string {
  return account.startsWith(" ") ? account.replace(/^ +/, "") : account;
}

function readName(text: string, parameter: "issuer" | "account", listener: Listener): string | undefined {
  if (text === "") return undefined;
  const fault = labelFault(text);
  if (fault === null) return text;
  listener.error(fault === "colon" ? "colon-in-label" : "invalid-label", parameter, LABEL);
  return repairLabel(text);
}
