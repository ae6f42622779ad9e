// `otp-core inspect`: what a key URI holds, and which apps read it differently.
import { decodeBase32, inspectUri, type UriKey } from "otp-core";
import type { Command } from "../command.ts";
import { UsageError } from "../command-line.ts";
import type { Environment } from "../environment.ts";
import { linesOf, readInput } from "../input.ts";
import { withoutPrefix } from "../key-source.ts";
import { json, printable, problemText } from "../output.ts";

export const inspect: Command = {
  help: `\
otp-core inspect URI [options]

Shows what a key URI holds, what is wrong with it, and which apps are known to
read it differently: "error" if it should be refused, "warning" if apps
disagree.

Quote the URI, or the shell cuts it at the first &. Arguments can be read in the
list of processes; - reads the URI from standard input and @FILE from a file.
White space around it and the prefix QR-Code: of zbarimg do not matter. For the
otpauth-migration:// of Google Authenticator use otp-core migrate.

  --show-secret     prints the secret too. Without it, no output contains it
  --json            {"ok","key","problems"}; "ok" says that a key could be read

Exit codes: 0 no errors, 1 errors, 2 bad use.
`,

  options: { "show-secret": "flag", json: "flag" },

  async run(line, environment) {
    const [argument, ...more] = line.positionals;
    if (argument === undefined) throw new UsageError("the URI is missing: an argument, - for standard input, or @FILE");
    if (more.length > 0) throw new UsageError("there are more arguments than URI; quote it");
    const text = withoutPrefix(await textOf(argument, environment));
    if (/^otpauth-migration:/i.test(text)) {
      throw new UsageError("this is a transfer of Google Authenticator, and otp-core migrate reads it");
    }

    const { ok, key, problems } = inspectUri(text);
    const shown = key && (line.flag("show-secret") ? key : withoutSecret(key));
    if (line.flag("json")) environment.write(json({ ok, key: shown, problems }));
    else {
      const parts = [key && shown ? table(key, shown) : "", problems.map(problemText).join("") || "No problems.\n"];
      environment.write(parts.filter((part) => part !== "").join("\n"));
    }
    return problems.some(({ severity }) => severity === "error") ? 1 : 0;
  },
};

async function textOf(argument: string, environment: Environment): Promise<string> {
  if (argument !== "-" && !argument.startsWith("@")) return argument;
  const text = await readInput(argument, environment);
  const lines = linesOf(text);
  if (lines.length > 1) throw new UsageError(`the input has ${lines.length} lines, and a key URI is one line`);
  return text;
}

type Shown = Omit<UriKey, "secret"> & { readonly secret?: string };

function withoutSecret({ secret: _, ...key }: UriKey): Shown {
  return key;
}

function table({ secret }: UriKey, { extra, type, issuer, account, ...shown }: Shown): string {
  const names = { ...(issuer !== undefined && { issuer }), ...(account !== undefined && { account }) };
  const rows = Object.entries({
    type,
    ...names,
    ...shown,
    secret: shown.secret ?? `${decodeBase32(secret).length} bytes, not shown`,
  });
  // The names of other parameters come from outside, and might be those of a key.
  const others = Object.entries(extra ?? {}).map(([name, value]) => ["extra", `${name}=${value}`] as const);
  return [...rows, ...others].map(([name, value]) => `${name.padEnd(9)}  ${printable(`${value}`)}\n`).join("");
}
