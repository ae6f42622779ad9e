// Reads a QR code from a picture or from the camera, with the reader of the browser if it has one.
import { element } from "./elements.ts";

/** The part of the Barcode Detection API that this page uses. TypeScript does not know it. */
interface BarcodeDetector {
  detect(image: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]>;
}
declare const BarcodeDetector: { new (options: { formats: string[] }): BarcodeDetector } | undefined;

const NO_READER =
  "This browser cannot read QR codes. Chrome on Android, ChromeOS and macOS can. Read the picture with your phone, and paste the text.";

const status = element("p", "scan-status");
const picture = element("button", "picture");
const file = element("input", "picture-file");
const camera = element("button", "camera");
const video = element("video", "video");

/** @param onText receives what a QR code says */
export function startScanSection(onText: (text: string) => void): void {
  const detector = typeof BarcodeDetector === "undefined" ? null : new BarcodeDetector({ formats: ["qr_code"] });

  async function read(image: ImageBitmapSource): Promise<boolean> {
    const [found] = (await detector?.detect(image)) ?? [];
    if (found === undefined) return false;
    status.textContent = "A QR code was read.";
    onText(found.rawValue);
    return true;
  }

  picture.addEventListener("click", () => {
    if (detector === null) status.textContent = NO_READER;
    else file.click();
  });

  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (chosen === undefined) return;
    try {
      if (!(await read(await createImageBitmap(chosen))))
        status.textContent = "This picture has no QR code that can be read.";
    } catch {
      status.textContent = "This file is not a picture that the browser can read.";
    }
    file.value = "";
  });

  let stop: (() => void) | null = null;
  camera.addEventListener("click", async () => {
    if (stop !== null) return stop();
    if (detector === null || navigator.mediaDevices === undefined) {
      status.textContent = detector === null ? NO_READER : "This page has no access to a camera.";
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      stop = () => {
        for (const track of stream.getTracks()) track.stop();
        video.hidden = true;
        video.srcObject = null;
        camera.textContent = "Use the camera";
        stop = null;
      };
      camera.textContent = "Stop the camera";
      status.textContent = "Hold a QR code in front of the camera.";
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      look();
    } catch {
      stop?.();
      status.textContent = "The camera was not allowed, or there is none.";
    }
  });

  async function look(): Promise<void> {
    if (stop === null) return;
    if (video.readyState >= 2 && (await read(video).catch(() => false))) return stop?.();
    setTimeout(look, 200);
  }
}
