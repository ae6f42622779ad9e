import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  // Drivers of databases stay outside the bundle.
  serverExternalPackages: ["pg", "redis"],
  // In this repository the log-in lies outside this folder.
  turbopack: { root: fileURLToPath(new URL("../../..", import.meta.url)) },
};
