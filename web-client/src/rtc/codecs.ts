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
  readonly scaleResolutionDownBy: number;
  readonly maxBitrate: number;
}

/**
 * The camera in three sizes, so that a small tile costs little; the smallest first, as
 * libwebrtc wants it.  A shared screen is one: what matters of it is its letters.
 */
export const CAMERA_LAYERS: readonly Layer[] = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 120_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 350_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_000_000 },
];

/** Before the server has said anything. */
export const ALL_LAYERS: Layers = { on: true, rids: [] };

/** How a new sender of `kind` begins. */
export function encodings(kind: Kind, wanted: Shape): RTCRtpEncodingParameters[] {
  const { maxBitrate, maxFramerate } = wanted;
  const rate = maxFramerate === undefined ? {} : { maxFramerate };
  if (kind !== "video") return [{ maxBitrate, ...rate }];
  return CAMERA_LAYERS.map((layer) => ({ ...layer, ...rate }));
}

/**
 * Which of `rids` are to be sent: those that somebody has use for, but none larger than
 * this device wants to send; then the largest that it does.
 */
export function activeRids(rids: readonly string[], layers: Layers, wanted: Shape): Set<string> {
  const smallest = wanted.scaleResolutionDownBy ?? 1;
  const scale = (rid: string) =>
    CAMERA_LAYERS.find((layer) => layer.rid === rid)?.scaleResolutionDownBy ?? 1;
  const allowed = rids.filter((rid) => scale(rid) >= smallest);
  const needed = rids.filter((rid) => layers.rids.length === 0 || layers.rids.includes(rid));
  if (!layers.on || needed.length === 0) return new Set();
  const both = allowed.filter((rid) => needed.includes(rid));
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
  const rids = all.flatMap(({ rid }) => (rid === undefined ? [] : [rid]));
  const active = activeRids(rids, layers, wanted);
  for (const one of all) {
    if (wanted.maxFramerate !== undefined) one.maxFramerate = wanted.maxFramerate;
    if (all.length > 1) {
      one.active = active.has(one.rid ?? "");
      continue;
    }
    one.active = layers.on;
    one.maxBitrate = wanted.maxBitrate;
    one.scaleResolutionDownBy = wanted.scaleResolutionDownBy ?? 1;
    if (sender.track?.kind === "audio") delete one.scaleResolutionDownBy;
  }
  if (all.length > 0) await sender.setParameters(parameters).catch(() => undefined);
}
