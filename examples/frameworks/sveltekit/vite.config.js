import { fileURLToPath } from "node:url";
import { sveltekit } from "@sveltejs/kit/vite";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export default {
  plugins: [sveltekit()],
  // In this repository the log-in lies outside this folder, and the package is the repository itself.
  server: { fs: { allow: [root] } },
  resolve: { alias: [{ find: /^otp-core/, replacement: `${root}dist` }] },
};
