export { type Authenticator, type AuthenticatorOptions, createAuthenticator } from "./authenticator.ts";
export { type FakeClock, fakeClock } from "./fake-clock.ts";
export { createInbox, type Inbox } from "./inbox.ts";
export { type StoreRule, storeContract } from "./store-contract.ts";
