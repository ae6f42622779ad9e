// A server with parse-server, which the test of examples/programs/parse-server-otp.ts starts. DATABASE_URL=... node ... parse-program.ts
import { createRequire } from "node:module";
import { deriveBytes } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { memoryStore } from "otp-core/store";
import { otpAdapter, proposeOtp, refuseUnlink } from "../../examples/programs/parse-server-otp.ts";
import { freePort } from "../servers/free-port.ts";

const require = createRequire(new URL("../../examples/parse-server/package.json", import.meta.url));
const { ParseServer } = require("parse-server");
const express = require("express");

const { DATABASE_URL, OTP_SECRET = "" } = process.env;
const accounts = createAccounts({
  store: memoryStore(),
  pepper: deriveBytes(OTP_SECRET, "pepper"),
  seal: createKeyBox([{ id: "a", bytes: deriveBytes(OTP_SECRET, "seal") }]),
});

interface Cloud {
  define(name: string, run: (request: { readonly user?: { readonly id: string } }) => unknown): void;
  beforeSave(name: string, run: typeof refuseUnlink): void;
}

const port = await freePort();
const url = `http://127.0.0.1:${port}/parse`;
const server = new ParseServer({
  databaseURI: DATABASE_URL,
  appId: "app",
  masterKey: "a key of the tests",
  serverURL: url,
  directAccess: false,
  silent: true,
  logsFolder: null,
  auth: {
    mfa: { enabled: true, options: ["TOTP"] },
    otp: { enabled: true, module: otpAdapter(accounts) },
  },
  cloud({ Cloud }: { Cloud: Cloud }) {
    Cloud.define("proposeOtp", ({ user }) => proposeOtp(accounts, user));
    Cloud.beforeSave("_User", refuseUnlink);
  },
});
await server.start();
express()
  .use("/parse", server.app)
  .listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));
