export type { Clock } from "../time.ts";
export { memoryStore } from "./memory.ts";
export { type RowStoreOptions, rowStore } from "./row.ts";
export type { Machine, Transition } from "./step/machine.ts";
export type { ServiceOptions } from "./step/runner.ts";
export { type TransactOptions, transact } from "./step/transact.ts";
export type { RecordKind, RecordOwner, Store } from "./store.ts";
