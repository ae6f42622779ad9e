// Draws a QR code as an element. Markup that is parsed would need an exception from the policy of the page.
import { encode } from "uqr";

const SVG = "http://www.w3.org/2000/svg";
/** The quiet zone that ISO/IEC 18004 requires. */
const BORDER = 4;

/** Null if the text is too long for a QR code. */
export function drawQrCode(text: string): SVGSVGElement | null {
  const modules = encodeModules(text);
  if (modules === null) return null;
  const size = modules.length;
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", "QR code of the key URI");
  picture.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(SVG, "path");
  const squares = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
  path.setAttribute("d", squares.join(""));
  picture.append(path);
  return picture;
}

function encodeModules(text: string): boolean[][] | null {
  try {
    return encode(text, { border: BORDER, boostEcc: true }).data;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
