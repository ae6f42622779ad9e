import { BadUse } from "./command-line.ts";

/** How a text is drawn as a QR code. */
export interface QrCode {
  /** For a terminal, two rows of modules in each line. */
  draw(text: string): string;
  svg(text: string): string;
}

/** The four modules of quiet zone that ISO/IEC 18004 asks for, and as much error correction as is free. */
const OPTIONS = { border: 4, boostEcc: true } as const;

// White on black of the colour cube, which no theme changes: scannable on a dark terminal as on a light one.
const COLOURS = "\x1b[38;5;231;48;5;16m";
const RESET = "\x1b[0m";

/** The optional peer `uqr`, loaded when somebody wants to see a QR code. */
export async function qrCode(): Promise<QrCode> {
  const { renderSVG, renderUnicodeCompact } = await import("uqr").catch((error: unknown) => {
    if ((error as { code?: unknown } | null)?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new BadUse("QR codes need the package uqr: npm install uqr, or npx -p otp-core -p uqr otp-core ...");
  });
  return {
    draw: (text) =>
      fitting(() => renderUnicodeCompact(text, OPTIONS))
        .split("\n")
        .map((row) => `${COLOURS}${row}${RESET}\n`)
        .join(""),
    svg: (text) => `${fitting(() => renderSVG(text, OPTIONS))}\n`,
  };
}

function fitting(render: () => string): string {
  try {
    return render();
  } catch (error) {
    if (error instanceof RangeError) throw new BadUse("the URI is too long for a QR code");
    throw error;
  }
}
