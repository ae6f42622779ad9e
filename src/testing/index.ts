export { type FakeClock, fakeClock } from "./clock.ts";
export { type Law, type MakeStore, storeContract } from "./store-contract.ts";
