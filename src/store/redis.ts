import { refuse } from "../errors.ts";
import type { Store } from "./store.ts";

export function redisStore(): Store {
  return refuse("send", "a function");
}
