/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What is sent and in which shape. */

import type { Kind } from "../core/messages.js";

/** Video: VP8 is what every browser has; the others stay on offer behind it. */
const VIDEO_FIRST = ["video/vp8"];
/** Sound: plain Opus first (FEC and DTX are the answer's choice), RED on offer behind it. */
const AUDIO_FIRST = ["audio/opus", "audio/red"];

export interface Shape {
  readonly maxBitrate: number;
  readonly maxFramerate?: number;
  readonly scaleResolutionDownBy?: number;
}

export const SHAPES: Readonly<Record<Kind, Shape>> = {
  audio: { maxBitrate: 40_000 },
  video: { maxBitrate: 800_000, maxFramerate: 24 },
  screen: { maxBitrate: 1_500_000, maxFramerate: 10 },
};

/** A picture that still shows a face, on a line that carries little more than a voice. */
export const SMALL_VIDEO: Shape = {
  maxBitrate: 150_000,
  maxFramerate: 12,
  scaleResolutionDownBy: 2,
};

export function preferCodecs(transceiver: RTCRtpTransceiver, kind: Kind): void {
  const media = kind === "audio" ? "audio" : "video";
  const all = globalThis.RTCRtpReceiver?.getCapabilities?.(media)?.codecs;
  if (!all || !transceiver.setCodecPreferences) return;
  const first = kind === "audio" ? AUDIO_FIRST : VIDEO_FIRST;
  const rank = (codec: { mimeType: string }) => {
    const at = first.indexOf(codec.mimeType.toLowerCase());
    return at < 0 ? first.length : at;
  };
  const sorted = all.slice().sort((a, b) => rank(a) - rank(b));
  try {
    transceiver.setCodecPreferences(sorted);
  } catch {
    // The browser's own order will do.
  }
}

export async function shape(sender: RTCRtpSender, wanted: Shape): Promise<void> {
  const parameters = sender.getParameters();
  const first = parameters.encodings?.[0];
  if (!first) return;
  first.maxBitrate = wanted.maxBitrate;
  if (wanted.maxFramerate !== undefined) first.maxFramerate = wanted.maxFramerate;
  first.scaleResolutionDownBy = wanted.scaleResolutionDownBy ?? 1;
  if (sender.track?.kind === "audio") delete first.scaleResolutionDownBy;
  await sender.setParameters(parameters).catch(() => undefined);
}
