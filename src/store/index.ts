export type { Clock } from "../time.ts";
export { memoryStore } from "./memory.ts";
export type { RecordOptions } from "./runner.ts";
export type { Store } from "./store.ts";
export { type Machine, type TransactOptions, type Transition, transact } from "./transact.ts";
