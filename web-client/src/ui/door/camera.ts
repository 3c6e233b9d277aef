/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Reads QR codes from the phone's camera: with the browser's own detector where there
 * is one, otherwise with a library that is fetched when the camera is started.
 */

const EVERY_MS = 150;
/** Enough for a code of 57 modules that fills a third of the picture. */
const WIDTH = 640;

type Reader = (video: HTMLVideoElement) => Promise<string | null>;

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

async function ownReader(): Promise<Reader | null> {
  const found = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const formats = await found?.getSupportedFormats().catch((): string[] => []);
  if (!found || !formats?.includes("qr_code")) return null;
  const detector = new found({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
}

async function libraryReader(): Promise<Reader> {
  const { default: decodeQR } = await import("qr/decode.js");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const height = Math.round((WIDTH * video.videoHeight) / video.videoWidth) || 0;
    if (!pen || height === 0) return Promise.resolve(null);
    canvas.width = WIDTH;
    canvas.height = height;
    pen.drawImage(video, 0, 0, WIDTH, height);
    try {
      return Promise.resolve(decodeQR(pen.getImageData(0, 0, WIDTH, height)));
    } catch {
      return Promise.resolve(null); // no code in this picture
    }
  };
}

export class Camera {
  stream: MediaStream | null = null;
  #reader: Reader | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Throws what the browser says when there is no camera, or it may not be used. */
  async start(): Promise<void> {
    this.#reader ??= (await ownReader()) ?? (await libraryReader());
    this.stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  }

  /** Tells every code that it sees, again and again while it sees it. */
  watch(video: HTMLVideoElement, saw: (text: string) => void): void {
    clearTimeout(this.#timer);
    const look = async (): Promise<void> => {
      if (!this.stream || !this.#reader) return;
      const text = video.readyState >= 2 ? await this.#reader(video).catch(() => null) : null;
      if (text) saw(text);
      this.#timer = setTimeout(() => void look(), EVERY_MS);
    };
    void look();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }
}
