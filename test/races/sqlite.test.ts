import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { PROCESSES } from "../support/race.ts";
import { sqlRace } from "../support/sql-race.ts";

describe(`a race of ${PROCESSES} processes on a SQLite file`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "otp-core-race-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  sqlRace("node-sqlite3-wasm", () => join(folder, "race.db"));
});
