import { json } from "./command.ts";
import { BadUse, type CommandLine } from "./command-line.ts";
import type { Surroundings } from "./environment.ts";
import { qrCode } from "./qr.ts";

/** What `uri` and `migrate` have in common. */
export const URI_OUTPUT_OPTIONS = { qr: "flag", svg: "value", json: "flag" } as const;

export const QR_HELP = `\
  --qr              draws the QR code above the URI, for terminals dark or light
  --svg FILE        writes it as a picture; a new file is for its owner only.
                    Both need the package uqr: npm install uqr
`;

/** Prints the URIs, or the object instead, with the QR codes that were asked for. What fails has printed nothing. */
export async function printUris(
  uris: readonly string[],
  object: object,
  line: CommandLine,
  surroundings: Surroundings,
): Promise<void> {
  const asJson = line.flag("json");
  if (asJson) line.refuseBeside("json", ["qr"]);
  const file = line.text("svg");
  const code = line.flag("qr") || file !== undefined ? await qrCode() : undefined;
  const drawn = line.flag("qr") ? uris.map((uri) => `${code?.draw(uri)}${uri}\n`) : uris.map((uri) => `${uri}\n`);
  if (file !== undefined) {
    const pictures = uris.map((uri) => code?.svg(uri) ?? "");
    for (const [i, picture] of pictures.entries()) {
      await surroundings.writeFile(pictures.length === 1 ? file : numbered(file, i + 1), picture).catch(() => {
        throw new BadUse("the file of --svg cannot be written");
      });
    }
  }
  surroundings.write(asJson ? json(object) : drawn.join(""));
}

/** `transfer.svg` is `transfer-1.svg`, `transfer-2.svg` and so on. */
function numbered(file: string, number: number): string {
  return file.replace(/(\.[^./\\]*)?$/, (ending) => `-${number}${ending}`);
}
