// A server with better-auth and its plugin for two factors, in memory.
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { twoFactor } from "better-auth/plugins/two-factor";

const TABLES = ["user", "session", "account", "verification", "twoFactor", "rateLimit"];

export const createServer = (plugins) =>
  betterAuth({
    appName: "Example",
    baseURL: "http://127.0.0.1:3000",
    secret: "a secret for this demonstration only, of 32 characters",
    database: memoryAdapter(Object.fromEntries(TABLES.map((name) => [name, []]))),
    emailAndPassword: { enabled: true },
    // Its limit by address would hide from the demonstration what the code itself is worth. An attacker has many addresses.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [twoFactor(), ...plugins],
  });
