// otplib's key URIs.
import { refuse } from "../../check.ts";
import { utf8Length } from "../../encoding/utf8.ts";
import type { Complete } from "./options.ts";

interface Names {
  readonly account: unknown;
  readonly issuer: unknown;
  readonly secret: unknown;
}

/** The order and the escapes of otplib 12. `moving` is `counter` or `period`. The secret is written as it is. */
export function keyUri(type: "totp" | "hotp", names: Names, moving: string, { digits, algorithm }: Complete): string {
  const account = encodeName(names.account, "account");
  const issuer = encodeName(names.issuer ?? "", "issuer");
  if (typeof names.secret !== "string") refuse("secret", "base32 text");
  const query = `secret=${names.secret}&${moving}&digits=${digits}&algorithm=${algorithm.toUpperCase()}`;
  return `otpauth://${type}/${issuer || account}:${account}?${query}${issuer && `&issuer=${issuer}`}`;
}

function encodeName(text: unknown, name: string): string {
  if (typeof text !== "string" || utf8Length(text) < 0) refuse(name, "well-formed text");
  return encodeURIComponent(text);
}
