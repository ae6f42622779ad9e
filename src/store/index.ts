/**
 * Where state is kept: in memory, in a column of your own table, or in your own engine. Redis and SQL have entry points of their own.
 *
 * @module
 */

export type { Clock } from "../time.ts";
export { memoryStore } from "./memory.ts";
export { type RowStoreOptions, rowStore } from "./row.ts";
export type { Machine, Transition } from "./step/machine.ts";
export type { ServiceOptions } from "./step/runner.ts";
export { type TransactOptions, transact } from "./step/transact.ts";
export type { RecordKind, RecordOwner, Store } from "./store.ts";
