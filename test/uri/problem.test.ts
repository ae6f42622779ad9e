// For every code of a problem there is a URI that has this problem. A code that no URI produces would be documented in vain.
import { readFileSync } from "node:fs";
import {
  inspectUri,
  type ParseUriOptions,
  parseUri,
  type UriErrorCode,
  type UriProblem,
  type UriWarningCode,
} from "otp-core";
import { describe, expect, it } from "vitest";
import { APPS } from "../../src/uri/apps.ts";
import { refusal } from "../support/refusal.ts";
import { hotpUri, SECRET, uriOf } from "../support/uris.ts";

interface Case {
  readonly uri: string;
  readonly parameter: string | null;
  /** Whether inspectUri reads a key nevertheless. */
  readonly readable?: boolean;
  /** Options of parseUri without which the error does not exist. */
  readonly options?: ParseUriOptions;
}

const ERRORS: Readonly<Record<UriErrorCode, Case>> = {
  "not-a-key-uri": { uri: `https://example.com/?secret=${SECRET}`, parameter: null },
  "unsupported-type": { uri: uriOf({}, { type: "yaotp" }), parameter: null },
  "too-long": { uri: uriOf({ x: "y".repeat(2048) }), parameter: null },
  "surrounding-space": { uri: `${uriOf()}\n`, parameter: null, readable: true },
  fragment: { uri: uriOf({ x: "#top" }), parameter: null },
  "invalid-escape": { uri: uriOf({}, { label: "Example:50%" }), parameter: "account", readable: true },
  "duplicate-parameter": { uri: `${uriOf()}&secret=${SECRET}`, parameter: "secret" },
  "duplicate-extra": { uri: uriOf({ color: "red&color=blue" }), parameter: null, readable: true },
  "invalid-extra": { uri: uriOf({ color: "%00" }), parameter: null, readable: true },
  "misspelt-parameter": { uri: uriOf({ digts: "8" }), parameter: "digits" },
  "missing-account": { uri: uriOf({}, { label: "Example:" }), parameter: "account", readable: true },
  "invalid-label": { uri: uriOf({}, { label: "Example:a%0Ab" }), parameter: "account", readable: true },
  "colon-in-label": { uri: uriOf({}, { label: "Example:a:b" }), parameter: "account", readable: true },
  "issuer-conflict": { uri: uriOf({ issuer: "Other" }), parameter: "issuer", options: { issuerConflict: "error" } },
  "missing-secret": { uri: uriOf({ secret: undefined }), parameter: "secret" },
  "invalid-secret": { uri: uriOf({ secret: "GEZDGNB1" }), parameter: "secret" },
  "spare-bits": { uri: uriOf({ secret: `${SECRET}AB` }), parameter: "secret", readable: true },
  "invalid-algorithm": { uri: uriOf({ algorithm: "MD5" }), parameter: "algorithm" },
  "invalid-digits": { uri: uriOf({ digits: "5" }), parameter: "digits" },
  "invalid-period": { uri: uriOf({ period: "0" }), parameter: "period" },
  "invalid-epoch": { uri: uriOf({ epoch: "-1" }), parameter: "epoch" },
  "invalid-encoder": { uri: uriOf({ encoder: "yandex" }), parameter: "encoder" },
  "missing-counter": { uri: hotpUri({ counter: undefined }), parameter: "counter", readable: true },
  "invalid-counter": { uri: hotpUri({ counter: "9223372036854775807" }), parameter: "counter" },
};

const WARNINGS: Readonly<Record<UriWarningCode, Case>> = {
  "weak-secret": { uri: uriOf({ secret: "GEZDGNBVGY3TQOJQGEZDGNBV" }), parameter: "secret" },
  "secret-spelling": { uri: uriOf({ secret: SECRET.toLowerCase() }), parameter: "secret" },
  "secret-padding": { uri: uriOf({ secret: `${SECRET}GE======` }), parameter: "secret" },
  "algorithm-ignored": { uri: uriOf({ algorithm: "SHA512" }), parameter: "algorithm" },
  "algorithm-spelling": { uri: uriOf({ algorithm: "sha1" }), parameter: "algorithm" },
  "digits-ignored": { uri: uriOf({ digits: "8" }), parameter: "digits" },
  "period-ignored": { uri: uriOf({ period: "60" }), parameter: "period" },
  "epoch-ignored": { uri: uriOf({ epoch: "1" }), parameter: "epoch" },
  "encoder-ignored": { uri: uriOf({ encoder: "steam" }), parameter: "encoder" },
  "counter-too-large": { uri: hotpUri({ counter: "2147483648" }), parameter: "counter" },
  "unused-parameter": { uri: uriOf({ counter: "0" }), parameter: "counter" },
  "parameter-spelling": { uri: uriOf({ DIGITS: "6" }), parameter: "digits" },
  "ambiguous-plus": { uri: uriOf({}, { label: "Example:a+b" }), parameter: "account" },
  "missing-issuer": { uri: uriOf({ issuer: undefined }, { label: "alice" }), parameter: "issuer" },
  "issuer-not-twice": { uri: uriOf({}, { label: "alice" }), parameter: "issuer" },
  "issuer-differs": { uri: uriOf({ issuer: "Other" }), parameter: "issuer" },
  "image-not-https": { uri: uriOf({ image: "http://example.com/a.png" }), parameter: "image" },
};

/** That and nothing else: each URI has one thing wrong. */
function only(code: UriProblem["code"], { uri, parameter }: Case, severity: UriProblem["severity"], start = "") {
  const { problems } = inspectUri(uri);
  expect(problems).toEqual([
    {
      severity,
      code,
      parameter,
      message: expect.stringMatching(new RegExp(`^(?=.{10,120}$)${start}`)),
      apps: (APPS[code] ?? []).map(({ app }) => app),
    },
  ]);
}

describe("an error", () => {
  it.each(Object.entries(ERRORS))("%s is found, and refused by parseUri", (code, found) => {
    expect(() => parseUri(found.uri, found.options)).toThrow(refusal("invalid-uri", found.parameter ?? "uri"));
    // inspectUri has no options, so it finds only a warning where parseUri was asked to be stricter.
    if (found.options !== undefined) return;
    const errors = inspectUri(found.uri).problems.filter(({ severity }) => severity === "error");
    expect(errors).toEqual([
      {
        severity: "error",
        code,
        parameter: found.parameter,
        message: expect.stringMatching(/^(?=.{10,120}$)/),
        apps: (APPS[code as UriErrorCode] ?? []).map(({ app }) => app),
      },
    ]);
    expect(errors[0]?.message).toMatch(new RegExp(`^${found.parameter ?? "the URI"} must be `));
    const report = inspectUri(found.uri);
    expect(report.ok).toBe(found.readable === true);
    expect(report.key === null).toBe(!report.ok);
  });
});

describe("a warning", () => {
  it.each(Object.entries(WARNINGS))("%s is found, and is no matter to parseUri", (code, found) => {
    only(code as UriWarningCode, found, "warning");
    expect(inspectUri(found.uri)).toMatchObject({ ok: true, key: parseUri(found.uri) });
  });

  it("missing-account is one if there is no issuer either, and the whole label is empty", () => {
    const uri = uriOf({ issuer: undefined }, { label: "" });
    expect(parseUri(uri)).not.toHaveProperty("account");
    expect(inspectUri(uri).problems).toEqual([
      expect.objectContaining({ severity: "warning", code: "missing-issuer", parameter: "issuer" }),
      {
        severity: "warning",
        code: "missing-account",
        parameter: "account",
        message: expect.stringMatching(/^(?=.{10,120}$)/),
        apps: (APPS["missing-account"] ?? []).map(({ app }) => app),
      },
    ]);
  });
});

describe("the table of apps", () => {
  it("says of each app where that is written, and names no app twice", () => {
    expect(Object.keys(APPS).length).toBeGreaterThan(10);
    for (const [code, quirks] of Object.entries(APPS)) {
      expect(code in ERRORS || code in WARNINGS, code).toBe(true);
      expect(quirks.length, code).toBeGreaterThan(0);
      expect(new Set(quirks.map(({ app }) => app)).size, code).toBe(quirks.length);
      for (const { app, source } of quirks) {
        expect(app).toMatch(/^[A-Z0-9].*[a-zA-Z)]$/);
        // Where a reader can look: a place on a host, or a file of a repository.
        expect(source).toMatch(/^[a-z]+(\.[a-z]+)+\/[^/ ]+\/[^ ]+(, \S+)?$/);
      }
    }
  });

  it("is the one that the guide shows", () => {
    const guide = readFileSync(new URL("../../guides/enrolment.md", import.meta.url), "utf8");
    const shown = [...guide.matchAll(/^\| `(.*)` \| (.*) \|$/gm)].map(([, code, apps]) => [code, apps]);
    expect(shown).toEqual(Object.entries(APPS).map(([code, list]) => [code, list.map(({ app }) => app).join(", ")]));
  });

  it("finds no problem in what formatUri writes", () => {
    expect(inspectUri(`${uriOf()}&algorithm=SHA1&digits=6&period=30`).problems).toEqual([]);
  });
});
