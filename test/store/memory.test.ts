import { memoryStore } from "otp-core/guard";
import { storeContract } from "otp-core/testing";
import { describe, expect, it } from "vitest";

describe("the store in memory keeps the contract", () => {
  const store = memoryStore();
  it.each(storeContract(() => store))("$name", (law) => law.run());
});
