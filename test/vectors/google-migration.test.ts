// What Google Authenticator really writes, as other projects have published it (vectors/google-migration.json).
import { formatMigration, parseMigration } from "otp-core";
import { describe, expect, it } from "vitest";
import { rows, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("google-migration", ["uris", "accounts"]);
const uris = rows(file.uris, { uri: "string", where: "string", id: "number" });
const accounts = rows(file.accounts, {
  uri: "number",
  type: "string",
  secret: "string",
  issuer: "string",
  account: "string",
  moving: "number",
});

describe("a payload of Google Authenticator", () => {
  it.each(uris.map((row, index) => ({ ...row, index })))("$where: $uri", ({ uri, id, index }) => {
    const expected = accounts
      .filter((row) => row.uri === index)
      .map(({ type, secret, issuer, account, moving }) => ({
        type,
        secret,
        algorithm: "SHA1",
        digits: 6,
        ...(issuer === "" ? {} : { issuer }),
        account,
        ...(type === "hotp" ? { counter: moving } : { period: moving }),
      }));
    expect(expected.length).toBeGreaterThan(0);
    const { keys, skipped, batch } = parseMigration(uri);
    expect(keys).toStrictEqual(expected);
    expect(skipped).toEqual([]);
    expect(batch).toEqual({ id, index: 0, size: 1 });
    // And what we would write of these accounts says the same.
    expect(parseMigration(formatMigration(keys)).keys).toStrictEqual(keys);
  });

  it("has an id with a sign, in most of them (quirk 33)", () => {
    expect(uris.filter(({ id }) => id < 0).length).toBeGreaterThan(3);
  });
});
