// Prints URIs, as text, JSON and QR codes.
import { type CommandLine, UsageError } from "./command-line.ts";
import type { Environment } from "./environment.ts";
import { json } from "./output.ts";
import { loadQrCode } from "./qr.ts";

/** The options of `uri` and `migrate`. */
export const URI_OUTPUT_OPTIONS = { qr: "flag", svg: "value", json: "flag" } as const;

export const QR_HELP = `\
  --qr              draws the QR code above the URI, for terminals dark or light
  --svg FILE        writes it as a picture that only its owner can read. A link
                    is refused
`;

/** Prints the URIs, or the object instead, with the QR codes that were asked for. If anything fails, nothing is printed. */
export async function printUris(
  uris: readonly string[],
  object: object,
  line: CommandLine,
  environment: Environment,
): Promise<void> {
  const asJson = line.flag("json");
  if (asJson) line.refuseBeside("json", ["qr"]);
  const file = line.text("svg");
  const wanted = line.flag("qr") || file !== undefined;
  const code = wanted ? await loadQrCode(!environment.env.NO_COLOR) : undefined;
  const drawn = line.flag("qr") ? uris.map((uri) => `${code?.draw(uri)}${uri}\n`) : uris.map((uri) => `${uri}\n`);
  if (file !== undefined) {
    const pictures = uris.map((uri) => code?.svg(uri) ?? "");
    for (const [i, picture] of pictures.entries()) {
      await environment.writeFile(pictures.length === 1 ? file : numberFile(file, i + 1), picture).catch(() => {
        throw new UsageError("the file of --svg cannot be written, or is a link");
      });
    }
  }
  environment.write(asJson ? json(object) : drawn.join(""));
}

/** `transfer.svg` becomes `transfer-1.svg`, `transfer-2.svg` and so on. */
function numberFile(file: string, number: number): string {
  return file.replace(/(\.[^./\\]*)?$/, (ending) => `-${number}${ending}`);
}
