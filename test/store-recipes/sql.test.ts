import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type SqlDialect, sqlStore } from "otp-core/store/sql";
import { afterAll, beforeAll, describe } from "vitest";
import { type Mariadb, mariadbIsInstalled, privateMariadb } from "../servers/mariadb.ts";
import { type Postgres, postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { connect, type SqlDriver } from "../servers/sql-clients.ts";
import { hasBetterSqlite3 } from "../support/sql-example.ts";
import { describeRecipe, packageOf, recipe, recipeSuite } from "./recipe-suite.ts";

async function createTable(driver: SqlDriver, url: string, dialect: SqlDialect): Promise<void> {
  const client = await connect(driver, url);
  await client.query(sqlStore(client.query, { dialect, table: "otp" }).schema(), [], "affected");
  await client.close();
}

type BetterSqlite3 = new (file: string) => { exec(statement: string): void; close(): void };

/** The users of Prisma and those of Drizzle. */
const TABLES = ['"User"', '"users"'];

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
    return { store: knexStore(db, "postgres"), close: () => db.destroy() };
  });

  describeRecipe("typeorm.ts", async () => {
    const [{ typeormStore }, { DataSource }] = [await recipe("typeorm.ts"), await packageOf("typeorm")];
    const dataSource = await new DataSource({ type: "postgres", url: server.url, poolSize: 4 }).initialize();
    return { store: typeormStore(dataSource, "postgres"), close: () => dataSource.destroy() };
  });

  const newPrisma = async () => {
    const [{ PrismaPg }, { PrismaClient }] = [
      await packageOf("@prisma/adapter-pg"),
      await generatedClient("postgresql"),
    ];
    return new PrismaClient({ adapter: new PrismaPg({ connectionString: server.url, max: 4 }) });
  };

  describeRecipe("prisma.ts", async () => {
    const [{ prismaStore }, prisma] = [await recipe("prisma.ts"), await newPrisma()];
    return { store: prismaStore(prisma, "postgres"), close: () => prisma.$disconnect() };
  });

  describe("in your own table", () => {
    let pool: Awaited<ReturnType<typeof newPool>>;
    beforeAll(async () => {
      pool = await newPool();
      for (const table of TABLES) await pool.query(`CREATE TABLE ${table} ("id" text PRIMARY KEY, "otp" text)`);
    });
    afterAll(() => pool.end());

    /** A new user in each table. */
    async function newUser(): Promise<string> {
      const id = randomUUID();
      for (const table of TABLES) await pool.query(`INSERT INTO ${table} ("id") VALUES ($1)`, [id]);
      return id;
    }

    const openPrisma = async () => {
      const [{ prismaUserStore }, prisma] = [await recipe("prisma-own-row.ts"), await newPrisma()];
      return { store: prismaUserStore(prisma.user), close: () => prisma.$disconnect() };
    };
    describeRecipe("prisma-own-row.ts", openPrisma, newUser);

    const openDrizzle = async () => {
      const { drizzleUserStore } = await recipe("drizzle-own-row.ts");
      const { drizzle } = await packageOf("drizzle-orm/node-postgres");
      const connections = await newPool();
      return { store: drizzleUserStore(drizzle(connections)), close: () => connections.end() };
    };
    describeRecipe("drizzle-own-row.ts", openDrizzle, newUser);
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

  describeRecipe("knex.ts", async () => {
    const [{ knexStore }, { default: knex }] = [await recipe("knex.ts"), await packageOf("knex")];
    const db = knex({ client: "mysql2", connection: server.url, pool: { min: 0, max: 4 } });
    return { store: knexStore(db, "mysql"), close: () => db.destroy() };
  });

  describeRecipe("typeorm.ts", async () => {
    const [{ typeormStore }, { DataSource }] = [await recipe("typeorm.ts"), await packageOf("typeorm")];
    const dataSource = await new DataSource({ type: "mysql", url: server.url, poolSize: 4 }).initialize();
    return { store: typeormStore(dataSource, "mysql"), close: () => dataSource.destroy() };
  });

  describeRecipe("prisma.ts", async () => {
    const [{ prismaStore }, { PrismaMariaDb }] = [
      await recipe("prisma.ts"),
      await packageOf("@prisma/adapter-mariadb"),
    ];
    const { PrismaClient } = await generatedClient("mysql");
    const { port } = server;
    const connection = { host: "127.0.0.1", port, user: "root", database: "test", connectionLimit: 4 };
    const prisma = new PrismaClient({ adapter: new PrismaMariaDb(connection) });
    return { store: prismaStore(prisma, "mysql"), close: () => prisma.$disconnect() };
  });
});

recipeSuite(
  "the recipes for SQL on SQLite",
  "better-sqlite3 for this Node",
  hasBetterSqlite3,
  () => {
    let folder: string;
    let file: string;
    let Database: BetterSqlite3;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "otp-core-recipes-"));
      file = join(folder, "store.db");
      Database = createRequire(new URL("../runtimes/", import.meta.url))("better-sqlite3");
      const database = new Database(file);
      database.exec(sqlStore(async () => ({}), { dialect: "sqlite", table: "otp" }).schema());
      database.close();
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    describeRecipe("kysely.ts", async () => {
      const [{ kyselyStore }, { Kysely, SqliteDialect }] = [await recipe("kysely.ts"), await packageOf("kysely")];
      const db = new Kysely({ dialect: new SqliteDialect({ database: new Database(file) }) });
      return { store: kyselyStore(db, "sqlite"), close: () => db.destroy() };
    });

    describeRecipe("typeorm.ts", async () => {
      const [{ typeormStore }, { DataSource }] = [await recipe("typeorm.ts"), await packageOf("typeorm")];
      const dataSource = new DataSource({ type: "better-sqlite3", database: file, driver: Database });
      await dataSource.initialize();
      return { store: typeormStore(dataSource, "sqlite"), close: () => dataSource.destroy() };
    });
  },
  // It is downloaded or built when it is installed, and neither works on every machine.
  false,
);

const stores = fileURLToPath(new URL("../../examples/stores/", import.meta.url));
const generated = new Map<string, string>();
afterAll(() => {
  for (const folder of generated.values()) rmSync(folder, { recursive: true });
});

/** `prisma generate` wants to download an engine that it does not use, unless it is given one. */
async function generatedClient(provider: "postgresql" | "mysql") {
  const folder = generated.get(provider) ?? mkdtempSync(join(stores, "generated-"));
  if (!generated.has(provider)) {
    generated.set(provider, folder);
    const schema = readFileSync(join(stores, "schema.prisma"), "utf8").replace("postgresql", provider);
    writeFileSync(join(folder, "schema.prisma"), schema);
    const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true" };
    const command = [join(stores, "node_modules/prisma/build/index.js"), "generate", "--schema", "schema.prisma"];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`prisma generate failed: ${stderr}`);
  }
  return import(pathToFileURL(join(folder, "generated/client.ts")).href);
}
