import rateLimiterFlexible from "rate-limiter-flexible";

const { RateLimiterMemory, RateLimiterMySQL, RateLimiterPostgres, RateLimiterRedis } = rateLimiterFlexible;

/** So many points that no attempt is refused: each is counted, and each goes on to the comparison. */
const OPTIONS = { keyPrefix: "rlf", points: 1_000_000, duration: 300 };
const TABLE = { ...OPTIONS, tableName: "rlf", clearExpiredByTimeout: false };

export const inMemory = () => new RateLimiterMemory(OPTIONS);

export const onRedis = (client) => new RateLimiterRedis({ ...OPTIONS, storeClient: client, useRedisPackage: true });

export const onPostgres = (client) =>
  created((ready) => new RateLimiterPostgres({ ...TABLE, storeClient: client, storeType: "client" }, ready));

export const onMysql = (connection) =>
  created(
    (ready) => new RateLimiterMySQL({ ...TABLE, storeClient: connection, storeType: "client", dbName: "test" }, ready),
  );

/** Its table is created by the constructor, which calls back when that is done. */
function created(construct) {
  return new Promise((resolve, reject) => {
    const limiter = construct((error) => (error ? reject(error) : resolve(limiter)));
  });
}
