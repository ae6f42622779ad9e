import { decodeBase32, inspectUri, type UriKey } from "otp-core";
import { type Command, json } from "../command.ts";
import { BadUse } from "../command-line.ts";
import { problemText } from "../problem-text.ts";
import { firstLine } from "../standard-input.ts";

/** A transfer pasted by mistake is at most so long, and gets a line of its own. */
const MAX_LINE = 65_536;

export const inspect: Command = {
  help: `\
otp-core inspect URI [options]

Says what a key URI holds, what is wrong with it, and which apps are known to
read it otherwise: "error" where it should be refused, "warning" where apps
disagree.

Quote the URI, or the shell cuts it at the first &. Arguments can be read in the
list of processes; with - in its place it is the first line of standard input.
Spaces around it do not matter. For the otpauth-migration:// of Google
Authenticator there is otp-core migrate.

  --show-secret     prints the secret too; else it is kept out of all output
  --json            {"ok","key","problems"}; "ok" says that a key could be read

Exit codes: 0 no errors, 1 errors, 2 bad use.
`,

  options: { "show-secret": "flag", json: "flag" },

  async run(line, surroundings) {
    const [argument, ...more] = line.positionals;
    if (argument === undefined) throw new BadUse("the URI is missing: an argument, or - for standard input");
    if (more.length > 0) throw new BadUse("there are more arguments than URI; quote it");
    const text = (argument === "-" ? await firstLine(surroundings.input, MAX_LINE) : argument).trim();
    if (/^otpauth-migration:/i.test(text)) {
      throw new BadUse("this is a transfer of Google Authenticator, and otp-core migrate reads it");
    }

    const { ok, key, problems } = inspectUri(text);
    const shown = key && (line.flag("show-secret") ? key : withoutSecret(key));
    if (line.flag("json")) surroundings.write(json({ ok, key: shown, problems }));
    else {
      const parts = [key && shown ? table(key, shown) : "", problems.map(problemText).join("") || "No problems.\n"];
      surroundings.write(parts.filter((part) => part !== "").join("\n"));
    }
    return problems.some(({ severity }) => severity === "error") ? 1 : 0;
  },
};

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
  // Names of parameters that no key has are a stranger's, and might be any of the others.
  const others = Object.entries(extra ?? {}).map(([name, value]) => ["extra", `${name}=${value}`] as const);
  return [...rows, ...others].map(([name, value]) => `${name.padEnd(9)}  ${value}\n`).join("");
}
