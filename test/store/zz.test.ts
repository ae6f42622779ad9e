import { it } from "vitest";
import { privatePostgres } from "../servers/postgres.ts";
import { privateMariadb } from "../servers/mariadb.ts";
import { spawnSync, execSync } from "node:child_process";
it("x", async () => {
  for (const f of [privatePostgres, privateMariadb]) {
  let t = Date.now();
  const pg = await f();
  console.log(pg.url, Date.now() - t);
  console.log(execSync("ps -ef | grep -E 'postgres|mariadb' | grep -v grep || true").toString());
  t = Date.now(); await pg.kill(); console.log("kill", Date.now() - t);
  t = Date.now(); await pg.start(); console.log("restart", Date.now() - t);
  console.log(spawnSync("bash", ["-c", f === privatePostgres ? `psql ${pg.url} -c 'select 1'` : `mariadb -h127.0.0.1 -P${pg.port} -uroot -e 'show databases; select user,host from mysql.user; select @@sql_mode'`], { encoding: "utf8" }));
  t = Date.now(); await pg.remove(); console.log("remove", Date.now() - t);
  }
}, 30000);
