// Some thousand hostile calls of everything that is public; `npm run fuzz:api` makes them for ten minutes.
import { randomInt } from "node:crypto";
import * as core from "otp-core";
import * as guard from "otp-core/guard";
import * as pure from "otp-core/hmac";
import * as node from "otp-core/hmac/node";
import * as web from "otp-core/hmac/web";
import * as redis from "otp-core/store/redis";
import * as sql from "otp-core/store/sql";
import * as testing from "otp-core/testing";
import { expect, it } from "vitest";
import { attackAll } from "./api-attack.js";

const doors = {
  "otp-core": core,
  "otp-core/hmac": pure,
  "otp-core/hmac/node": node,
  "otp-core/hmac/web": web,
  "otp-core/guard": guard,
  "otp-core/store/redis": redis,
  "otp-core/store/sql": sql,
  "otp-core/testing": testing,
};

it("nothing but an OtpError comes out of any public function, whatever goes in", async () => {
  const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 32));
  console.log(`seed ${seed}`);
  const { done, outcomes, targets } = await attackAll(doors, { seed, count: 5000 });
  expect(done).toBe(5000);
  // Most of what is public is reached, and in both ways: else the inputs prove nothing.
  expect(targets).toBeGreaterThan(80);
  expect(outcomes.returned).toBeGreaterThan(1000);
  expect(outcomes.refused).toBeGreaterThan(1000);
});
