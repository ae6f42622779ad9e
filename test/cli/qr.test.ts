// The QR codes of `otp-core uri` and `migrate`, read back as a phone would.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { modulesOfSvg, modulesOfTerminal, parted, scanned, zbarInstalled } from "../support/picture.ts";
import { expectBadUse, otpCore, printed, SECRET } from "../support/program.ts";
import { scripted } from "../support/scripted.ts";

const key = ["--issuer", "Example", "--account", "alice"];
const uri = `otpauth://totp/Example:alice?secret=${SECRET}&issuer=Example&algorithm=SHA1&digits=6&period=30`;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "otp-core-qr-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe("a QR code", () => {
  it("--qr draws it above the URI, white on black of its own, with four modules of quiet zone", () => {
    const { status, stdout, stderr } = otpCore(["uri", SECRET, ...key, "--qr"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { drawing, rest } = parted(stdout);
    expect(rest).toBe(`${uri}\n`);
    const modules = modulesOfTerminal(drawing);
    const dark = modules.slice(0, -1).flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [{ x, y }] : [])));
    const size = modules[0]?.length ?? 0;
    for (const at of [dark.map(({ x }) => x), dark.map(({ y }) => y)]) {
      expect([Math.min(...at), Math.max(...at)]).toEqual([4, size - 5]);
    }
    expect(size, "fits a terminal of 80 columns").toBeLessThanOrEqual(80);
  });

  it("--svg writes the same one to a file that only its owner may read, and prints the URI", () => {
    const file = join(folder(), "alice.svg");
    expect(otpCore(["uri", SECRET, ...key, "--svg", file])).toEqual(printed(`${uri}\n`));
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
    const svg = modulesOfSvg(readFileSync(file, "utf8"));
    const { drawing } = parted(otpCore(["uri", SECRET, ...key, "--qr"]).stdout);
    expect(modulesOfTerminal(drawing).slice(0, svg.length)).toEqual(svg);
  });

  it("--svg and --json go together, so that a script can enrol; --qr has no place there", async () => {
    const run = await scripted(["uri", SECRET, ...key, "--json", "--svg", "a.svg"]);
    expect(JSON.parse(run.output).uri).toBe(uri);
    expect([...run.files.keys()]).toEqual(["a.svg"]);
    expectBadUse(otpCore(["uri", SECRET, ...key, "--json", "--qr"]), "--qr makes no sense with --json");
  });

  it("--svg that cannot be written is bad use, and nothing is printed", () => {
    expectBadUse(
      otpCore(["uri", "--new", ...key, "--svg", folder()]),
      "the file of --svg cannot be written, or is a link",
    );
  });

  it("of more than a QR code holds is bad use", async () => {
    // Ten secrets of 256 bytes are more than the 2953 of the largest one.
    const secret = "A".repeat(408);
    const uris = Array.from({ length: 10 }, (_, i) => `otpauth://totp/user${i}?secret=${secret}`);
    const run = ["migrate", "--to-google", ...uris];
    expect((await scripted(run)).exitCode).toBe(0);
    for (const more of [["--qr"], ["--svg", "a.svg"]]) {
      const { exitCode, complaint, output, files } = await scripted([...run, ...more]);
      expect({ exitCode, complaint, output }).toEqual({
        exitCode: 2,
        complaint: "the URI is too long for a QR code",
        output: "",
      });
      expect(files.size).toBe(0);
    }
  });

  it("needs no other package: the command contains what it draws with", () => {
    const path = folder();
    cpSync(new URL("../../dist", import.meta.url), join(path, "dist"), { recursive: true });
    cpSync(new URL("../../package.json", import.meta.url), join(path, "package.json"));
    const main = join(path, "dist", "cli", "main.js");
    const run = spawnSync(process.execPath, [main, "uri", SECRET, ...key, "--qr"], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(parted(run.stdout).rest).toBe(`${uri}\n`);
  });

  it("has no colours with NO_COLOR", async () => {
    const args = ["uri", SECRET, ...key, "--qr"];
    const plain = (await scripted(args, { env: { NO_COLOR: "1" } })).output;
    const coloured = (await scripted(args)).output;
    expect(plain).not.toContain("\x1b");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of ECMA-48
    expect(coloured.replace(/\x1b\[[\d;]*m/g, "")).toBe(plain);
    expect((await scripted(args, { env: { NO_COLOR: "" } })).output).toBe(coloured);
  });

  it.skipIf(process.platform === "win32")(
    "--svg follows no link, and makes an existing file private (field F5)",
    () => {
      const path = folder();
      const [target, link, hard, open] = ["target", "link.svg", "hard.svg", "open.svg"].map((name) => join(path, name));
      if (!target || !link || !hard || !open) return expect.unreachable();
      writeFileSync(target, "before");
      symlinkSync(target, link);
      linkSync(target, hard);
      for (const file of [link, hard, "/dev/null"]) {
        expectBadUse(otpCore(["uri", SECRET, ...key, "--svg", file]), "cannot be written, or is a link");
      }
      expect(readFileSync(target, "utf8")).toBe("before");
      symlinkSync(join(path, "nowhere"), join(path, "dangling.svg"));
      expect(otpCore(["uri", SECRET, ...key, "--svg", join(path, "dangling.svg")]).status).toBe(2);
      expect(existsSync(join(path, "nowhere"))).toBe(false);
      writeFileSync(open, "x".repeat(100_000), { mode: 0o666 });
      chmodSync(open, 0o666);
      expect(otpCore(["uri", SECRET, ...key, "--svg", open]).status).toBe(0);
      expect(statSync(open).mode & 0o777).toBe(0o600);
      expect(readFileSync(open, "utf8")).toMatch(/^<svg[\s\S]*<\/svg>\n$/);
    },
  );

  it("is read back, or this is not the continuous integration", () => {
    expect(zbarInstalled || !process.env.CI).toBe(true);
  });
});

const READ_BACK = "zbarimg reads what was drawn and written, letter by letter";
if (!zbarInstalled) console.log(`skipped, because zbarimg is not installed: ${READ_BACK}`);

describe.skipIf(!zbarInstalled)(READ_BACK, () => {
  const names = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((name) => /^[^\p{C}:\s]+$/u.test(name));

  it("of otp-core uri", async () => {
    const law = fc.asyncProperty(names, names, async (issuer, account) => {
      const args = ["uri", SECRET, `--issuer=${issuer}`, `--account=${account}`, "--qr", "--svg=a.svg"];
      const { output, files } = await scripted(args);
      const { drawing, rest } = parted(output);
      expect(`${scanned(modulesOfTerminal(drawing))}\n`).toBe(rest);
      expect(`${scanned(modulesOfSvg(files.get("a.svg") ?? ""))}\n`).toBe(rest);
    });
    await fc.assert(law, { numRuns: 20 });
  });

  it("of otp-core migrate, a file for each code", () => {
    const uris = Array.from(
      { length: 11 },
      (_, i) => `otpauth://totp/Example:user${i}?secret=${SECRET}&issuer=Example`,
    );
    const path = folder();
    const moved = otpCore(["migrate", "--to-google", "-", "--svg", join(path, "to.phone.svg")], {
      input: uris.join("\n"),
    });
    const written = [1, 2].map((n) => scanned(modulesOfSvg(readFileSync(join(path, `to.phone-${n}.svg`), "utf8"))));
    expect(moved).toEqual(printed(`${written.join("\n")}\n`));
    expect(
      otpCore(["migrate", ...written])
        .stdout.trimEnd()
        .split("\n"),
    ).toHaveLength(11);
  });
});
