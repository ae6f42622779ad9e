/**
 * A phone, an inbox and a clock for your tests, and the rules of a store. It imports no test runner.
 *
 * @module
 */

export { type Authenticator, type AuthenticatorOptions, createAuthenticator } from "./authenticator.ts";
export { exhaust } from "./exhaust.ts";
export { type FakeClock, fakeClock } from "./fake-clock.ts";
export { createInbox, type Inbox, type InboxOptions } from "./inbox.ts";
export { type MakeStore, type StoreContractOptions, type StoreRule, storeContract } from "./store-contract.ts";
