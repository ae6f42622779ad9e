import { LABEL, labelFault } from "../key/label.ts";
import type { Fault } from "./problem.ts";
import { decoded, type UriExtra, type UriParts } from "./split.ts";

/** Which issuer counts when the label and the parameter name different ones. */
export type IssuerConflict = "parameter" | "label";

interface Names {
  readonly issuer: string | undefined;
  readonly account: string | undefined;
  readonly extra: UriExtra | undefined;
}

/** Who asks for the codes and whose they are: the label is the account, or the issuer, a colon and the account. */
export function readNames(parts: UriParts, conflict: IssuerConflict | undefined, fault: Fault): Names {
  const { parameters, extra } = parts;
  // `steam://` has no room for either.
  if (parts.scheme === "steam") return { issuer: undefined, account: undefined, extra };
  const written = parameters.issuer ?? "";
  const parameter = decoded(written, "issuer", fault);
  const label = splitLabel(parts.label, written, parameter, fault);
  if (label.account === "") fault("missing-account", "account", "given in the label");
  const account = readName(label.account, "account", fault);

  let named = parameter || label.prefix;
  if (parameter !== "" && label.prefix !== "" && parameter !== label.prefix) {
    if (parts.scheme === "apple-otpauth") {
      // There the parameter is the service's domain, and the prefix its name.
      const domain = { issuer: readName(parameter, "issuer", fault) };
      const withDomain = Object.assign(Object.create(null), extra, domain) as UriExtra;
      return { issuer: readName(label.prefix, "issuer", fault), account, extra: withDomain };
    }
    // With spaces written as in a form it is the same issuer, and the label says how it is meant.
    const asForm = decoded(written.replaceAll("+", " "), "issuer", fault) === label.prefix;
    if (conflict === undefined && !asForm) fault("issuer-conflict", "issuer", "the same as in the label");
    if (conflict === "label" || asForm) named = label.prefix;
  }
  return { issuer: readName(named, "issuer", fault), account, extra };
}

const COLON = 0x3a;

interface Label {
  readonly prefix: string;
  readonly account: string;
}

function splitLabel(raw: string, rawIssuer: string, issuer: string, fault: Fault): Label {
  // Nearly always the parameter's issuer stands there once more. That also tells where an issuer ends that holds a colon.
  if (rawIssuer !== "" && raw.startsWith(rawIssuer) && raw.charCodeAt(rawIssuer.length) === COLON) {
    return { prefix: issuer, account: accountOf(decoded(raw.slice(rawIssuer.length + 1), "account", fault)) };
  }
  const whole = decoded(raw, "account", fault);
  if (whole === "") return { prefix: "", account: "" };
  // Escaped in another way it stands there all the same.
  if (issuer !== "" && whole.startsWith(`${issuer}:`)) {
    return { prefix: issuer, account: accountOf(whole.slice(issuer.length + 1)) };
  }
  const colon = raw.indexOf(":");
  if (colon >= 0) {
    const [prefix, account] = [raw.slice(0, colon), raw.slice(colon + 1)];
    return { prefix: decoded(prefix, "account", fault), account: accountOf(decoded(account, "account", fault)) };
  }
  // An escaped colon separates where no other does.
  const escaped = whole.indexOf(":");
  if (escaped < 0) return { prefix: "", account: whole };
  return { prefix: whole.slice(0, escaped), account: accountOf(whole.slice(escaped + 1)) };
}

/** Spaces may come before an account that follows a colon. */
function accountOf(account: string): string {
  return account.startsWith(" ") ? account.replace(/^ +/, "") : account;
}

function readName(text: string, parameter: "issuer" | "account", fault: Fault): string | undefined {
  if (text === "") return undefined;
  const wrong = labelFault(text);
  if (wrong === null) return text;
  if (wrong !== "colon") {
    fault("invalid-label", parameter, LABEL);
    return undefined;
  }
  fault("colon-in-label", parameter, LABEL);
  return text.replaceAll(":", " ").trim() || undefined;
}
