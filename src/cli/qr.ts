// Draws QR codes. The package uqr is part of the command's build, so that nothing has to be installed.
import { UsageError } from "./command-line.ts";

/*!
 * The command contains uqr 0.1.3 (https://github.com/unjs/uqr), under the MIT License:
 *
 * Copyright (c) Project Nayuki
 * Copyright (c) 2023 Anthony Fu <https://github.com/antfu>
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
 * files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
 * modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
 * is furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
 * WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT
 * HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */

/** How a text is drawn as a QR code. */
export interface QrCode {
  /** For a terminal, two rows of modules in each line. */
  draw(text: string): string;
  svg(text: string): string;
}

/** The quiet zone of four modules that ISO/IEC 18004 requires, and as much error correction as fits the same size. */
const OPTIONS = { border: 4, boostEcc: true } as const;

// White on black of the colour cube, which no theme changes: it can be scanned on a dark terminal and on a light one.
const COLOURS = "\x1b[38;5;231;48;5;16m";
const RESET = "\x1b[0m";

/** Loads the drawing, which most calls of the command do not need. @param colours - false for NO_COLOR. */
export async function loadQrCode(colours: boolean): Promise<QrCode> {
  const { renderSVG, renderUnicodeCompact } = await import("uqr");
  const [start, end] = colours ? [COLOURS, RESET] : ["", ""];
  return {
    draw: (text) =>
      render(() => renderUnicodeCompact(text, OPTIONS))
        .split("\n")
        .map((row) => `${start}${row}${end}\n`)
        .join(""),
    svg: (text) => `${render(() => renderSVG(text, OPTIONS))}\n`,
  };
}

function render(drawing: () => string): string {
  try {
    return drawing();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError("the URI is too long for a QR code");
    throw error;
  }
}
