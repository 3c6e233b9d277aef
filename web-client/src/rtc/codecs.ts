/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What is sent and in which shape. */

import type { Kind, Layers } from "../core/messages.js";

/** Video: VP8 is what every browser has; the others stay on offer behind it. */
const VIDEO_FIRST = ["video/vp8"];
/** Sound: every packet repeats the one before it (RED); the server takes that out for those who lose nothing. */
const AUDIO_FIRST = ["audio/red", "audio/opus"];

export interface Shape {
  readonly maxBitrate: number;
  readonly maxFramerate?: number;
  readonly scaleResolutionDownBy?: number;
}

export const SHAPES: Readonly<Record<Kind, Shape>> = {
  audio: { maxBitrate: 32_000 },
  video: { maxBitrate: 1_000_000, maxFramerate: 24 },
  screen: { maxBitrate: 1_500_000, maxFramerate: 10 },
};

/** A picture that still shows a face, on a line that carries little more than a voice. */
export const SMALL_VIDEO: Shape = {
  maxBitrate: 150_000,
  maxFramerate: 12,
  scaleResolutionDownBy: 2,
};

interface Layer {
  readonly rid: string;
  /** 0: not sent. */
  readonly scale: number;
}

/** The smallest first, as libwebrtc wants it. */
const RIDS = ["q", "h", "f"] as const;

/** What a layer of the camera's picture may cost, by how far it is scaled down. */
const BITRATES: ReadonlyMap<number, number> = new Map([
  [4, 120_000],
  [2, 350_000],
]);
const BITRATE_LARGEST = 1_000_000;

/** libwebrtc sends no more layers of a picture smaller than this, and leaves out the last of them. */
const PIXELS_FOR_THREE = 960 * 540;
const PIXELS_FOR_TWO = 480 * 270;

/** Before the server has said anything. */
export const ALL_LAYERS: Layers = { on: true, rids: [] };

/**
 * The camera in up to three sizes, so that a small tile costs little.  The largest is
 * always the camera's own: of a small camera there are fewer.  A shared screen is one:
 * what matters of it is its letters.
 */
export function cameraLayers(track: MediaStreamTrack | null): Layer[] {
  const { width, height } = track?.getSettings() ?? {};
  const pixels = width && height ? width * height : PIXELS_FOR_THREE;
  const count = pixels >= PIXELS_FOR_THREE ? 3 : pixels >= PIXELS_FOR_TWO ? 2 : 1;
  return RIDS.map((rid, i) => ({ rid, scale: i < count ? 2 ** (count - 1 - i) : 0 }));
}

function apply(encoding: RTCRtpEncodingParameters, scale: number, active: boolean): void {
  encoding.active = active;
  encoding.scaleResolutionDownBy = Math.max(scale, 1);
  encoding.maxBitrate = BITRATES.get(scale) ?? BITRATE_LARGEST;
}

/** How a new sender of `track` begins. */
export function encodings(
  kind: Kind,
  track: MediaStreamTrack,
  wanted: Shape,
): RTCRtpEncodingParameters[] {
  const { maxBitrate, maxFramerate } = wanted;
  const rate = maxFramerate === undefined ? {} : { maxFramerate };
  if (kind !== "video") return [{ maxBitrate, ...rate }];
  return cameraLayers(track).map(({ rid, scale }) => {
    const encoding: RTCRtpEncodingParameters = { rid, ...rate };
    apply(encoding, scale, scale > 0);
    return encoding;
  });
}

/**
 * Which of `all` are to be sent: those that somebody has use for, but none larger than
 * this device wants to send; if there is none such, the largest that it does.
 */
export function activeRids(all: readonly Layer[], layers: Layers, wanted: Shape): Set<string> {
  const smallest = wanted.scaleResolutionDownBy ?? 1;
  const sent = all.filter(({ scale }) => scale > 0);
  const small = sent.filter(({ scale }) => scale >= smallest);
  const allowed = (small.length > 0 ? small : sent.slice(0, 1)).map(({ rid }) => rid);
  const isNeeded = (rid: string) => layers.rids.length === 0 || layers.rids.includes(rid);
  if (!layers.on || !all.some(({ rid }) => isNeeded(rid))) return new Set();
  const both = allowed.filter(isNeeded);
  return new Set(both.length > 0 ? both : allowed.slice(-1));
}

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

/** Makes `sender` send what `wanted` and `layers` say. */
export async function shape(
  sender: RTCRtpSender,
  wanted: Shape,
  layers: Layers = ALL_LAYERS,
): Promise<void> {
  const parameters = sender.getParameters();
  const all = parameters.encodings ?? [];
  const sizes = cameraLayers(sender.track);
  const active = activeRids(sizes, layers, wanted);
  for (const one of all) {
    if (wanted.maxFramerate !== undefined) one.maxFramerate = wanted.maxFramerate;
    if (all.length > 1) {
      const scale = sizes.find(({ rid }) => rid === one.rid)?.scale ?? 0;
      apply(one, scale, active.has(one.rid ?? ""));
      continue;
    }
    one.active = layers.on;
    one.maxBitrate = wanted.maxBitrate;
    one.scaleResolutionDownBy = wanted.scaleResolutionDownBy ?? 1;
    if (sender.track?.kind === "audio") delete one.scaleResolutionDownBy;
  }
  if (all.length > 0) await sender.setParameters(parameters).catch(() => undefined);
}
