import { refuse } from "../errors.ts";
import type { Store } from "./store.ts";

export function sqlStore(): Store {
  return refuse("query", "a function");
}
