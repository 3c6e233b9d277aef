/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Reads the browser's counters of both connections into one sample each two seconds. */

import type { Report } from "../core/messages.js";

export interface Counters {
  readonly at_ms: number;
  readonly received: number;
  readonly lost: number;
}

export interface Sample {
  /** Share of packets lost on the way up and down, 0…1; null: not known. */
  readonly up_loss: number | null;
  readonly down_loss: number | null;
  readonly rtt_ms: number | null;
  /** What the sender believes the line can carry. */
  readonly available_kbps: number | null;
}

export type Rows = Iterable<Record<string, unknown>>;

export function counters(rows: Rows, at_ms: number): Counters {
  let received = 0;
  let lost = 0;
  for (const row of rows) {
    if (row["type"] !== "inbound-rtp") continue;
    received += number(row["packetsReceived"]) ?? 0;
    lost += number(row["packetsLost"]) ?? 0;
  }
  return { at_ms, received, lost };
}

export function sample(up: Rows, before: Counters | null, now: Counters): Sample {
  let up_loss: number | null = null;
  let rtt_ms: number | null = null;
  let available_kbps: number | null = null;
  for (const row of up) {
    if (row["type"] === "remote-inbound-rtp") {
      const loss = number(row["fractionLost"]);
      if (loss !== null) up_loss = Math.max(up_loss ?? 0, loss);
      const rtt = number(row["roundTripTime"]);
      if (rtt !== null) rtt_ms = Math.max(rtt_ms ?? 0, rtt * 1000);
    }
    if (row["type"] === "candidate-pair" && row["nominated"] === true) {
      const available = number(row["availableOutgoingBitrate"]);
      if (available !== null) available_kbps = available / 1000;
      const rtt = number(row["currentRoundTripTime"]);
      if (rtt_ms === null && rtt !== null) rtt_ms = rtt * 1000;
    }
  }
  return { up_loss, down_loss: downLoss(before, now), rtt_ms, available_kbps };
}

function downLoss(before: Counters | null, now: Counters): number | null {
  if (!before) return null;
  const lost = now.lost - before.lost;
  const all = now.received - before.received + Math.max(0, lost);
  return all < 20 || lost < 0 ? null : lost / all;
}

/** What only this end can see: what was heard and shown, since the connection began. */
export interface Seen {
  readonly freezes: number;
  readonly frozen_ms: number;
  readonly samples: number;
  readonly concealed: number;
}

export function seen(down: Rows): Seen {
  let [freezes, frozen_ms, samples, concealed] = [0, 0, 0, 0];
  for (const row of down) {
    if (row["type"] !== "inbound-rtp") continue;
    freezes += number(row["freezeCount"]) ?? 0;
    frozen_ms += (number(row["totalFreezesDuration"]) ?? 0) * 1000;
    samples += number(row["totalSamplesReceived"]) ?? 0;
    // Where nobody speaks nothing is sent, and nothing is missing.
    const silent = number(row["silentConcealedSamples"]) ?? 0;
    concealed += Math.max(0, (number(row["concealedSamples"]) ?? 0) - silent);
  }
  return { freezes, frozen_ms, samples, concealed };
}

/** A second of sound: less says nothing of how much was made up. */
const SAMPLES_MIN = 48_000;
const MINUTE_MS = 60_000;

/** What the client states of its own line, within the bounds that the server takes. */
export function report(line: Sample | null, before: Seen | null, now: Seen): Report {
  const samples = before ? now.samples - before.samples : 0;
  const made = before ? now.concealed - before.concealed : 0;
  return {
    up_loss: share(line?.up_loss),
    down_loss: share(line?.down_loss),
    rtt_ms: whole(line?.rtt_ms),
    concealed: samples >= SAMPLES_MIN ? share(made / samples) : null,
    freezes: before ? whole(now.freezes - before.freezes) : null,
    frozen_ms: before ? whole(now.frozen_ms - before.frozen_ms) : null,
  };
}

function share(value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  return Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;
}

function whole(value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  return Math.round(Math.min(MINUTE_MS, Math.max(0, value)));
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export async function rowsOf(peer: RTCPeerConnection | null): Promise<Record<string, unknown>[]> {
  if (!peer || peer.connectionState === "closed") return [];
  const rows: Record<string, unknown>[] = [];
  (await peer.getStats()).forEach((row) => rows.push(row as Record<string, unknown>));
  return rows;
}
