export type { Clock } from "../time.ts";
export { memoryStore } from "./memory.ts";
export { type RowStoreOptions, rowStore } from "./row.ts";
export type { ServiceOptions } from "./runner.ts";
export type { RecordOwner, Store } from "./store.ts";
export { type Machine, type TransactOptions, type Transition, transact } from "./transact.ts";
