// A race on a SQL database: the table is made before the racers start.
import { type SqlStore, sqlStore } from "otp-core/store/sql";
import { afterAll, beforeAll } from "vitest";
import { connect, type SqlClient, type SqlDriver } from "../servers/sql-clients.ts";
import { accountRaceLaws } from "./account-laws.ts";
import { passcodeRaceLaws } from "./passcode-laws.ts";
import { type Racers, raceLaws, startRacers } from "./race.ts";

/** @param url - is asked when the database is there. */
export function sqlRace(driver: SqlDriver, url: () => string): void {
  let client: SqlClient;
  let store: SqlStore;
  let racers: Racers;

  beforeAll(async () => {
    client = await connect(driver, url());
    store = sqlStore(client.query, { dialect: client.dialect, table: "race" });
    await client.query(store.schema(), [], "affected");
    racers = await startRacers(driver, url());
  });
  afterAll(async () => {
    await racers?.end();
    await client?.close();
  });

  raceLaws(() => ({ store, race: racers.race }));
  accountRaceLaws(() => ({ store, race: racers.race }));
  passcodeRaceLaws(() => ({ store, race: racers.race }));
}
