/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The result of a device check.  Pure. */

import type { Check, DeviceHealth } from "./messages.js";

export interface Found {
  readonly camera: DeviceHealth;
  readonly microphone: DeviceHealth;
  readonly speaker: DeviceHealth;
  readonly line: { rtt_ms: number; kbps: number } | null;
  /** Observers send nothing. */
  readonly listensOnly: boolean;
}

export const SLOW_RTT_MS = 400;
export const SLOW_KBPS = 300;

export function slow(line: { rtt_ms: number; kbps: number }): boolean {
  return line.rtt_ms > SLOW_RTT_MS || (line.kbps > 0 && line.kbps < SLOW_KBPS);
}

/** Red: the court cannot hear this person.  Amber: something is worth a look. */
export function judge(found: Found): Check {
  const { camera, microphone, speaker, line } = found;
  const deaf = !found.listensOnly && microphone !== "ok" && microphone !== "unknown";
  const flaw =
    (!found.listensOnly && (camera !== "ok" || microphone !== "ok")) ||
    speaker === "none" ||
    line === null ||
    slow(line);
  const result = deaf ? "red" : flaw ? "amber" : "green";
  return { result, camera, microphone, speaker, line };
}

export function median(values: readonly number[]): number {
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
