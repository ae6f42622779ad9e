// The program as a whole: help, version, and what is around a command.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { endedWithTheTest, MAIN, otpCore, printed, SECRET } from "../support/program.ts";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const COMMANDS = ["code", "verify", "diagnose", "secret", "uri", "inspect", "migrate", "ocra"];

describe("otp-core", () => {
  it("without arguments and with --help says what it can do", () => {
    const help = otpCore([]);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    for (const part of [
      "code [SECRET]",
      "verify [SECRET] CODE",
      "diagnose [SECRET] CODE",
      "secret ",
      "uri [SECRET]",
      "inspect URI",
      "migrate URI...",
      "ocra SUITE [SECRET]",
      "OTP_SECRET",
      "Exit codes: 0",
    ]) {
      expect(help.stdout).toContain(part);
    }
    expect(otpCore(["--help"])).toEqual(help);
  });

  it.each([
    ["code", ["--algorithm", "--digits", "--period", "--epoch", "--steam", "--counter", "--at", "--watch", "--json"]],
    ["verify", ["--counter", "--at", "--after", "--window", "--drift", "--look-ahead", "--json"]],
    ["diagnose", ["--algorithm", "--digits", "--hex", "--steps", "--at", "--json"]],
    ["secret", ["--bytes", "--json"]],
    [
      "uri",
      ["--new", "--account", "--issuer", "--counter", "--image", "--apple", "--domain", "--qr", "--svg", "--json"],
    ],
    ["inspect", ["--show-secret", "--json"]],
    ["migrate", ["--to-google", "--qr", "--svg", "--json"]],
    [
      "ocra",
      ["--challenge", "--counter", "--pin", "--session", "--at", "--step", "--verify", "--look-ahead", "--window"],
    ],
    ["ocra", ["--draw", "--json"]],
  ])("%s --help explains every option, whatever else stands there, and does nothing", (name, options) => {
    const help = otpCore([name, "--help"]);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout).toMatch(new RegExp(`^otp-core ${name} `));
    for (const option of options) expect(help.stdout).toMatch(new RegExp(`^ {2}${option} `, "m"));
    expect(otpCore([name, "--json", "--help", SECRET, SECRET, SECRET])).toEqual(help);
  });

  it("explains in its help every option that it takes, and takes every option that it explains", () => {
    for (const name of COMMANDS) {
      const explained = [...otpCore([name, "--help"]).stdout.matchAll(/^ {2}--([a-z-]+) /gm)].map((match) => match[1]);
      const known = otpCore([name, "--?"]).stderr.matchAll(/--([a-z-]+)/g);
      expect([...explained, "help"].sort()).toEqual([...known].map((match) => match[1]).sort());
    }
  });

  it("has lines that fit a terminal of 80 columns", () => {
    for (const args of [[], ...COMMANDS.map((name) => [name, "--help"])]) {
      for (const line of otpCore(args).stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it.each(["--version", "-V", "-v", "version"])("%s prints the version of the package", (name) => {
    expect(otpCore([name])).toEqual(printed(`${manifest.version}\n`));
  });

  it("-h, help and help COMMAND are --help", () => {
    expect(otpCore(["-h"])).toEqual(otpCore(["--help"]));
    expect(otpCore(["help"])).toEqual(otpCore(["--help"]));
    expect(otpCore(["help", "code"])).toEqual(otpCore(["code", "--help"]));
    expect(otpCore(["code", "-h"])).toEqual(otpCore(["code", "--help"]));
    expect(otpCore(["code", "--help"]).stdout).toMatch(/\nShort forms: -a --algorithm, .*-d --digits/);
    expect(otpCore(["help", "codes"]).status).toBe(2);
  });

  it("is what package.json says, and starts by itself", () => {
    expect(new URL(`../../${manifest.bin["otp-core"]}`, import.meta.url).pathname).toBe(MAIN);
    expect(readFileSync(MAIN, "utf8").split("\n", 1)).toEqual(["#!/usr/bin/env node"]);
    if (process.platform === "win32") return;
    const { status, stdout } = spawnSync(MAIN, ["code", SECRET, "--counter", "0"], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "755224\n" });
  });

  it("imports the public entry points and bundles nothing of the library", () => {
    const imports = [...readFileSync(MAIN, "utf8").matchAll(/(?:from|import)\s*\(?["']([^"']+)["']/g)];
    const packages = imports.map((match) => match[1] ?? "").filter((name) => !isBuiltin(name));
    expect(packages.length).toBeGreaterThan(0);
    expect(new Set(packages)).toEqual(new Set(["otp-core", "otp-core/ocra", "otp-core/tokens"]));
  });

  it("is ended by Ctrl-C like any program while it waits for the secret", async () => {
    // Prints a line when it asks for standard input, to which nothing is written.
    const hook = `const { get } = Object.getOwnPropertyDescriptor(process, "stdin");
      Object.defineProperty(process, "stdin", { get: () => (console.log("reading"), get.call(process)) });
      import(${JSON.stringify(pathToFileURL(MAIN))});`;
    const child = endedWithTheTest(spawn(process.execPath, ["--eval", hook, MAIN, "code", "-"]));
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
  });

  const full = "/dev/full";
  const name = "says so when what it prints cannot be written";
  if (!existsSync(full)) console.log(`skipped, because there is no ${full}: ${name}`);

  it.runIf(existsSync(full))(name, () => {
    for (const more of [[], ["--watch"]]) {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, "code", SECRET, ...more], {
        encoding: "utf8",
        stdio: ["ignore", openSync(full, "w"), "pipe"],
      });
      expect(stderr).toBe("otp-core: standard output cannot be written\n");
      expect(status).toBe(2);
    }
  });

  it.runIf(existsSync(full))("keeps its exit code when not even the complaint can be written", () => {
    const { status } = spawnSync(process.execPath, [MAIN, "codes"], { stdio: ["ignore", "pipe", openSync(full, "w")] });
    expect(status).toBe(2);
  });
});
