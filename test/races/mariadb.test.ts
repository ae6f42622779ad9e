import { afterAll, beforeAll } from "vitest";
import { type Mariadb, mariadbIsInstalled, privateMariadb } from "../servers/mariadb.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { PROCESSES } from "../support/race.ts";
import { sqlRace } from "../support/sql-race.ts";

serverSuite(`a race of ${PROCESSES} processes on MariaDB`, "mariadbd", mariadbIsInstalled, () => {
  let server: Mariadb;
  beforeAll(async () => {
    server = await privateMariadb();
  });
  afterAll(() => server?.remove());

  sqlRace("mysql2", () => server.url);
});
