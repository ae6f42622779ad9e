export { addressKey } from "./address-key.ts";
export { createLimiter, type Limiter, type LimiterOptions, type Taken, type Throttled } from "./limiter.ts";
