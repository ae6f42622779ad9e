import { afterAll, beforeAll } from "vitest";
import { type Postgres, postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { PROCESSES } from "../support/race.ts";
import { sqlRace } from "../support/sql-race.ts";

serverSuite(`a race of ${PROCESSES} processes on PostgreSQL`, "postgres", postgresIsInstalled, () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await privatePostgres();
  });
  afterAll(() => server?.remove());

  sqlRace("pg", () => server.url);
});
