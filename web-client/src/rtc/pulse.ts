/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Notices within a second that packets have stopped: long before the browser calls the
 * connection "disconnected".  A connection that had little to say is given longer.
 */

import type { Rows } from "./stats.js";

export const PULSE_EVERY_MS = 200;
export const QUIET_MS = 500;
/** So many times the usual pause between packets is quiet, too. */
const PAUSES = 6;
/** Fewer packets than this a second say nothing when they stop. */
const LEAST_RATE = 3;

export interface Beat {
  readonly packets: number;
  /** When the count last grew, and when it was last looked at. */
  readonly grew_ms: number;
  readonly at_ms: number;
  /** Packets a second, smoothed. */
  readonly rate: number;
}

export function packets(rows: Rows): number {
  let count = 0;
  for (const row of rows) {
    if (row["type"] === "transport" && typeof row["packetsReceived"] === "number") count += row["packetsReceived"];
  }
  return count;
}

export function beat(before: Beat | null, count: number, at_ms: number): Beat {
  if (!before || count < before.packets) return { packets: count, grew_ms: at_ms, at_ms, rate: 0 };
  const came = count - before.packets;
  const now_rate = (came * 1000) / Math.max(at_ms - before.at_ms, 1);
  // What has stopped does not make itself usual.
  const rate = came === 0 ? before.rate : before.rate + (now_rate - before.rate) / 8;
  return { packets: count, grew_ms: came > 0 ? at_ms : before.grew_ms, at_ms, rate };
}

/** For how long it has been too quiet; 0: it is not. */
export function quiet_ms(now: Beat): number {
  if (now.rate < LEAST_RATE) return 0;
  const silent_ms = now.at_ms - now.grew_ms;
  return silent_ms >= Math.max(QUIET_MS, (PAUSES * 1000) / now.rate) ? silent_ms : 0;
}

export interface PulseOptions {
  peer(): RTCPeerConnection | null;
  /** Again and again while it is quiet. */
  onQuiet(quiet_ms: number): void;
  /** Packets came, and last time it was quiet. */
  onFlow(): void;
}

export class Pulse {
  readonly #options: PulseOptions;
  #peer: RTCPeerConnection | null = null;
  #beat: Beat | null = null;
  #quiet = false;

  constructor(options: PulseOptions) {
    this.#options = options;
  }

  /** Packets came in within the last moments. */
  get flows(): boolean {
    return this.#beat !== null && Date.now() - this.#beat.grew_ms < QUIET_MS && this.#beat.rate > 0;
  }

  async look(): Promise<void> {
    const peer = this.#options.peer();
    if (peer !== this.#peer) {
      this.#peer = peer;
      this.#beat = null;
      this.#quiet = false;
    }
    if (!peer || peer.connectionState === "closed") return;
    const rows: Record<string, unknown>[] = [];
    (await peer.getStats()).forEach((row) => rows.push(row as Record<string, unknown>));
    if (peer !== this.#options.peer()) return;
    this.#beat = beat(this.#beat, packets(rows), Date.now());
    const silent_ms = quiet_ms(this.#beat);
    if (silent_ms > 0) this.#options.onQuiet(silent_ms);
    else if (this.#quiet) this.#options.onFlow();
    this.#quiet = silent_ms > 0;
  }
}
