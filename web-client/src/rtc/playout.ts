/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How long the others' voices wait before they are heard.  A browser keeps the wait as
 * short as it dares, too short for what was lost to be sent again in time; so where
 * words are being made up, all voices of that line are told to wait longer, and after a
 * quiet while less again.
 */

import type { Rows } from "./stats.js";

/** What the browser has counted of one voice: samples played, and of them made up (not silence). */
export interface Heard {
  readonly total: number;
  readonly made: number;
}

export interface Wait {
  readonly target_ms: number;
  /** Samples (of two seconds) without anything made up. */
  readonly calm: number;
}

export const short: Wait = { target_ms: 0, calm: 0 };

const MADE_UP = 0.005;
/** Room for two questions and answers on a line of 50 ms. */
const FIRST_MS = 220;
const STEP_MS = 80;
const MOST_MS = 460;
const CALM_SAMPLES = 30;
/** Half a second: less says nothing. */
const FEWEST = 24_000;

/** `share`: of the sound made up since the last sample, 0…1. */
export function next(wait: Wait, share: number): Wait {
  if (share > MADE_UP) {
    const longer = Math.max(FIRST_MS, wait.target_ms + STEP_MS);
    return { target_ms: Math.min(longer, MOST_MS), calm: 0 };
  }
  if (wait.target_ms === 0) return wait;
  if (wait.calm + 1 < CALM_SAMPLES) return { ...wait, calm: wait.calm + 1 };
  const less = wait.target_ms - STEP_MS;
  return { target_ms: less < FIRST_MS ? 0 : less, calm: 0 };
}

export function heard(rows: Rows): Map<string, Heard> {
  const found = new Map<string, Heard>();
  for (const row of rows) {
    if (row["type"] !== "inbound-rtp" || row["kind"] !== "audio") continue;
    const count = (name: string) => (typeof row[name] === "number" ? (row[name] as number) : 0);
    const made = count("concealedSamples") - count("silentConcealedSamples");
    found.set(String(row["id"]), { total: count("totalSamplesReceived"), made });
  }
  return found;
}

/** The worst share among the voices; 0 where too little was heard to tell. */
export function madeUp(before: ReadonlyMap<string, Heard>, now: ReadonlyMap<string, Heard>): number {
  let worst = 0;
  for (const [id, { total, made }] of now) {
    const was = before.get(id);
    if (!was || total - was.total < FEWEST) continue;
    worst = Math.max(worst, (made - was.made) / (total - was.total));
  }
  return worst;
}

export class Playout {
  #before = new Map<string, Heard>();
  #wait = short;

  get target_ms(): number {
    return this.#wait.target_ms;
  }

  /** Fed every two seconds with the counters of the connection down. */
  see(peer: RTCPeerConnection | null, rows: Rows): void {
    const now = heard(rows);
    this.#wait = next(this.#wait, madeUp(this.#before, now));
    this.#before = now;
    for (const receiver of peer?.getReceivers() ?? []) {
      const target = this.#wait.target_ms === 0 ? null : this.#wait.target_ms;
      // Not every browser can be told; those do what they do.
      if (receiver.track.kind !== "audio" || !("jitterBufferTarget" in receiver)) continue;
      if (receiver.jitterBufferTarget !== target) receiver.jitterBufferTarget = target;
    }
  }
}
