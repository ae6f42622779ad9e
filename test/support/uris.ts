/** 20 bytes: the secret of RFC 4226, appendix D. */
export const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

interface Place {
  readonly scheme?: string;
  readonly type?: string;
  readonly label?: string;
}

/** A URI that has nothing wrong, but for the raw parameters and the places that are given; undefined leaves one out. */
export function uriOf(raw: Readonly<Record<string, string | undefined>> = {}, place: Place = {}): string {
  const { scheme = "otpauth", type = "totp", label = "Example:alice" } = place;
  const parameters = Object.entries({ secret: SECRET, issuer: "Example", ...raw }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return `${scheme}://${type}/${label}?${parameters.join("&")}`;
}

export const hotpUri = (raw: Readonly<Record<string, string | undefined>> = {}, place: Place = {}) =>
  uriOf({ counter: "0", ...raw }, { type: "hotp", ...place });

/** What uriOf makes, read. */
export const READ = {
  type: "totp",
  secret: SECRET,
  algorithm: "SHA1",
  digits: 6,
  period: 30,
  issuer: "Example",
  account: "alice",
} as const;

export const HOTP_READ = {
  type: "hotp",
  secret: SECRET,
  algorithm: "SHA1",
  digits: 6,
  counter: 0,
  issuer: "Example",
  account: "alice",
} as const;
