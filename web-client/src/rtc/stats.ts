/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Reads the browser's counters of both connections into one sample each two seconds. */

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

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export async function rowsOf(peer: RTCPeerConnection | null): Promise<Record<string, unknown>[]> {
  if (!peer || peer.connectionState === "closed") return [];
  const rows: Record<string, unknown>[] = [];
  (await peer.getStats()).forEach((row) => rows.push(row as Record<string, unknown>));
  return rows;
}
