// The private servers for programs that Node runs as JavaScript: the benchmark and the soak. tsx reads the TypeScript of this folder
// only, so what these programs measure is the built library as it is.
import { tsImport } from "tsx/esm/api";

const load = (file) => tsImport(file, { parentURL: import.meta.url, tsconfig: false });

export const { privateRedis, redisIsInstalled } = await load("./redis.ts");
export const { privatePostgres, postgresIsInstalled } = await load("./postgres.ts");
export const { privateMariadb, mariadbIsInstalled } = await load("./mariadb.ts");
