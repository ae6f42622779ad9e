import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkedFile, list, row, rows, vectorFile } from "../support/vector-file.ts";

const VECTORS = new URL("../../vectors/", import.meta.url);
const names = (directory: URL, ending: string) =>
  readdirSync(directory).flatMap((file) => (file.endsWith(ending) ? [file.slice(0, -ending.length)] : []));

describe("a vector file", () => {
  it("is read by a test of its own name", () => {
    const tests = names(new URL(".", import.meta.url), ".test.ts");
    expect(names(VECTORS, ".json").filter((name) => !tests.includes(name))).toEqual([]);
    expect(names(VECTORS, ".json").length).toBeGreaterThanOrEqual(7);
  });

  it.each(names(VECTORS, ".json"))("says where it comes from: %s", (name) => {
    const file: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, VECTORS), "utf8"));
    expect(file).toMatchObject({ source: expect.stringMatching(/\S/) });
  });

  it("fails the run without a source", () => {
    expect(() => checkedFile({ vectors: [] }, ["vectors"])).toThrow("has a source");
    expect(() => checkedFile({ source: " ", vectors: [] }, ["vectors"])).toThrow("has a source");
    expect(() => checkedFile([], [])).toThrow("not a record");
    expect(checkedFile({ source: "RFC", vectors: 1 }, ["vectors"]).vectors).toBe(1);
  });

  it("fails the run with a field that no test reads, or without one that a test reads", () => {
    expect(() => checkedFile({ source: "RFC", more: 1 }, [])).toThrow("unknown vector field: more");
    expect(() => checkedFile({ source: "RFC" }, ["vectors"])).toThrow("missing vector field: vectors");
    expect(() => checkedFile({ source: "RFC", verifiedBy: [1] }, [])).toThrow("a list of string");
    expect(() => vectorFile("rfc4226", ["vectors"])).toThrow("unknown vector field");
  });

  it("fails the run with a row of other fields or kinds", () => {
    expect(() => row({ code: "1", more: 1 }, { code: "string" })).toThrow("unknown vector field: more");
    expect(() => row({}, { code: "string" })).toThrow("missing vector field: code");
    expect(() => row({ code: 1 }, { code: "string" })).toThrow("the vector field code is a string");
    expect(() => row(null, {})).toThrow("not a record");
  });

  it("fails the run with a table or a list that is empty, or is none", () => {
    expect(() => rows([], {})).toThrow("has rows");
    expect(() => rows({}, {})).toThrow("has rows");
    expect(() => list([], "string")).toThrow("has rows");
    expect(() => list(["1", 2], "string")).toThrow("a list of string");
  });
});
