export { type FakeClock, fakeClock } from "./clock.ts";
export { type Law, storeContract } from "./store-contract.ts";
