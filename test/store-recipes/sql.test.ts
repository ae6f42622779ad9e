import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type SqlDialect, sqlStore } from "otp-core/store/sql";
import { afterAll, beforeAll } from "vitest";
import { type Mariadb, mariadbIsInstalled, privateMariadb } from "../servers/mariadb.ts";
import { type Postgres, postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { connect, type SqlDriver } from "../servers/sql-clients.ts";
import { describeRecipe, packageOf, recipe, recipeSuite } from "./recipe-suite.ts";

async function createTable(driver: SqlDriver, url: string, dialect: SqlDialect): Promise<void> {
  const client = await connect(driver, url);
  await client.query(sqlStore(client.query, { dialect, table: "otp" }).schema(), [], "affected");
  await client.close();
}

recipeSuite("the recipes for SQL on PostgreSQL", "postgres", postgresIsInstalled, () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await privatePostgres();
    await createTable("pg", server.url, "postgres");
  });
  afterAll(() => server?.remove());

  const newPool = async () => new (await packageOf("pg")).default.Pool({ connectionString: server.url, max: 4 });

  describeRecipe("drizzle.ts", async () => {
    const [{ drizzleStore }, { drizzle }] = [await recipe("drizzle.ts"), await packageOf("drizzle-orm/node-postgres")];
    const pool = await newPool();
    return { store: drizzleStore(drizzle(pool)), close: () => pool.end() };
  });

  describeRecipe("kysely.ts", async () => {
    const [{ kyselyStore }, { Kysely, PostgresDialect }] = [await recipe("kysely.ts"), await packageOf("kysely")];
    const db = new Kysely({ dialect: new PostgresDialect({ pool: await newPool() }) });
    return { store: kyselyStore(db, "postgres"), close: () => db.destroy() };
  });

  describeRecipe("knex.ts", async () => {
    const [{ knexStore }, { default: knex }] = [await recipe("knex.ts"), await packageOf("knex")];
    const db = knex({ client: "pg", connection: server.url, pool: { min: 0, max: 4 } });
    return { store: knexStore(db), close: () => db.destroy() };
  });

  describeRecipe("typeorm.ts", async () => {
    const [{ typeormStore }, { DataSource }] = [await recipe("typeorm.ts"), await packageOf("typeorm")];
    const dataSource = await new DataSource({ type: "postgres", url: server.url, poolSize: 4 }).initialize();
    return { store: typeormStore(dataSource, "postgres"), close: () => dataSource.destroy() };
  });

  describeRecipe("prisma.ts", async () => {
    const [{ prismaStore }, { PrismaPg }] = [await recipe("prisma.ts"), await packageOf("@prisma/adapter-pg")];
    const { PrismaClient } = await generatedClient();
    const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: server.url, max: 4 }) });
    return { store: prismaStore(prisma), close: () => prisma.$disconnect() };
  });
});

recipeSuite("the recipes for SQL on MariaDB", "mariadbd", mariadbIsInstalled, () => {
  let server: Mariadb;
  beforeAll(async () => {
    server = await privateMariadb();
    await createTable("mysql2", server.url, "mysql");
  });
  afterAll(() => server?.remove());

  describeRecipe("kysely.ts", async () => {
    const [{ kyselyStore }, { Kysely, MysqlDialect }] = [await recipe("kysely.ts"), await packageOf("kysely")];
    const pool = (await packageOf("mysql2")).default.createPool({ uri: server.url, connectionLimit: 4 });
    const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
    return { store: kyselyStore(db, "mysql"), close: () => db.destroy() };
  });

  describeRecipe("typeorm.ts", async () => {
    const [{ typeormStore }, { DataSource }] = [await recipe("typeorm.ts"), await packageOf("typeorm")];
    const dataSource = await new DataSource({ type: "mysql", url: server.url, poolSize: 4 }).initialize();
    return { store: typeormStore(dataSource, "mysql"), close: () => dataSource.destroy() };
  });
});

const stores = fileURLToPath(new URL("../../examples/stores/", import.meta.url));
let generated: string | undefined;
afterAll(() => {
  if (generated !== undefined) rmSync(generated, { recursive: true });
});

/** `prisma generate` wants to download an engine that it does not use, unless it is given one. */
async function generatedClient() {
  if (generated === undefined) {
    generated = mkdtempSync(join(stores, "generated-"));
    copyFileSync(join(stores, "schema.prisma"), join(generated, "schema.prisma"));
    const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true" };
    const command = [join(stores, "node_modules/prisma/build/index.js"), "generate", "--schema", "schema.prisma"];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: generated, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`prisma generate failed: ${stderr}`);
  }
  return import(pathToFileURL(join(generated, "generated/client.ts")).href);
}
