export type { Clock } from "../time.ts";
export type { Machine, Transition } from "./machine.ts";
export { memoryStore } from "./memory.ts";
export { type RowStoreOptions, rowStore } from "./row.ts";
export type { ServiceOptions } from "./runner.ts";
export type { RecordKind, RecordOwner, Store } from "./store.ts";
export { type TransactOptions, transact } from "./transact.ts";
